use crate::retry::{MayConflict, retry_on_conflict};
use nerve_ledger::{
    chain::{self, Body, Entry, EntryKind, Heads},
    merges::{self, Merge},
    records::{self, StoredRecord},
};
use nerve_model::{Actor, MergeId, RecordId, RecordRef, Timestamp};
use nerve_ports::{Database, DatabaseError, Entropy, Situations, Statement};

/// The reason why records were not merged, or a merge was not undone.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MergeError {
    /// No record or merge has this id.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Both records are the same.
    #[error("a record is not merged into itself")]
    Same,
    /// The records have different types.
    #[error("a {} cannot become part of a {}", .part.record_type, .record.record_type)]
    OtherType {
        /// The record to be merged.
        part: RecordRef,
        /// The record to merge it into.
        record: RecordRef,
    },
    /// One of the records is a part already.
    #[error("{} is part of another record already", .record.name)]
    Part {
        /// That record.
        record: RecordRef,
        /// The root of that record.
        root: RecordId,
    },
    /// One of the records is erased or being erased, and cannot change.
    #[error("what was known of {record} was erased at {at}: it is neither merged nor taken apart any more")]
    Erased {
        /// That record.
        record: RecordId,
        /// The time at which the erasure began.
        at: Timestamp,
    },
    /// The merged record would have too many members to be read quickly.
    #[error("a record is made of at most {}, itself among them", merges::MAX_PARTS)]
    TooMany,
    /// The merge was undone before.
    #[error("the merge was taken back already")]
    Undone {
        /// The person who undid it.
        by: Option<Actor>,
        /// The time it was undone.
        at: Timestamp,
    },
    /// The database could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl MayConflict for MergeError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

/// Merges two records, and undoes merges.
///
/// Each is one batch that moves no rows: reads cover all members from then on, and new rows go to the part that owns
/// the claims. Deliveries may therefore arrive at any time, and undoing merges in any order gives each record its own
/// rows.
#[derive(Debug)]
pub struct Merger<'a, D, S, E> {
    /// The shared database.
    pub db: &'a D,
    /// The queue for the merged records: the agent looks again at their proposals.
    pub situations: &'a S,
    /// The source of ids and salts.
    pub entropy: &'a E,
    /// The time.
    pub now: Timestamp,
    /// The person who merges or undoes.
    pub actor: Actor,
}

impl<D: Database, S: Situations, E: Entropy> Merger<'_, D, S, E> {
    /// Merges `part`, with all its parts, into `record`.
    pub async fn merge(&self, part: RecordId, record: RecordId) -> Result<Merge, MergeError> {
        let id = MergeId::new(self.now, self.entropy.random());
        let merge = retry_on_conflict(async || -> Result<Merge, MergeError> {
            let (part, record) = joinable(self.db, part, record).await?;
            let merge = Merge {
                id,
                part: part.id,
                record: record.id,
                by: self.actor.clone(),
                at: self.now,
                undone_by: None,
                undone_at: None,
            };
            let mut heads = chain::heads(self.db, &[part.id, record.id]).await?;
            self.db.batch(join(&merge, &part, &record, None, &mut heads, self.entropy)).await?;
            Ok(merge)
        })
        .await?;
        self.announce(&[merge.record]).await;
        Ok(merge)
    }

    /// Undoes a merge: the part becomes a root again, with its own parts and the rows that came since.
    pub async fn undo(&self, id: MergeId) -> Result<Merge, MergeError> {
        let (undone, announced) = retry_on_conflict(async || -> Result<_, MergeError> {
            let merge = merges::get(self.db, id).await?.ok_or(MergeError::NotFound("merge"))?;
            if let Some(at) = merge.undone_at {
                return Err(MergeError::Undone { by: merge.undone_by, at });
            }
            let (part, record) = (find(self.db, merge.part).await?, find(self.db, merge.record).await?);
            let undone = Merge { undone_by: Some(self.actor.clone()), undone_at: Some(self.now), ..merge };
            let mut heads = chain::heads(self.db, &[part.id, record.id]).await?;
            let statements = part_again(&undone, &part.reference(), &record.reference(), &mut heads, self.entropy);
            self.db.batch(statements).await?;
            Ok((undone, [part.id, part.root.unwrap_or(record.id)]))
        })
        .await?;
        self.announce(&announced).await;
        Ok(undone)
    }

    /// Announces the records; the sweeper repeats a lost announcement.
    async fn announce(&self, records: &[RecordId]) {
        for record in records {
            let _announced = self.situations.announce(*record).await;
        }
    }
}

/// Both records, if `part` can be merged into `record`. The database enforces the same rules.
pub async fn joinable(
    db: &impl Database,
    part: RecordId,
    record: RecordId,
) -> Result<(RecordRef, RecordRef), MergeError> {
    if part == record {
        return Err(MergeError::Same);
    }
    let (part, record) = (as_root(find(db, part).await?)?, as_root(find(db, record).await?)?);
    if part.record_type != record.record_type {
        return Err(MergeError::OtherType { part, record });
    }
    let parts = records::members(db, part.id).await?.len() + records::members(db, record.id).await?.len();
    if parts > merges::MAX_PARTS { Err(MergeError::TooMany) } else { Ok((part, record)) }
}

/// A record that exists and is not erased.
pub(crate) async fn find(db: &impl Database, id: RecordId) -> Result<StoredRecord, MergeError> {
    let stored = records::get(db, id).await?.ok_or(MergeError::NotFound("record"))?;
    match stored.erased_at {
        None => Ok(stored),
        Some(at) => Err(MergeError::Erased { record: id, at }),
    }
}

/// The record, if it is a root.
fn as_root(stored: StoredRecord) -> Result<RecordRef, MergeError> {
    match stored.root {
        None => Ok(stored.reference()),
        Some(root) => Err(MergeError::Part { record: stored.reference(), root }),
    }
}

/// The writes of a merge, with an entry in the chain of each record. `heads` must contain both; `why` is added to the
/// notes.
pub fn join(
    merge: &Merge,
    part: &RecordRef,
    record: &RecordRef,
    why: Option<&str>,
    heads: &mut Heads,
    entropy: &impl Entropy,
) -> Vec<Statement> {
    let mut statements = merges::merge(merge);
    let because = why.map(|why| format!(": {why}")).unwrap_or_default();
    let entry = |other: &RecordRef, note: String| entry(EntryKind::Merged, merge.by.clone(), merge.at, other, note);
    let of_part = entry(record, format!("became part of {}{because}", record.told_apart(part)));
    let of_record = entry(part, format!("{} became part of it{because}", part.told_apart(record)));
    statements.extend(heads.append(part.id, &of_part, entropy.random()));
    statements.extend(heads.append(record.id, &of_record, entropy.random()));
    statements
}

/// The writes that undo a merge, with an entry in the chain of each record. `heads` must contain both.
pub fn part_again(
    undone: &Merge,
    part: &RecordRef,
    record: &RecordRef,
    heads: &mut Heads,
    entropy: &impl Entropy,
) -> Vec<Statement> {
    let (by, at) =
        (undone.undone_by.clone().unwrap_or_else(|| undone.by.clone()), undone.undone_at.unwrap_or(undone.at));
    let mut statements = merges::undo(undone, &by, at);
    let entry = |other: &RecordRef, note: String| entry(EntryKind::Unmerged, by.clone(), at, other, note);
    let of_part = entry(record, format!("is no longer part of {}", record.told_apart(part)));
    let of_record = entry(part, format!("{} is no longer part of it", part.told_apart(record)));
    statements.extend(heads.append(part.id, &of_part, entropy.random()));
    statements.extend(heads.append(record.id, &of_record, entropy.random()));
    statements
}

fn entry(kind: EntryKind, actor: Actor, at: Timestamp, other: &RecordRef, note: String) -> Entry {
    let body = Body { related_record: Some(other.clone()), note: Some(note), ..Body::default() };
    Entry { kind, at, actor, proposal: None, event: None, body }
}
