//! Claims shared by several records: households and colleagues share a telephone or a mailbox.

use super::{Existing, KnownRecords, key, rivals, whole, word};
use crate::{Draft, Refusal, names::Named};
use nerve_model::{Claim, ClaimKind, RecordType};

/// The party of a row, as far as its other cells identify it.
struct Party<'k> {
    known: Option<&'k Existing>,
    named: Named,
    /// The row's ids that belong to one record only.
    ids: Vec<Claim>,
    /// An id or, when telephone numbers are judged, an address identifies it.
    is_told: bool,
    /// It is a type that can be called and written to.
    is_party: bool,
}

impl KnownRecords {
    /// Separates the claims that other records share; shared addresses and numbers become additional ones of the record.
    /// A row that has no others is recognized by its name and address together.
    pub(super) fn apart(&self, mut draft: Draft, record_type: RecordType) -> Result<(Draft, Vec<Claim>), Refusal> {
        let Some(strongest) = draft.claims.first().cloned() else { return Ok((draft, Vec::new())) };
        let mut party = self.party(&draft, record_type);
        let mut shared: Vec<Claim> = Vec::new();
        // Addresses are judged by ids, then numbers by ids and addresses.
        for numbers in [false, true] {
            let (kind, claims) = (ClaimKind::Phone, draft.claims.iter());
            let judged = claims.filter(|claim| (claim.kind == kind) == numbers);
            shared.extend(judged.filter(|claim| self.is_shared(&party, claim)).cloned());
            let own = |claim: &&Claim| claim.kind == ClaimKind::Email && !shared.contains(claim);
            party.is_told |= draft.claims.iter().any(|claim| own(&claim));
            let owner = || draft.claims.iter().filter(own).find_map(|claim| self.owner(claim));
            let known = party.known.or_else(owner);
            party = party.or_known(known);
        }
        draft.claims.retain(|claim| !shared.contains(claim));
        if draft.claims.is_empty() && draft.record.is_none() {
            let by_name = draft.by_name.take();
            let by_name = by_name.filter(|claim| party.named.is_full() || self.owner(claim).is_some());
            draft.claims.push(by_name.ok_or_else(|| {
                let (word, value) = (word(strongest.kind), &strongest.value);
                whole(format!("More than one goes by the {word} {value}: add something that is only theirs."))
            })?);
        }
        Ok((draft, shared.into_iter().filter(|claim| claim.kind.is_contact()).collect()))
    }

    fn party(&self, draft: &Draft, record_type: RecordType) -> Party<'_> {
        let own_id = |claim: &&Claim| claim.kind == ClaimKind::External && !self.shared.contains(&key(claim));
        let ids: Vec<Claim> = draft.claims.iter().filter(own_id).cloned().collect();
        let named = draft.record.and_then(|id| self.records.get(self.roots.get(&id)?));
        let known = named.or_else(|| ids.iter().chain(&draft.by_name).find_map(|claim| self.owner(claim)));
        let party = Party {
            known: None,
            named: Named::new(draft.name.as_deref()),
            is_told: draft.record.is_some() || known.is_some() || !ids.is_empty(),
            is_party: draft.said_type.unwrap_or(record_type).is_party(),
            ids,
        };
        party.or_known(known)
    }

    /// True if other records share the claim. A telephone number is shared once a record of another name has it; with
    /// the same name, or none, both rows could be one record. A mail address says more: it is shared once its owner has
    /// another id of the same tool, or another full name.
    fn is_shared(&self, party: &Party<'_>, claim: &Claim) -> bool {
        let shared = self.shared.contains(&key(claim));
        let Some(owner) = self.owner(claim).filter(|_| claim.kind.is_contact()) else { return shared };
        if party.known.is_some_and(|known| known.id == owner.id) {
            return false;
        }
        let (named, other) = (&party.named, &named_as(owner));
        if shared {
            return !named.is_like(other) || party.known.is_some() || named.is_empty() || other.is_empty();
        }
        let another_id =
            || party.ids.iter().any(|id| owner.claims.iter().any(|known| known != id && rivals(known, id)));
        let is_told = party.is_told && (claim.kind == ClaimKind::Phone || party.known.is_some());
        let differs = (is_told && !named.is_like(other)) || named.contradicts(other) || another_id();
        differs && party.is_party && owner.record_type.is_party()
    }
}

impl<'k> Party<'k> {
    /// The party that this record is, if there is one.
    fn or_known(self, known: Option<&'k Existing>) -> Self {
        let Some(record) = known else { return self };
        let named = if self.named.is_empty() { named_as(record) } else { self.named };
        Self { known, named, is_party: record.record_type.is_party(), ..self }
    }
}

/// The words of the record's name; none if the name is an address or an id.
fn named_as(record: &Existing) -> Named {
    let called = &record.fields.name;
    let is_claim = record.claims.iter().any(|claim| called.contains(&claim.value));
    Named::new(Some(called.as_str()).filter(|_| !is_claim))
}
