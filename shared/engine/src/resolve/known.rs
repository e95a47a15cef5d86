//! The state of known parties: the lookup's result with the writes of the batch so far.

use super::{
    Arrived,
    associations::only,
    party::Party,
    resolution::{Resolution, Resolver},
};
use nerve_ledger::{LookupResult, associations::Referred, candidates::StoredCandidate, records::Owner};
use nerve_matching::{Model, Profile};
use nerve_model::{Claim, ClaimKind, Evidence, Fact, Match, MatchVerdict, RecordId};

/// The confidence of a match by the event's subject.
const BY_SUBJECT: f64 = 0.99;

/// The state that the next event of the batch sees.
#[derive(Debug)]
pub(super) struct KnownParties {
    /// The lookup's result, kept up to date.
    pub(super) found: LookupResult,
    /// The records created in this batch, with their keys.
    new: Vec<(Vec<String>, StoredCandidate)>,
}

impl KnownParties {
    pub(super) const fn new(found: LookupResult) -> Self {
        Self { found, new: Vec::new() }
    }

    /// The resolution of an event; `asker` is its number in the lookup.
    pub(super) fn resolution(&self, asker: usize, arrived: &Arrived<'_>) -> Resolution {
        self.by_subject(arrived).unwrap_or_else(|| self.by_party(asker, &arrived.party))
    }

    /// The resolution of an event about a known invoice, booking or ticket that names no party, or ends the matter and names
    /// a party by what nobody is known by: a tool may name one person by an address here and by an id there.
    fn by_subject(&self, arrived: &Arrived<'_>) -> Option<Resolution> {
        let subject = arrived.event.subject.as_str();
        let (record, referred) = only(subject, &self.found.referred)?;
        let unknown = || !arrived.party.claims.iter().any(|claim| self.owner(claim).is_some());
        let ends = matches!(arrived.event.fact, Fact::PaymentClosed(_) | Fact::SupportSolved(_));
        let silent = (arrived.party.says_nothing() && !arrived.party.merged) || (ends && unknown());
        (silent && record.record_type.is_party()).then(|| Resolution::Evidence {
            part: referred.part,
            record: record.clone(),
            matched: told_by(referred),
        })
    }

    fn by_party(&self, asker: usize, party: &Party) -> Resolution {
        let old = self.found.found.iter().filter(|found| found.asker == asker).map(|found| &found.candidate);
        let new = self.new.iter().filter(|(keys, _)| keys.iter().any(|key| party.keys.contains(key)));
        let found: Vec<&StoredCandidate> = old.chain(new.map(|(_, candidate)| candidate)).collect();
        let LookupResult { owners, terms, asked, .. } = &self.found;
        Resolver { model: Model::shipped(), owners, found: &found, terms, asked }.resolution(party)
    }

    /// The record owns the claim or has its value in a profile.
    pub(super) fn goes_by(&self, record: RecordId, claim: &Claim) -> bool {
        let members = |candidate: &StoredCandidate| {
            candidate.record.id == record && candidate.members.get(claim.kind.as_str()).contains(&claim.value)
        };
        self.owner(claim).is_some_and(|owner| owner.candidate.record.id == record) || self.candidates().any(members)
    }

    /// The owner of a claim.
    pub(super) fn owner(&self, claim: &Claim) -> Option<&Owner> {
        self.found.owners.iter().find(|owner| owner.kind == claim.kind && owner.value == claim.value)
    }

    /// The candidate of a part.
    pub(super) fn candidate(&self, part: RecordId) -> Option<StoredCandidate> {
        self.candidates().find(|candidate| candidate.part == part).cloned()
    }

    fn candidates(&self) -> impl Iterator<Item = &StoredCandidate> {
        let owners = self.found.owners.iter().map(|owner| &owner.candidate);
        let found = self.found.found.iter().map(|found| &found.candidate);
        owners.chain(found).chain(self.new.iter().map(|(_, candidate)| candidate))
    }

    /// Adds a record that is found by these keys.
    pub(super) fn create(&mut self, keys: Vec<String>, candidate: StoredCandidate) {
        self.new.push((keys, candidate));
    }

    /// Updates the profile of a part, in all its copies.
    pub(super) fn learn(&mut self, before: &StoredCandidate, after: &Profile) {
        let owners = self.found.owners.iter_mut().map(|owner| &mut owner.candidate);
        let found = self.found.found.iter_mut().map(|found| &mut found.candidate);
        for candidate in owners.chain(found).chain(self.new.iter_mut().map(|(_, candidate)| candidate)) {
            if candidate.part == before.part {
                candidate.profile = after.clone();
                candidate.version = before.version.saturating_add(1);
            }
            if candidate.record.id == before.record.id {
                candidate.members.merge(after);
            }
        }
    }

    /// Marks claims as shared.
    pub(super) fn share(&mut self, claims: &[Claim]) {
        for owner in &mut self.found.owners {
            owner.shared |= claims.iter().any(|claim| owner.kind == claim.kind && owner.value == claim.value);
        }
    }
}

/// The match by a handle that a party is known by.
fn told_by(referred: &Referred) -> Match {
    let finding = format!("the {} is theirs", referred.what);
    let evidence = Evidence { field: ClaimKind::External, value: referred.token.clone(), finding, weight: BY_SUBJECT };
    Match {
        verdict: MatchVerdict::Confident,
        confidence: BY_SUBJECT,
        evidence: vec![evidence],
        runner_up: None,
        prior: None,
        against: None,
    }
}
