//! Claims shared by several records: households and colleagues share a telephone.

use super::{Existing, KnownRecords, key, whole, word};
use crate::{Draft, Refusal};
use nerve_matching::normal::words;
use nerve_model::{Claim, ClaimKind, RecordType};
use std::collections::BTreeSet;

/// The party of a row, as far as its other cells identify it.
struct Party<'k> {
    known: Option<&'k Existing>,
    named: BTreeSet<String>,
    /// A claim other than a telephone number identifies it, and it is a type that can be called.
    is_told: bool,
}

impl KnownRecords {
    /// Separates the claims that other records share; shared telephone numbers become additional ones of the record.
    pub(super) fn apart(&self, mut draft: Draft, record_type: RecordType) -> Result<(Draft, Vec<Claim>), Refusal> {
        let Some(strongest) = draft.claims.first().cloned() else { return Ok((draft, Vec::new())) };
        let party = self.party(&draft, record_type);
        let (shared, own): (Vec<Claim>, _) = draft.claims.into_iter().partition(|claim| self.is_shared(&party, claim));
        draft.claims = own;
        if draft.claims.is_empty() && draft.record.is_none() {
            let (word, value) = (word(strongest.kind), &strongest.value);
            return Err(whole(format!("More than one goes by the {word} {value}: add something that is only theirs.")));
        }
        Ok((draft, shared.into_iter().filter(|claim| claim.kind == ClaimKind::Phone).collect()))
    }

    fn party(&self, draft: &Draft, record_type: RecordType) -> Party<'_> {
        let tells = |claim: &&Claim| {
            matches!(claim.kind, ClaimKind::External | ClaimKind::Email) && !self.shared.contains(&key(claim))
        };
        let named = draft.record.and_then(|id| self.records.get(self.roots.get(&id)?));
        let known = named.or_else(|| draft.claims.iter().filter(tells).find_map(|claim| self.owner(claim)));
        let record_type = known.map_or(draft.said_type.unwrap_or(record_type), |known| known.record_type);
        Party {
            known,
            named: draft.name.as_deref().map_or_else(|| known.map(named_as).unwrap_or_default(), name),
            is_told: (draft.record.is_some() || draft.claims.iter().any(|claim| tells(&claim)))
                && record_type.is_party(),
        }
    }

    /// True if other records share the claim. A telephone number is shared once a record of another name has it; with
    /// the same name, or none, both rows could be one record.
    fn is_shared(&self, party: &Party<'_>, claim: &Claim) -> bool {
        let shared = self.shared.contains(&key(claim));
        let Some(owner) = self.owner(claim).filter(|_| claim.kind == ClaimKind::Phone) else { return shared };
        if party.known.is_some_and(|known| known.id == owner.id) {
            return false;
        }
        let (named, other) = (&party.named, &named_as(owner));
        let alike = named.is_subset(other) || other.is_subset(named);
        if shared {
            return !alike || party.known.is_some() || named.is_empty() || other.is_empty();
        }
        party.is_told && owner.record_type.is_party() && !alike
    }
}

/// The words of a name, in any order.
fn name(text: &str) -> BTreeSet<String> {
    words(text).into_iter().collect()
}

/// The words of the record's name; none if the name is an address or an id.
fn named_as(record: &Existing) -> BTreeSet<String> {
    let called = &record.fields.name;
    if record.claims.iter().any(|claim| called.contains(&claim.value)) { BTreeSet::new() } else { name(called) }
}
