//! Claims of records.

use super::{Change, RecordEditor, RecordError, one};
use nerve_ledger::{
    chain::{Body, EntryKind},
    privacy,
    records::{self, Owner},
};
use nerve_model::{Claim, ClaimKind, FieldChange, RecordId, RecordType, Role};
use nerve_ports::{Database, Entropy, Statement};

impl<D: Database, E: Entropy> RecordEditor<'_, D, E> {
    /// Adds a claim to a record.
    ///
    /// # Errors
    ///
    /// Another record owns the claim, it is weak, or it belongs to an erased person.
    pub async fn add_claim(&self, record: RecordId, claim: &Claim) -> Result<(), RecordError> {
        self.change(async || {
            let record = self.root(record).await?;
            let fit = fit(record.record_type, std::slice::from_ref(claim))?;
            let mut statements = vec![self.nobodys(&fit).await?];
            let party = self.candidate(record.id).await?;
            let mut known = party.profile.clone();
            fit.iter().for_each(|claim| known.learn(claim));
            statements.extend(fit.iter().map(|claim| records::learn(record.id, claim, None, self.now)));
            statements.extend(self.known(&party, &known).await?);
            let changes = one(FieldChange::between(claim.kind.as_str(), None, Some(&claim.value)));
            let body = Body { changes, ..Body::about(&record) };
            statements.extend(self.entry(record.id, EntryKind::ClaimAdded, body).await?);
            Ok(Change { statements, then: () })
        })
        .await
    }

    /// Removes a claim from the member that owns it; another record may then have it.
    pub async fn remove_claim(&self, record: RecordId, kind: ClaimKind, value: &str) -> Result<(), RecordError> {
        let claim = Claim { kind, value: value.to_owned(), role: Role::Customer };
        self.change(async || {
            let record = self.root(record).await?;
            let owner = self.owner(&claim).await?.filter(|owner| owner.candidate.record.id == record.id);
            let party = owner.ok_or(RecordError::NotFound("claim"))?.candidate;
            let mut known = party.profile.clone();
            known.forget(&claim);
            let mut statements = vec![records::forget(record.id, kind, value)];
            statements.extend(self.known(&party, &known).await?);
            let changes = one(FieldChange::between(kind.as_str(), Some(value), None));
            let body = Body { changes, ..Body::about(&record) };
            statements.extend(self.entry(party.part, EntryKind::ClaimRemoved, body).await?);
            Ok(Change { statements, then: () })
        })
        .await
    }

    /// Refuses claims that another record owns or an erased person had. The returned statement belongs into the batch
    /// of the change: it makes the batch a conflict when another erasure began since.
    pub(super) async fn nobodys(&self, claims: &[Claim]) -> Result<Statement, RecordError> {
        let asked = claims.iter().map(|claim| (claim, vec![(claim.kind, claim.value.as_str().into())])).collect();
        let held = privacy::suppressed(self.db, asked).await?;
        if let Some(claim) = held.items.first() {
            return Err(RecordError::Suppressed((*claim).clone()));
        }
        for claim in claims {
            if let Some(owner) = self.owner(claim).await? {
                return Err(RecordError::Owned { claim: claim.clone(), owner: owner.candidate.record });
            }
        }
        Ok(held.assertion())
    }

    async fn owner(&self, claim: &Claim) -> Result<Option<Owner>, RecordError> {
        Ok(records::owners(self.db, &[claim]).await?.into_iter().next())
    }
}

/// The distinct claims, with the role of such a record. Refuses weak ones.
pub(super) fn fit(record_type: RecordType, claims: &[Claim]) -> Result<Vec<Claim>, RecordError> {
    if let Some(weak) = claims.iter().find(|claim| !claim.kind.is_strong()) {
        return Err(RecordError::Weak(weak.kind));
    }
    let mut fit: Vec<Claim> = claims.iter().map(|claim| Claim { role: record_type.role(), ..claim.clone() }).collect();
    fit.sort();
    fit.dedup();
    Ok(fit)
}
