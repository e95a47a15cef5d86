//! The writes of resolved events, one change at a time.

use super::known::KnownParties;
use nerve_ledger::{
    candidates::{self, StoredCandidate},
    chain::{Body, ChainId, Entry, EntryKind, Head},
    questions::{self, Question},
    records::{self, NewRecord, Origin, Owner},
};
use nerve_matching::{Model, Profile};
use nerve_model::{Actor, Claim, EventId, RecordId, Timestamp};
use nerve_ports::Statement;

/// A change, both as the database stores it and as later events of its batch see it.
#[derive(Debug)]
pub(super) enum Write {
    /// Creates a record.
    Create {
        record: NewRecord,
        origin: Origin,
        salt: u128,
        /// The keys by which it is found.
        keys: Vec<String>,
    },
    /// Adds an unowned claim to a record.
    Own { part: RecordId, claim: Claim, event: EventId, at: Timestamp },
    /// Changes the profile of a record, and its keys unless a question about it is open.
    Learn { before: StoredCandidate, after: Profile, found: bool },
    /// Marks claims as shared by several parties.
    Share(Vec<Claim>),
    /// Asks a question, with the next entry in the record's chain.
    Ask { question: Question, head: Head, salt: u128 },
    /// Writes a row that no later event of the batch reads.
    Row(Statement),
}

impl Write {
    /// The statements of the change; none when it changes nothing.
    pub(super) fn statements(&self) -> Vec<Statement> {
        match self {
            Self::Create { record, origin, salt, .. } => records::begin(record, origin, *salt).0,
            Self::Own { part, claim, event, at } => vec![records::learn(*part, claim, *event, *at)],
            Self::Learn { before, after, found } => candidates::learn(Model::shipped(), before, after, *found),
            Self::Share(claims) => candidates::share(claims).into_iter().collect(),
            Self::Ask { question, head, salt } => {
                let (chain, mut head) = (ChainId::Record(question.record), head.clone());
                let entry = head.append(&chain, &asked(question), *salt);
                std::iter::once(questions::ask(question)).chain(entry).collect()
            }
            Self::Row(statement) => vec![statement.clone()],
        }
    }

    /// Applies the change to the state that later events see.
    pub(super) fn apply(self, known: &mut KnownParties) {
        match self {
            Self::Create { record, keys, .. } => known.create(keys, StoredCandidate::new(record.reference())),
            Self::Own { part, claim: Claim { kind, value, .. }, .. } => {
                if let Some(candidate) = known.candidate(part) {
                    known.found.owners.push(Owner { kind, value, shared: false, candidate });
                }
            }
            Self::Learn { before, after, .. } => known.learn(&before, &after),
            Self::Share(claims) => known.share(&claims),
            Self::Ask { question, .. } => known.found.asked.push(question),
            Self::Row(_) => {}
        }
    }
}

/// The entry of a new question in the chain of its record.
pub(crate) fn asked(question: &Question) -> Entry {
    let names: Vec<&str> = question.candidates.iter().map(|candidate| candidate.record.name.as_str()).collect();
    let body = Body {
        related_record: Some(question.whole.clone()),
        note: Some(format!("Who is it: {}, or somebody new?", names.join(" or "))),
        question: Some(question.id),
        named: question.candidates.iter().map(|candidate| candidate.record.id).collect(),
        ..Body::default()
    };
    let (at, actor) = (question.asked_at, Actor::system("context"));
    Entry { kind: EntryKind::Asked, at, actor, proposal: None, event: Some(question.event), body }
}
