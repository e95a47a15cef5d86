//! Records as people keep them.

mod claims;
mod links;
mod tasks;

use crate::retry::{MayConflict, retry_on_conflict};
use nerve_ledger::{
    candidates::{self, StoredCandidate},
    chain::{self, Body, Entry, EntryKind},
    merges, questions,
    records::{self, NewRecord, Origin, StoredRecord},
};
use nerve_matching::{Model, Profile};
use nerve_model::{
    Actor, Claim, ClaimKind, FieldChange, QuestionStatus, RecordFields, RecordId, RecordRef, RecordType, Relation,
    Timestamp,
};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};

/// Why a record was not changed. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RecordError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Somebody changed the record since it was looked at.
    #[error("{} was changed in the meantime", .record.name)]
    Stale {
        /// As it stands now.
        record: RecordRef,
        /// The version it is at.
        version: u32,
    },
    /// What is said of a part does not show: its root is what is edited.
    #[error("{} is part of another record since a merge: edit that one", .record.name)]
    Part {
        /// The part.
        record: RecordRef,
        /// What it is part of.
        root: RecordId,
    },
    /// A claim belongs to somebody already.
    #[error("{} belongs to {} already", .claim.value, .owner.name)]
    Owned {
        /// The claim.
        claim: Claim,
        /// Whose it is.
        owner: RecordRef,
    },
    /// A claim is that of somebody who was erased.
    #[error("{} belongs to somebody who was erased and was not let back in", .0.value)]
    Suppressed(Claim),
    /// What was known of the record is erased: it stays as it is.
    #[error("what was known of this record was erased at {at}: it is not changed any more")]
    Erased {
        /// The record.
        record: RecordId,
        /// Since when.
        at: Timestamp,
    },
    /// Only what recognizes somebody by itself can be claimed.
    #[error("nobody is recognized by {0} alone: keep it as an attribute")]
    Weak(ClaimKind),
    /// The records are linked so already.
    #[error("{} and {} are linked so already", .record.name, .other.name)]
    Linked {
        /// From where.
        record: RecordRef,
        /// To where.
        other: RecordRef,
    },
    /// Such records are never in this relation.
    #[error("a {other} cannot be the {relation} of a {record}")]
    Unfit {
        /// From where.
        record: RecordType,
        /// What the other would be.
        relation: Relation,
        /// To where.
        other: RecordType,
    },
    /// A record is not linked with itself.
    #[error("a record is not linked with itself")]
    Same,
    /// The task is not in a state that allows this; the text says in which.
    #[error("the task {0}")]
    Settled(String),
    /// It cannot be meant; the text says why.
    #[error("{0}")]
    Invalid(String),
    /// The database could not do it now.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl MayConflict for RecordError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

/// Where people keep records: each change is one batch with its entry in the chain of the record that it is about.
///
/// What is said of a record that was merged into another is said of the other; what it had before, its tasks and claims,
/// stays its own. A change on which something changed in between is worked out anew, so that whoever cannot do it is told
/// why. What changed by what somebody is recognized or called is looked at again with the next sweep.
#[derive(Debug)]
pub struct RecordEditor<'a, D, E> {
    /// The shared database.
    pub db: &'a D,
    /// For ids and salts.
    pub entropy: &'a E,
    /// The time.
    pub now: Timestamp,
    /// Who does it.
    pub actor: Actor,
}

/// What is to be written, and what is true then.
struct Change<T> {
    statements: Vec<Statement>,
    then: T,
}

impl<D: Database, E: Entropy> RecordEditor<'_, D, E> {
    /// Creates a record that a person knows of. It is recognized by its claims from now on.
    ///
    /// # Errors
    ///
    /// One of the claims is somebody's already, or that of somebody who was erased.
    pub async fn create(
        &self,
        record_type: RecordType,
        fields: &RecordFields,
        claims: &[Claim],
    ) -> Result<StoredRecord, RecordError> {
        let claims = self::claims::fit(record_type, claims)?;
        let id = RecordId::new(self.now, self.entropy.random());
        let (fields, shared) = (fields.clone(), Vec::new());
        let new = NewRecord { id, record_type, fields, provisional: false, claims, shared };
        self.change(async || {
            let mut statements = vec![self.nobodys(&new.claims).await?];
            let origin = Origin::of(self.actor.clone(), self.now);
            statements.extend(records::create(&new, &origin, self.entropy.random()));
            Ok(Change { statements, then: () })
        })
        .await?;
        self.find(id).await
    }

    /// Writes what is said of a record anew, if it still is at this version. Whoever edits a record has confirmed it.
    /// Where nothing is said anew, nothing is written.
    pub async fn edit(&self, id: RecordId, version: u32, fields: &RecordFields) -> Result<StoredRecord, RecordError> {
        self.change(async || {
            let stored = self.kept(id).await?;
            if let Some(root) = stored.root {
                return Err(RecordError::Part { record: stored.reference(), root });
            }
            if stored.version != version {
                return Err(RecordError::Stale { record: stored.reference(), version: stored.version });
            }
            let statements = self.edited(&stored, fields).await?;
            Ok(Change { statements, then: () })
        })
        .await?;
        self.find(id).await
    }

    async fn edited(&self, stored: &StoredRecord, fields: &RecordFields) -> Result<Vec<Statement>, RecordError> {
        let before = stored.fields();
        let changes = fields.changes_since(&before);
        if changes.is_empty() && !stored.provisional {
            return Ok(Vec::new());
        }
        let note = stored.provisional.then(|| "confirmed".to_owned());
        let body =
            Body { note, changes, ..Body::about(&RecordRef { name: fields.name.clone(), ..stored.reference() }) };
        let mut statements = vec![records::update(stored.id, stored.version, fields, self.now)];
        if before.name != fields.name || before.attributes != fields.attributes {
            let party = self.candidate(stored.id).await?;
            let mut known = party.profile.clone();
            known.correct(ClaimKind::Name.as_str(), &before.name, &fields.name);
            // Where somebody lived before still tells who they are.
            known.merge(&records::profile(fields, &[]));
            statements.extend(self.known(&party, &known).await?);
        }
        statements.extend(self.entry(stored.id, EntryKind::RecordEdited, body).await?);
        Ok(statements)
    }

    /// By what a part of a record is compared from now on, and that what is proposed about it is looked at again. Who
    /// waits to be told from others is not found until that is answered.
    async fn known(&self, party: &StoredCandidate, after: &Profile) -> Result<Vec<Statement>, RecordError> {
        let asked = questions::about(self.db, party.part).await?;
        let waits = asked.iter().any(|q| q.record == party.part && q.status == QuestionStatus::Open);
        let mut statements = candidates::learn(Model::shipped(), party, after, !waits);
        statements.push(merges::look_again(party.record.id, self.now));
        Ok(statements)
    }

    async fn candidate(&self, part: RecordId) -> Result<StoredCandidate, RecordError> {
        candidates::get(self.db, part).await?.ok_or(RecordError::NotFound("record"))
    }

    async fn find(&self, id: RecordId) -> Result<StoredRecord, RecordError> {
        records::get(self.db, id).await?.ok_or(RecordError::NotFound("record"))
    }

    /// A record that can be changed.
    async fn kept(&self, id: RecordId) -> Result<StoredRecord, RecordError> {
        let stored = self.find(id).await?;
        match stored.erased_at {
            Some(at) => Err(RecordError::Erased { record: id, at }),
            None => Ok(stored),
        }
    }

    /// The record, or what it is part of.
    async fn root(&self, id: RecordId) -> Result<RecordRef, RecordError> {
        let stored = self.kept(id).await?;
        match stored.root {
            Some(root) => Ok(self.find(root).await?.reference()),
            None => Ok(stored.reference()),
        }
    }

    /// The next entry in the chain of a record.
    async fn entry(&self, record: RecordId, kind: EntryKind, body: Body) -> Result<Vec<Statement>, DatabaseError> {
        let mut heads = chain::heads(self.db, &[record]).await?;
        Ok(heads.append(record, &self.written(kind, body), self.entropy.random()))
    }

    fn written(&self, kind: EntryKind, body: Body) -> Entry {
        Entry { kind, at: self.now, actor: self.actor.clone(), proposal: None, event: None, body }
    }

    /// Works it out and writes it; starts over when something changed in between.
    async fn change<T>(&self, work_out: impl AsyncFn() -> Result<Change<T>, RecordError>) -> Result<T, RecordError> {
        retry_on_conflict(async || {
            let Change { statements, then } = work_out().await?;
            if !statements.is_empty() {
                self.db.batch(statements).await?;
            }
            Ok(then)
        })
        .await
    }
}

/// One change of one field, if it is one.
fn one(change: Option<FieldChange>) -> Vec<FieldChange> {
    change.into_iter().collect()
}
