//! Links between records.

use super::{Change, RecordEditor, RecordError, one};
use nerve_ledger::{
    chain::{self, Body, EntryKind},
    links,
};
use nerve_model::{FieldChange, RecordId, RecordRef, Relation};
use nerve_ports::{Database, Entropy, Statement};

impl<D: Database, E: Entropy> RecordEditor<'_, D, E> {
    /// Links a record to another: `other` becomes its `relation`.
    pub async fn link(&self, record: RecordId, relation: Relation, other: RecordId) -> Result<(), RecordError> {
        self.change(async || {
            let (record, other) = (self.root(record).await?, self.root(other).await?);
            if record.id == other.id {
                return Err(RecordError::Same);
            }
            let (from, to) = (record.record_type, other.record_type);
            if !relation.joins(from, to) {
                return Err(RecordError::Unfit { record: from, relation, other: to });
            }
            if self.linked(&record, relation, &other).await? {
                return Err(RecordError::Linked { record, other });
            }
            let mut statements = vec![links::insert(record.id, relation, other.id, self.now)];
            statements.extend(self.told(EntryKind::Linked, &record, relation, &other).await?);
            Ok(Change { statements, then: () })
        })
        .await
    }

    /// Removes a link.
    pub async fn unlink(&self, record: RecordId, relation: Relation, other: RecordId) -> Result<(), RecordError> {
        self.change(async || {
            let (record, other) = (self.root(record).await?, self.root(other).await?);
            if !self.linked(&record, relation, &other).await? {
                return Err(RecordError::NotFound("link"));
            }
            let mut statements = vec![links::remove(record.id, relation, other.id)];
            // `related` has no direction.
            if relation == Relation::Related {
                statements.push(links::remove(other.id, relation, record.id));
            }
            statements.extend(self.told(EntryKind::Unlinked, &record, relation, &other).await?);
            Ok(Change { statements, then: () })
        })
        .await
    }

    async fn linked(&self, record: &RecordRef, relation: Relation, other: &RecordRef) -> Result<bool, RecordError> {
        let either = relation == Relation::Related;
        Ok(links::exists(self.db, record.id, relation, other.id).await?
            || (either && links::exists(self.db, other.id, relation, record.id).await?))
    }

    /// An entry in the chain of each record: a field change where the link leads away, and a note where it leads to.
    async fn told(
        &self,
        kind: EntryKind,
        record: &RecordRef,
        relation: Relation,
        other: &RecordRef,
    ) -> Result<Vec<Statement>, RecordError> {
        let mut heads = chain::heads(self.db, &[record.id, other.id]).await?;
        let (before, after) = match kind {
            EntryKind::Unlinked => (Some(other.name.as_str()), None),
            _ => (None, Some(other.name.as_str())),
        };
        let body = |of: &RecordRef, far: &RecordRef| Body { other_record: Some(far.clone()), ..Body::about(of) };
        let changes = one(FieldChange::between(relation.as_str(), before, after));
        let away = self.written(kind, Body { changes, ..body(record, other) });
        let verb = if kind == EntryKind::Unlinked { "is no longer" } else { "is" };
        let note = Some(match relation {
            Relation::Related => format!("{verb} related to {}", record.name),
            _ => format!("{verb} the {relation} of {}", record.name),
        });
        let to = self.written(kind, Body { note, ..body(other, record) });
        let mut statements = heads.append(record.id, &away, self.entropy.random());
        statements.extend(heads.append(other.id, &to, self.entropy.random()));
        Ok(statements)
    }
}
