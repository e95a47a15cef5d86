//! The writes of resolved events.

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
    RecordFields, RecordId, RecordRef, RecordType, Timestamp, one_line, real_name, stand_in_name,
};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use nerve_protocol::record::NewEntry;

/// The statements of a batch of events, and the state after them: later events of the batch see the writes of earlier
/// ones.
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

    /// Resolves the record of an event and adds its writes.
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

    /// Commits the batch, which is refused when `assertion` no longer holds.
    pub(super) async fn commit(mut self, db: &impl Database, assertion: &Statement) -> Result<(), DatabaseError> {
        if self.statements.is_empty() {
            return Ok(());
        }
        self.statements.push(assertion.clone());
        db.batch(self.statements).await.map(drop)
    }

    /// Adds a write to the statements and applies it to the state that later events see. Every change goes through it.
    fn write(&mut self, write: Write) {
        self.statements.extend(write.statements());
        write.apply(&mut self.known);
    }

    /// The fact, once the record is known. A message becomes a vendor's reply only if the vendor owns its sender's
    /// address or user: anybody can write a name or telephone number.
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

    /// Creates a provisional record and returns the head of its chain. A record with a question is not `found`: it gets
    /// no keys until the answer.
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

    /// Adds the claims and profile of the event's party to a record.
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
        // Without an answer the party may still be the claims' owner, so they are not marked as shared.
        if found {
            self.write(Write::Share(shared));
        }
    }

    /// Asks a person which candidate the record is.
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
            urgent: false,
            considered: None,
            asked_at: self.now,
            version: 1,
        };
        self.write(Write::Ask { question, head, salt: self.entropy.random() });
    }

    /// Writes the index row of the event, its associations, and its handles.
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
        // An answer to a message about a deal or project belongs to it as well.
        if let Some(message) = references::message_handle(&event.fact) {
            let records = associated.iter().map(|association| &association.record);
            let work = records.filter(|record| record.record_type.is_work());
            rows.extend(work.map(|record| associations::remember(record.id, std::slice::from_ref(&message))));
        }
        rows.into_iter().for_each(|row| self.write(Write::Row(row)));
        (part, NewEntry { event, matched })
    }
}

/// The write of a deal's or project's stage from another tool: of the record that the event's subject refers to, else
/// of the event's record. `None` for other events.
fn moved(event: &Event, part: RecordId, record: &RecordRef, known: &LookupResult, now: Timestamp) -> Option<Statement> {
    let Fact::RecordStageChanged(moved) = &event.fact else { return None };
    let referred = only(event.subject.as_str(), &known.referred).map(|(record, referred)| (referred.part, record));
    let (work, record) = referred.unwrap_or((part, record));
    let stage = moved.to.as_deref().map(|to| one_line(to, RecordFields::STAGE_CHARS)).filter(|stage| !stage.is_empty());
    record.record_type.is_work().then(|| records::say_stage(work, stage.as_deref(), event.occurred_at, now))
}

/// The claim is the sender of the message: the mail address, or the user id in a chat.
fn sends(claim: &Claim, message: &Message) -> bool {
    match message.medium {
        Medium::Mail => claim.kind == ClaimKind::Email && claim.value == message.from.address,
        Medium::Chat => claim.kind == ClaimKind::External,
    }
}

/// The display name of a provisional record: the best text in the event.
fn name(arrived: &Arrived<'_>, record_type: RecordType) -> String {
    let claims = &arrived.party.claims;
    let email = claims.iter().find(|claim| claim.kind == ClaimKind::Email).map(|claim| claim.value.clone());
    let moved = match &arrived.event.fact {
        Fact::RecordStageChanged(moved) if record_type != RecordType::Customer => moved.name.clone(),
        Fact::RecordMerged(merged) if record_type != RecordType::Customer => merged.name.clone(),
        _ => None,
    };
    let unnamed = || {
        let id = claims.first().map_or(arrived.event.subject.as_str(), |claim| claim.value.as_str());
        stand_in_name(record_type, id)
    };
    let said = arrived.event.party_name.clone();
    // A name that markup stands in is still one on our screens.
    let real = said.clone().filter(|name| real_name(&name.replace(['<', '>', '[', ']', '|', '*', '#'], " ")).is_some());
    let readable = said.filter(|name| name.chars().any(char::is_alphanumeric));
    one_line(&moved.or(real).or(email).or(readable).unwrap_or_else(unnamed), 120)
}
