//! The resolution of an event's record, decided from the state of known parties. It is pure.

use super::party::Party;
use crate::questions::told;
use nerve_ledger::{candidates::StoredCandidate, questions::Question, records::Owner};
use nerve_matching::{Candidate as Compared, ClaimOwner as Owned, Decision, Model, Scored, TermCounts, resolve};
use nerve_model::{Candidate, Claim, Match, MatchVerdict, RecordId, RecordRef, RunnerUp};

/// A less probable candidate is none: the event is about somebody new.
const LEAST: f64 = 0.1;

/// The resolution of an event.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Resolution {
    /// A known record.
    Evidence { part: RecordId, record: RecordRef, matched: Match },
    /// The record of an open question.
    Waiting { part: RecordId, record: RecordRef, matched: Match },
    /// A new question: one of the candidates, or a new record.
    Unclear { candidates: Vec<Candidate>, matched: Match },
    /// A new record.
    New { matched: Match },
}

/// The state that a resolution rests on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resolver<'a> {
    pub(super) model: &'a Model,
    /// The owners of the claims.
    pub(super) owners: &'a [Owner],
    /// The records that share keys, best first.
    pub(super) found: &'a [&'a StoredCandidate],
    pub(super) terms: &'a TermCounts,
    pub(super) asked: &'a [Question],
}

impl Resolver<'_> {
    /// Resolves the record of a party. External ids and serial numbers decide; so do mail addresses and telephone
    /// numbers, unless they are shared or the name contradicts. Otherwise similar records are scored. Claims of two
    /// records, or two similar scores, lead to a question.
    pub(super) fn resolution(&self, party: &Party) -> Resolution {
        if party.merged {
            return self.primary(party);
        }
        if let Some(question) = self.waiting(party) {
            return waits_at(question);
        }
        let deciding: Vec<&Owner> = self.owners_of(party).filter(|owner| self.decides(party, owner)).collect();
        let known = self.known(&deciding);
        let resolution = resolve(&party.claims, &known);
        match (resolution.matched.verdict, resolution.record) {
            (MatchVerdict::Confident, Some(record)) => self.exact(&deciding, record, resolution.matched),
            (MatchVerdict::Ambiguous, _) => self.which_of(party, &deciding),
            _ => self.score(party, resolution.matched),
        }
    }

    /// The record of the first claim that has an owner.
    fn primary(&self, party: &Party) -> Resolution {
        let Some(owner) = self.owners_of(party).next() else {
            return Resolution::New { matched: resolve(&party.claims, &[]).matched };
        };
        if let Some(question) = self.asked.iter().find(|asked| asked.waits() && asked.record == owner.candidate.part) {
            return waits_at(question);
        }
        let claims: Vec<Claim> = party
            .claims
            .iter()
            .filter(|claim| claim.kind == owner.kind && claim.value == owner.value)
            .cloned()
            .collect();
        let matched = resolve(&claims, &self.known(&[owner])).matched;
        Resolution::Evidence { part: owner.candidate.part, record: owner.candidate.record.clone(), matched }
    }

    fn owners_of(&self, party: &Party) -> impl Iterator<Item = &Owner> {
        // In the order of the claims: the strongest decides.
        let owner = |claim: &Claim| self.owners.iter().find(|o| o.kind == claim.kind && o.value == claim.value);
        party.claims.iter().filter_map(owner).collect::<Vec<_>>().into_iter()
    }

    /// The open question about the owner of one of the claims.
    fn waiting(&self, party: &Party) -> Option<&Question> {
        let of = |owner: &Owner| {
            self.asked.iter().find(|question| question.waits() && question.record == owner.candidate.part)
        };
        self.owners_of(party).find_map(of)
    }

    fn decides(&self, party: &Party, owner: &Owner) -> bool {
        match owner.kind {
            kind if kind.is_contact() => {
                !owner.shared && !self.model.contradicts(&party.profile, &owner.candidate.members)
            }
            _ => true,
        }
    }

    /// The record that each deciding claim names. A weaker claim of another owner is no contradiction if the strongest
    /// claim's record has its value too.
    fn known(&self, deciding: &[&Owner]) -> Vec<Owned> {
        let first = deciding.first().map(|owner| &owner.candidate);
        let record = |owner: &Owner| match first {
            Some(first) if first.members.get(owner.kind.as_str()).contains(&owner.value) => first.record.clone(),
            _ => owner.candidate.record.clone(),
        };
        let known = |owner: &&Owner| Owned { kind: owner.kind, value: owner.value.clone(), record: record(owner) };
        deciding.iter().map(known).collect()
    }

    fn exact(&self, deciding: &[&Owner], record: RecordRef, matched: Match) -> Resolution {
        let part = deciding.iter().find(|owner| owner.candidate.record.id == record.id);
        Resolution::Evidence { part: part.map_or(record.id, |owner| owner.candidate.part), record, matched }
    }

    /// A question: the claims have several owners, each of them a candidate.
    fn which_of(&self, party: &Party, deciding: &[&Owner]) -> Resolution {
        let candidates: Vec<&StoredCandidate> = deciding.iter().map(|owner| &owner.candidate).collect();
        let decision = self.decide(party, &candidates);
        self.ask(party, self.candidates(party, &decision))
    }

    /// The candidates of a question that a person could choose, most probable first: probable ones, and owners of a
    /// deciding claim. They have one type, because only such records become one.
    fn candidates(&self, party: &Party, decision: &Decision) -> Vec<Candidate> {
        let owns = |scored: &Scored| {
            let mut owners = self.owners_of(party).filter(|owner| self.decides(party, owner));
            owners.any(|owner| owner.candidate.record.id == scored.record.id)
        };
        let scored = [&decision.best, &decision.runner_up].into_iter().flatten();
        let mut candidates: Vec<Candidate> =
            scored.filter(|scored| scored.probability >= LEAST || owns(scored)).map(candidate).collect();
        if let Some(best) = candidates.first().map(|best| best.record.record_type) {
            candidates.retain(|candidate| candidate.record.record_type == best);
        }
        candidates
    }

    fn score(&self, party: &Party, nobody: Match) -> Resolution {
        let candidates: Vec<&StoredCandidate> =
            self.owners_of(party).map(|owner| &owner.candidate).chain(self.found.iter().copied()).collect();
        let decision = self.decide(party, &candidates);
        match (decision.verdict, &decision.best) {
            (MatchVerdict::Confident, Some(best)) => {
                let part = candidates.iter().find(|candidate| candidate.record.id == best.record.id);
                let part = part.map_or(best.record.id, |candidate| candidate.part);
                Resolution::Evidence { part, record: best.record.clone(), matched: decision.to_match() }
            }
            (MatchVerdict::Ambiguous, Some(_)) if !self.candidates(party, &decision).is_empty() => {
                self.ask(party, self.candidates(party, &decision))
            }
            // A new record would have no claim by which a later event could find it.
            (_, Some(best)) if party.is_nameless() && self.owners_of(party).count() == party.claims.len() => {
                self.ask(party, vec![candidate(best)])
            }
            _ => Resolution::New { matched: nobody },
        }
    }

    /// Scores each candidate once, with the combined profile of its members. Only parties are scored: assets, deals and
    /// projects are found by associations.
    fn decide(&self, party: &Party, candidates: &[&StoredCandidate]) -> Decision {
        let mut records: Vec<Compared> = Vec::new();
        for candidate in candidates.iter().filter(|candidate| candidate.record.record_type.is_party()) {
            if !records.iter().any(|known| known.record.id == candidate.record.id) {
                records.push(compared(candidate));
            }
        }
        self.model.decide(&party.profile, &records, self.terms)
    }

    /// A new question, or the existing one with the same key.
    fn ask(&self, party: &Party, candidates: Vec<Candidate>) -> Resolution {
        match self.asked.iter().find(|question| question.key == party.question) {
            Some(question) if question.waits() => waits_at(question),
            Some(question) => {
                Resolution::Evidence { part: question.record, record: question.whole.clone(), matched: told(question) }
            }
            None => Resolution::Unclear { matched: unclear(&candidates), candidates },
        }
    }
}

fn compared(candidate: &StoredCandidate) -> Compared {
    Compared { record: candidate.record.clone(), profile: candidate.members.clone() }
}

fn candidate(weighed: &Scored) -> Candidate {
    Candidate {
        record: weighed.record.clone(),
        confidence: weighed.probability,
        prior: weighed.start(),
        against: Some(weighed.against.clone()),
        evidence: weighed.evidence(),
    }
}

fn waits_at(question: &Question) -> Resolution {
    let matched = unclear(&question.candidates);
    Resolution::Waiting { part: question.record, record: question.whole.clone(), matched }
}

/// The ambiguous match of these candidates, most confident first.
fn unclear(candidates: &[Candidate]) -> Match {
    let best = candidates.first();
    let other = candidates.get(1);
    Match {
        verdict: MatchVerdict::Ambiguous,
        confidence: best.map_or(0.0, |best| best.confidence),
        evidence: best.map(|best| best.evidence.clone()).unwrap_or_default(),
        runner_up: other.map(|other| RunnerUp { record: other.record.clone(), confidence: other.confidence }),
        prior: best.map(|best| best.prior),
        against: best.and_then(|best| best.against.clone()),
    }
}
