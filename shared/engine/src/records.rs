//! The work of people on records.

mod claims;
mod links;
mod tasks;

use crate::retry::{MayConflict, retry_on_conflict};
use nerve_ledger::{
    candidates::{self, StoredCandidate},
    chain::{self, Body, Entry, EntryKind},
    links::{Link, of as links_of},
    merges, questions,
    records::{self, NewRecord, Origin, StoredRecord},
};
use nerve_matching::{Model, Profile};
use nerve_model::{
    Actor, Claim, ClaimKind, FieldChange, QuestionStatus, RecordFields, RecordId, RecordRef, RecordType, Relation,
    Timestamp,
};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};

/// The reason why a record was not changed. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RecordError {
    /// No such row exists.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The record changed since the version that the edit rests on.
    #[error("{} was changed in the meantime", .record.name)]
    Stale {
        /// The record in its present version.
        record: RecordRef,
        /// The present version.
        version: u32,
    },
    /// The record is a part, whose fields are not shown; an edit must name its root.
    #[error("{} is part of another record since a merge: edit that one", .record.name)]
    Part {
        /// The part.
        record: RecordRef,
        /// The root.
        root: RecordId,
    },
    /// Another record owns the claim.
    #[error("{} belongs to {} already", .claim.value, .owner.name)]
    Owned {
        /// The claim.
        claim: Claim,
        /// The owner.
        owner: RecordRef,
    },
    /// The claim belongs to an erased person whose suppression is in force.
    #[error("{} belongs to somebody who was erased and was not let back in", .0.value)]
    Suppressed(Claim),
    /// The record is erased or being erased, and cannot change.
    #[error("what was known of this record was erased at {at}: it is not changed any more")]
    Erased {
        /// The record.
        record: RecordId,
        /// The time at which the erasure began.
        at: Timestamp,
    },
    /// The claim is weak: it identifies nobody by itself.
    #[error("nobody is recognized by {0} alone: keep it as an attribute")]
    Weak(ClaimKind),
    /// The records have this link already.
    #[error("{} and {} are linked so already", .record.name, .other.name)]
    Linked {
        /// The record that the link leads from.
        record: RecordRef,
        /// The record that it leads to.
        other: RecordRef,
    },
    /// Records of these types cannot have this relation.
    #[error("a {other} cannot be the {relation} of a {record}")]
    Unfit {
        /// The type of the record that the link leads from.
        record: RecordType,
        /// The relation.
        relation: Relation,
        /// The type of the record that it leads to.
        other: RecordType,
    },
    /// The record is made of several, which all have its type.
    #[error("{} is made of several records, which have one type: undo its merges first", .0.name)]
    Whole(RecordRef),
    /// A link of the record is none that a record of the new type can have.
    #[error("{} is linked with {}, which a {to} cannot be (as {relation}): remove that link first", .record.name, .other.name)]
    Tied {
        /// The record.
        record: RecordRef,
        /// The type that it was to get.
        to: RecordType,
        /// The relation of the link.
        relation: Relation,
        /// The other end of the link.
        other: RecordRef,
    },
    /// Both ends of the link are the same record.
    #[error("a record is not linked with itself")]
    Same,
    /// The state of the task does not allow the change; the text names the state.
    #[error("the task {0}")]
    Settled(String),
    /// The request is invalid; the text names the problem.
    #[error("{0}")]
    Invalid(String),
    /// The database could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl MayConflict for RecordError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

/// The editor of records: each change is one batch with its entry in the chain of its record.
///
/// Fields are edited at the root; the tasks and claims of a part stay its own. A change that conflicts with another is
/// computed again, so that the caller learns the reason if it has become impossible. After a change of a name or claim,
/// the next sweep has the agent look at the record's proposals again.
#[derive(Debug)]
pub struct RecordEditor<'a, D, E> {
    /// The shared database.
    pub db: &'a D,
    /// The source of ids and salts.
    pub entropy: &'a E,
    /// The time.
    pub now: Timestamp,
    /// The person who edits.
    pub actor: Actor,
}

/// The writes of a change, and the result once they are done.
struct Change<T> {
    statements: Vec<Statement>,
    then: T,
}

impl<D: Database, E: Entropy> RecordEditor<'_, D, E> {
    /// Creates a record that a person entered, with its claims.
    ///
    /// # Errors
    ///
    /// Another record owns one of the claims, one is weak, or one belongs to an erased person.
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

    /// Edits the fields of a record at this version, and confirms a provisional record. Without a change nothing is
    /// written.
    pub async fn edit(&self, id: RecordId, version: u32, fields: &RecordFields) -> Result<StoredRecord, RecordError> {
        self.edit_as(id, version, None, fields).await
    }

    /// The same, and corrects the type of the record; `None` keeps it.
    ///
    /// # Errors
    ///
    /// A record with parts keeps its type, and so does one with a link that the other type cannot have.
    pub async fn edit_as(
        &self,
        id: RecordId,
        version: u32,
        record_type: Option<RecordType>,
        fields: &RecordFields,
    ) -> Result<StoredRecord, RecordError> {
        self.change(async || {
            let stored = self.kept(id).await?;
            if let Some(root) = stored.root {
                return Err(RecordError::Part { record: stored.reference(), root });
            }
            if stored.version != version {
                return Err(RecordError::Stale { record: stored.reference(), version: stored.version });
            }
            let record_type = record_type.filter(|record_type| *record_type != stored.record_type);
            if let Some(to) = record_type {
                self.can_become(&stored, to).await?;
            }
            let statements = self.edited(&stored, record_type, fields).await?;
            Ok(Change { statements, then: () })
        })
        .await?;
        self.find(id).await
    }

    /// Refuses another type that the record's parts or links do not allow.
    async fn can_become(&self, stored: &StoredRecord, to: RecordType) -> Result<(), RecordError> {
        let record = stored.reference();
        if records::members(self.db, stored.id).await?.len() > 1 {
            return Err(RecordError::Whole(record));
        }
        let fits = |link: &Link| match link.reverse {
            false => link.relation.joins(to, link.other.record_type),
            true => link.relation.joins(link.other.record_type, to),
        };
        match links_of(self.db, stored.id).await?.into_iter().find(|link| !fits(link)) {
            Some(Link { relation, other, .. }) => Err(RecordError::Tied { record, to, relation, other }),
            None => Ok(()),
        }
    }

    async fn edited(
        &self,
        stored: &StoredRecord,
        record_type: Option<RecordType>,
        fields: &RecordFields,
    ) -> Result<Vec<Statement>, RecordError> {
        let before = stored.fields();
        let retyped = record_type
            .and_then(|to| FieldChange::between("type", Some(stored.record_type.as_str()), Some(to.as_str())));
        let changes: Vec<FieldChange> = fields.changes_since(&before).into_iter().chain(retyped).collect();
        if changes.is_empty() && !stored.provisional {
            return Ok(Vec::new());
        }
        let note = stored.provisional.then(|| "confirmed".to_owned());
        let after = RecordRef {
            name: fields.name.clone(),
            record_type: record_type.unwrap_or(stored.record_type),
            ..stored.reference()
        };
        let body = Body { note, changes, ..Body::about(&after) };
        let mut statements = vec![records::update_as(stored.id, stored.version, record_type, fields, self.now)];
        if let Some(to) = record_type {
            statements.push(records::play(stored.id, to.role()));
            statements.push(merges::look_again(stored.id, self.now));
        }
        if before.name != fields.name || before.attributes != fields.attributes {
            let party = self.candidate(stored.id).await?;
            let mut known = party.profile.clone();
            known.correct(ClaimKind::Name.as_str(), &before.name, &fields.name);
            // A former address still identifies the record.
            known.merge(&records::profile(fields, &[]));
            statements.extend(self.known(&party, &known).await?);
        }
        statements.extend(self.entry(stored.id, EntryKind::RecordEdited, body).await?);
        Ok(statements)
    }

    /// Stores a part's new profile and marks its root for a new look by the agent. A part with an open question does
    /// not become findable.
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

    /// A record that can be changed: it is not erased.
    async fn kept(&self, id: RecordId) -> Result<StoredRecord, RecordError> {
        let stored = self.find(id).await?;
        match stored.erased_at {
            Some(at) => Err(RecordError::Erased { record: id, at }),
            None => Ok(stored),
        }
    }

    /// The root of a record.
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

    /// Computes a change and writes it; computes it again after a conflict.
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

/// A list with the change, if there is one.
fn one(change: Option<FieldChange>) -> Vec<FieldChange> {
    change.into_iter().collect()
}
