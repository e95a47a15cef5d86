//! What becomes of events once it is decided whom they are about.

use super::{
    Arrived,
    associations::{associated, only},
    known::KnownParties,
    party::Party,
    references,
    resolution::Resolution,
    write::Write,
};
use nerve_ledger::{
    LookupResult, associations,
    chain::Head,
    events,
    questions::Question,
    records::{self, NewRecord, Origin},
};
use nerve_matching::understood;
use nerve_model::{
    Actor, Candidate, Claim, ClaimKind, Event, EventId, Fact, Match, Medium, Message, QuestionId, QuestionStatus,
    RecordFields, RecordId, RecordRef, RecordType, Timestamp, one_line,
};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use nerve_protocol::record::NewEntry;

/// The statements of a batch of events, and what is known after them: what one event taught, the next one knows.
pub(super) struct Index<'a, E> {
    pub(super) known: KnownParties,
    statements: Vec<Statement>,
    entropy: &'a E,
    now: Timestamp,
}

impl<'a, E: Entropy> Index<'a, E> {
    pub(super) fn new(look_up: LookupResult, entropy: &'a E, now: Timestamp) -> Self {
        Self { known: KnownParties::new(look_up), statements: Vec::new(), entropy, now }
    }

    /// Decides whom an event is about, and what is to be written for it.
    pub(super) fn add(&mut self, asker: usize, arrived: &Arrived<'_>) -> (RecordId, NewEntry) {
        let party = &arrived.party;
        let event = arrived.event.id;
        let resolution = self.known.resolution(asker, arrived);
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

    /// Writes all of it, unless `assertion` does not hold any more.
    pub(super) async fn commit(mut self, db: &impl Database, assertion: &Statement) -> Result<(), DatabaseError> {
        if self.statements.is_empty() {
            return Ok(());
        }
        self.statements.push(assertion.clone());
        db.batch(self.statements).await.map(drop)
    }

    /// The one way in which something changes: in the database and for the events that follow.
    fn write(&mut self, write: Write) {
        self.statements.extend(write.statements());
        write.apply(&mut self.known);
    }

    /// What happened, once it is known whom it concerns. A vendor's reply comes from where the vendor is known to write
    /// from: a name or telephone number anybody can write.
    fn understood(&self, arrived: &Arrived<'_>, resolution: &Resolution) -> Fact {
        let fact = &arrived.event.fact;
        match (resolution, fact) {
            (Resolution::Evidence { record, matched, .. }, Fact::EmailReceived(message))
                if arrived
                    .party
                    .claims
                    .iter()
                    .any(|claim| sends(claim, message) && self.known.goes_by(record.id, claim)) =>
            {
                understood(fact, record, matched)
            }
            _ => fact.clone(),
        }
    }

    /// A record nobody has entered yet, with where its chain ends. Of one that a question is about it is not yet said that
    /// anybody is found there.
    fn create(&mut self, arrived: &Arrived<'_>, like: Option<RecordType>, found: bool) -> (RecordRef, Head) {
        let record_type = like.unwrap_or(arrived.party.record_type);
        let id = RecordId::new(self.now, self.entropy.random());
        let reference = RecordRef { id, record_type, name: name(arrived, record_type) };
        let origin = Origin { event: Some(arrived.event.id), ..Origin::of(Actor::system("context"), self.now) };
        let (record, salt) = (NewRecord::named(reference.clone()).provisional(), self.entropy.random());
        let (_, head) = records::begin(&record, &origin, salt);
        let keys = if found { arrived.party.keys.clone() } else { Vec::new() };
        self.write(Write::Create { record, origin, salt, keys });
        self.learn(id, id, &arrived.party, arrived.event.id, found);
        (reference, head)
    }

    /// What an event says of its party is from now on known of the record.
    fn learn(&mut self, part: RecordId, record: RecordId, party: &Party, event: EventId, found: bool) {
        let mut shared = Vec::new();
        for claim in &party.claims {
            match self.known.owner(claim) {
                None => self.write(Write::Own { part, claim: claim.clone(), event, at: self.now }),
                Some(owner) if owner.candidate.record.id != record && claim.kind.is_contact() && !owner.shared => {
                    shared.push(claim.clone());
                }
                Some(_) => {}
            }
        }
        if let Some(before) = self.known.candidate(part) {
            let mut after = before.profile.clone();
            after.merge(&party.profile);
            if after != before.profile {
                self.write(Write::Learn { before, after, found });
            }
        }
        // Who is only asked about has not been told from its owner yet.
        if found {
            self.write(Write::Share(shared));
        }
    }

    /// A person is asked which of the candidates it is.
    fn ask(&mut self, record: &RecordRef, head: Head, arrived: &Arrived<'_>, candidates: Vec<Candidate>) {
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
        self.write(Write::Ask { question, head, salt: self.entropy.random() });
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
        let (party, known) = (&arrived.party, &self.known.found);
        let associated = associated(&event, record, &party.others, &arrived.tokens, known);
        let mut rows = vec![events::insert(&event, &matched, part, arrived.inbox, arrived.duplicates)];
        rows.extend(moved(&event, part, record, known, self.now));
        let handles = references::handles(&event);
        if !handles.is_empty() {
            rows.push(associations::remember(part, &handles));
        }
        if !associated.is_empty() {
            rows.push(associations::insert(event.id, event.occurred_at, &associated));
        }
        // Who answers a message about a deal or project means that as well.
        if let Some(message) = references::message_handle(&event.fact) {
            let records = associated.iter().map(|association| &association.record);
            let work = records.filter(|record| record.record_type.is_work());
            rows.extend(work.map(|record| associations::remember(record.id, std::slice::from_ref(&message))));
        }
        rows.into_iter().for_each(|row| self.write(Write::Row(row)));
        (part, NewEntry { event, matched })
    }
}

/// The stage that another tool says a deal or project is in by now: the one that the event is kept with, or that goes by
/// what it is about.
fn moved(event: &Event, part: RecordId, record: &RecordRef, known: &LookupResult, now: Timestamp) -> Option<Statement> {
    let Fact::RecordStageChanged(moved) = &event.fact else { return None };
    let referred = only(event.subject.as_str(), &known.referred).map(|(record, referred)| (referred.part, record));
    let (work, record) = referred.unwrap_or((part, record));
    let stage = one_line(&moved.to, RecordFields::STAGE_CHARS);
    (record.record_type.is_work() && !stage.is_empty())
        .then(|| records::say_stage(work, &stage, event.occurred_at, now))
}

/// Whether the claim is where the message was sent from: the mailbox, or the user whom a chat knows.
fn sends(claim: &Claim, message: &Message) -> bool {
    match message.medium {
        Medium::Mail => claim.kind == ClaimKind::Email && claim.value == message.from.address,
        Medium::Chat => claim.kind == ClaimKind::External,
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
