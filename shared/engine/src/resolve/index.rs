//! What is to be written, and what is known once it is.

use super::{
    Arrived,
    associations::{associated, only},
    party::Party,
    references,
    resolution::{Resolution, Resolver},
};
use nerve_ledger::{
    LookupResult,
    associations::{self, Referred},
    candidates::{self, StoredCandidate},
    chain::{Body, ChainId, Entry, EntryKind, Head},
    events,
    questions::{self, Question},
    records::{self, NewRecord, Origin, Owner},
};
use nerve_matching::{Model, Profile, understood};
use nerve_model::{
    Actor, Candidate, Claim, ClaimKind, Event, EventId, Evidence, Fact, Match, MatchVerdict, Medium, Message,
    QuestionId, QuestionStatus, RecordFields, RecordId, RecordRef, RecordType, Timestamp, one_line,
};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use nerve_protocol::record::NewEntry;

/// How sure it is whose something is by which an event is told.
const BY_SUBJECT: f64 = 0.99;

/// The statements of a batch of events, and the ground as it stands after them: what one event taught, the next one
/// knows.
pub(super) struct Index<'a, E> {
    look_up: LookupResult,
    /// Records of this batch, with the keys they are found by.
    new: Vec<(Vec<String>, StoredCandidate)>,
    statements: Vec<Statement>,
    entropy: &'a E,
    now: Timestamp,
}

impl<'a, E: Entropy> Index<'a, E> {
    pub(super) fn new(look_up: LookupResult, entropy: &'a E, now: Timestamp) -> Self {
        Self { look_up, new: Vec::new(), statements: Vec::new(), entropy, now }
    }

    /// Decides whom an event is about, and what is to be written for it.
    pub(super) fn add(&mut self, asker: usize, arrived: &Arrived<'_>) -> (RecordId, NewEntry) {
        let party = &arrived.party;
        let event = arrived.event.id;
        let resolution = self.by_subject(arrived).unwrap_or_else(|| self.resolution(asker, party));
        let fact = self.understood(arrived, &resolution);
        let (part, record, matched) = match resolution {
            Resolution::Evidence { part, record, matched } => {
                self.learn(part, record.id, party, event, true);
                (part, record, matched)
            }
            Resolution::Waiting { part, record, matched } => {
                self.learn(part, record.id, party, event, false);
                (part, record, matched)
            }
            Resolution::Unclear { candidates, matched } => {
                let like = candidates.first().map(|best| best.record.record_type);
                let (record, head) = self.create(arrived, like, false);
                self.ask(&record, head, arrived, candidates);
                (record.id, record, matched)
            }
            Resolution::New { matched } => {
                let (record, _) = self.create(arrived, None, true);
                (record.id, record, matched)
            }
        };
        let event = Event { fact, ..arrived.event.clone() };
        self.keep(event, arrived, part, &record, matched)
    }

    /// What happened, once it is known whom it concerns. A vendor's reply comes from where the vendor is known to write
    /// from: a name or telephone number anybody can write.
    fn understood(&self, arrived: &Arrived<'_>, resolution: &Resolution) -> Fact {
        let fact = &arrived.event.fact;
        match (resolution, fact) {
            (Resolution::Evidence { record, matched, .. }, Fact::EmailReceived(message))
                if arrived.party.claims.iter().any(|claim| sends(claim, message) && self.goes_by(record.id, claim)) =>
            {
                understood(fact, record, matched)
            }
            _ => fact.clone(),
        }
    }

    fn goes_by(&self, record: RecordId, claim: &Claim) -> bool {
        let members = |candidate: &StoredCandidate| {
            candidate.record.id == record && candidate.members.get(claim.kind.as_str()).contains(&claim.value)
        };
        let owns = |owner: &Owner| {
            owner.candidate.record.id == record && owner.kind == claim.kind && owner.value == claim.value
        };
        self.look_up.owners.iter().any(owns) || self.candidates().any(members)
    }

    /// Writes it, unless `assertion` does not hold any more.
    pub(super) async fn write(mut self, db: &impl Database, assertion: &Statement) -> Result<(), DatabaseError> {
        if self.statements.is_empty() {
            return Ok(());
        }
        self.statements.push(assertion.clone());
        db.batch(self.statements).await.map(drop)
    }

    /// Whom an event is about that says nothing of its party, but is about an invoice, a booking or a ticket of somebody's.
    fn by_subject(&self, arrived: &Arrived<'_>) -> Option<Resolution> {
        let subject = arrived.event.subject.as_str();
        let (record, referred) = only(subject, &self.look_up.referred)?;
        (arrived.party.says_nothing() && record.record_type.is_party()).then(|| Resolution::Evidence {
            part: referred.part,
            record: record.clone(),
            matched: told_by(referred),
        })
    }

    fn resolution(&self, asker: usize, party: &Party) -> Resolution {
        let old = self.look_up.found.iter().filter(|found| found.asker == asker).map(|found| &found.candidate);
        let new = self.new.iter().filter(|(keys, _)| keys.iter().any(|key| party.keys.contains(key)));
        let found: Vec<&StoredCandidate> = old.chain(new.map(|(_, candidate)| candidate)).collect();
        let LookupResult { owners, terms, asked, .. } = &self.look_up;
        Resolver { model: Model::shipped(), owners, found: &found, terms, asked }.resolution(party)
    }

    /// A record nobody has entered yet. Of one that a question is about it is not yet said that anybody is found there.
    fn create(&mut self, arrived: &Arrived<'_>, like: Option<RecordType>, found: bool) -> (RecordRef, Head) {
        let record_type = like.unwrap_or(arrived.party.record_type);
        let id = RecordId::new(self.now, self.entropy.random());
        let record = RecordRef { id, record_type, name: name(arrived, record_type) };
        let origin = Origin { event: Some(arrived.event.id), ..Origin::of(Actor::system("context"), self.now) };
        let new = NewRecord::named(record.clone()).provisional();
        let (statements, head) = records::begin(&new, &origin, self.entropy.random());
        self.statements.extend(statements);
        let keys = if found { arrived.party.keys.clone() } else { Vec::new() };
        self.new.push((keys, StoredCandidate::new(record.clone())));
        self.learn(id, id, &arrived.party, arrived.event.id, found);
        (record, head)
    }

    /// What an event says of its party is from now on known of the record.
    fn learn(&mut self, part: RecordId, record: RecordId, party: &Party, event: EventId, found: bool) {
        let mut shared = Vec::new();
        for claim in &party.claims {
            match self.look_up.owners.iter().find(|owner| owner.kind == claim.kind && owner.value == claim.value) {
                None => self.own(part, claim, event),
                Some(owner) if owner.candidate.record.id != record && claim.kind.is_contact() && !owner.shared => {
                    shared.push(claim.clone());
                }
                Some(_) => {}
            }
        }
        if let Some(before) = self.candidate(part) {
            let mut after = before.profile.clone();
            after.merge(&party.profile);
            let learned = candidates::learn(Model::shipped(), &before, &after, found);
            if !learned.is_empty() {
                self.statements.extend(learned);
                self.now_known(&before, &after);
            }
        }
        // Who is only asked about has not been told from its owner yet.
        if found {
            self.share(&shared);
        }
    }

    fn own(&mut self, part: RecordId, claim: &Claim, event: EventId) {
        self.statements.push(records::learn(part, claim, event, self.now));
        if let Some(candidate) = self.candidate(part) {
            self.look_up.owners.push(Owner { kind: claim.kind, value: claim.value.clone(), shared: false, candidate });
        }
    }

    fn share(&mut self, claims: &[Claim]) {
        self.statements.extend(candidates::share(claims));
        for owner in &mut self.look_up.owners {
            owner.shared |= claims.iter().any(|claim| owner.kind == claim.kind && owner.value == claim.value);
        }
    }

    fn candidate(&self, part: RecordId) -> Option<StoredCandidate> {
        self.candidates().find(|candidate| candidate.part == part).cloned()
    }

    fn candidates(&self) -> impl Iterator<Item = &StoredCandidate> {
        let owners = self.look_up.owners.iter().map(|owner| &owner.candidate);
        let found = self.look_up.found.iter().map(|found| &found.candidate);
        owners.chain(found).chain(self.new.iter().map(|(_, candidate)| candidate))
    }

    fn now_known(&mut self, before: &StoredCandidate, after: &Profile) {
        let owners = self.look_up.owners.iter_mut().map(|owner| &mut owner.candidate);
        let found = self.look_up.found.iter_mut().map(|found| &mut found.candidate);
        for candidate in owners.chain(found).chain(self.new.iter_mut().map(|(_, candidate)| candidate)) {
            if candidate.part == before.part {
                candidate.profile = after.clone();
                candidate.version = before.version.saturating_add(1);
            }
            if candidate.record.id == before.record.id {
                candidate.members.merge(after);
            }
        }
    }

    /// Writes the question down, and in the record's chain that it was asked.
    fn ask(&mut self, record: &RecordRef, mut head: Head, arrived: &Arrived<'_>, candidates: Vec<Candidate>) {
        let question = Question {
            id: QuestionId::new(self.now, self.entropy.random()),
            key: arrived.party.question.clone(),
            record: record.id,
            whole: record.clone(),
            joined: false,
            event: arrived.event.id,
            candidates,
            status: QuestionStatus::Open,
            answer: None,
            asked_at: self.now,
            version: 1,
        };
        let names: Vec<&str> = question.candidates.iter().map(|candidate| candidate.record.name.as_str()).collect();
        let body = Body {
            related_record: Some(record.clone()),
            note: Some(format!("Who is it: {}, or somebody new?", names.join(" or "))),
            question: Some(question.id),
            named: question.candidates.iter().map(|candidate| candidate.record.id).collect(),
            ..Body::default()
        };
        let actor = Actor::system("context");
        let entry =
            Entry { kind: EntryKind::Asked, at: self.now, actor, proposal: None, event: Some(question.event), body };
        self.statements.push(questions::ask(&question));
        let chain = ChainId::Record(record.id);
        self.statements.extend(head.append(&chain, &entry, self.entropy.random()));
        self.look_up.asked.push(question);
    }

    /// The stage that another tool says a deal or project is in by now: the one that the event is kept with, or that goes by
    /// what it is about.
    fn moved(&self, event: &Event, part: RecordId, record: &RecordRef) -> Option<Statement> {
        let Fact::RecordStageChanged(moved) = &event.fact else { return None };
        let subject = event.subject.as_str();
        let known = only(subject, &self.look_up.referred).map(|(record, referred)| (referred.part, record));
        let (work, record) = known.unwrap_or((part, record));
        let stage = one_line(&moved.to, RecordFields::STAGE_CHARS);
        (record.record_type.is_work() && !stage.is_empty())
            .then(|| records::say_stage(work, &stage, event.occurred_at, self.now))
    }

    /// The event's index row, what else it is about, and by what people will refer to it.
    fn keep(
        &mut self,
        event: Event,
        arrived: &Arrived<'_>,
        part: RecordId,
        record: &RecordRef,
        matched: Match,
    ) -> (RecordId, NewEntry) {
        self.statements.push(events::insert(&event, &matched, part, arrived.inbox, arrived.duplicates));
        self.statements.extend(self.moved(&event, part, record));
        let handles = references::handles(&event);
        if !handles.is_empty() {
            self.statements.push(associations::remember(part, &handles));
        }
        let associated = associated(&event, record, &arrived.party.others, &arrived.tokens, &self.look_up);
        if !associated.is_empty() {
            self.statements.push(associations::insert(event.id, event.occurred_at, &associated));
        }
        // Who answers a message about a deal or project means that as well.
        if let Some(message) = references::message_handle(&event.fact) {
            let work = associated.iter().map(|concern| &concern.record).filter(|record| record.record_type.is_work());
            let remember = |record: &RecordRef| associations::remember(record.id, std::slice::from_ref(&message));
            self.statements.extend(work.map(remember));
        }
        (part, NewEntry { event, matched })
    }
}

/// Whether the claim is where the message was sent from: the mailbox, or the user whom a chat knows.
fn sends(claim: &Claim, message: &Message) -> bool {
    match message.medium {
        Medium::Mail => claim.kind == ClaimKind::Email && claim.value == message.from.address,
        Medium::Chat => claim.kind == ClaimKind::External,
    }
}

/// The match of what is about something that is known to be somebody's.
fn told_by(referred: &Referred) -> Match {
    let finding = format!("the {} is theirs", referred.what);
    let evidence = Evidence { field: ClaimKind::External, value: referred.token.clone(), finding, weight: BY_SUBJECT };
    Match {
        verdict: MatchVerdict::Confident,
        confidence: BY_SUBJECT,
        evidence: vec![evidence],
        runner_up: None,
        prior: None,
        against: None,
    }
}

/// The best the event offers.
fn name(arrived: &Arrived<'_>, record_type: RecordType) -> String {
    let claims = &arrived.party.claims;
    let email = claims.iter().find(|claim| claim.kind == ClaimKind::Email).map(|claim| claim.value.clone());
    let moved = match &arrived.event.fact {
        Fact::RecordStageChanged(moved) if record_type != RecordType::Customer => moved.name.clone(),
        _ => None,
    };
    let unnamed = || {
        let id = claims.first().map_or(arrived.event.subject.as_str(), |claim| claim.value.as_str());
        format!("Unnamed {record_type} ({id})")
    };
    one_line(&moved.or_else(|| arrived.event.party_name.clone()).or(email).unwrap_or_else(unnamed), 120)
}
