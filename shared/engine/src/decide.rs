//! From advice to writes: pure, apart from the salts.

use crate::load::RecordContext;
use nerve_ledger::{
    autonomy::StoredGrant,
    chain::{Body, Entry, EntryKind, Heads},
    events, merges, proposals, records,
};
use nerve_model::{
    Actor, Card, Decision, Digest, EventRef, Execution, GateResult, Handling, Proposal, ProposalId, ProposalStatus,
    RecordId, SituationRef, Timestamp, Trust,
};
use nerve_policy::{
    Advice, Autonomy, Category, Disposition, Freshness, GateInput, Grant, LedgerState, Recommendation, Withdrawal,
    disposition, gates, risk_of,
};
use nerve_ports::{Entropy, Statement};
use nerve_protocol::{TimelineEntry, limits::PROPOSAL_LIFETIME};
use nerve_situation::{Document, Situation};

/// How many earlier lines a card shows.
const TIMELINE_LINES: usize = 8;

/// The pending proposals of a record are refreshed together while they are no more than these; past that, those about
/// what just happened: else every event of a busy record would cost as much as all that is open about it.
const REFRESHED_TOGETHER: usize = 10;

/// What a decided situation comes to.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// To be written as one batch.
    pub statements: Vec<Statement>,
    /// Approved by a rule, to be announced.
    pub automatic: Vec<ProposalId>,
    /// New proposals, automatic ones included.
    pub proposed: u32,
    /// Recommendations that must not happen.
    pub dropped: u32,
    /// Proposals made moot.
    pub withdrawn: u32,
}

/// Grants as the policy knows them. A stored grant for a category that may not be granted is left out: it fails
/// closed.
pub(crate) fn autonomy(stored: Vec<StoredGrant>) -> Autonomy {
    let grant = |stored: StoredGrant| {
        let category = Category::new(stored.event, stored.action).ok()?;
        Some(Grant { category, granted_by: stored.granted_by, granted_at: stored.granted_at })
    };
    stored.into_iter().filter_map(grant).collect()
}

/// Turns advice about a situation into one batch of writes.
pub(crate) fn plan(
    situation: &Situation,
    advice: &Advice,
    known: RecordContext,
    entropy: &impl Entropy,
    document_bytes: usize,
    now: Timestamp,
) -> Plan {
    let RecordContext { snapshot, combined, undecided } = known;
    let text = Document::of(situation, now, document_bytes).to_string();
    let mut planner = Planner {
        situation,
        digest: nerve_situation::digest(&text),
        text,
        kept: Vec::new(),
        heads: snapshot.heads,
        autonomy: autonomy(snapshot.grants),
        entropy,
        now,
        plan: Plan::default(),
    };
    for withdrawal in &advice.withdrawals {
        if let Some(proposal) = snapshot.open.iter().find(|proposal| proposal.id == withdrawal.proposal) {
            planner.withdraw(proposal.clone(), withdrawal);
        }
    }
    let withdrawn = |id| advice.withdrawals.iter().any(|withdrawal| withdrawal.proposal == id);
    let recombined = !snapshot.recombined.is_empty();
    // A situation that is considered a second time, after an interruption, refreshes nothing.
    let outdated = |proposal: &Proposal| recombined || proposal.card.situation.up_to < situation.up_to;
    let kept =
        snapshot.open.into_iter().filter(|p| p.status == ProposalStatus::Pending && !withdrawn(p.id) && outdated(p));
    let kept: Vec<Proposal> = kept.collect();
    let few = kept.len() <= REFRESHED_TOGETHER || recombined;
    let touched = |proposal: &Proposal| situation.pending.iter().any(|e| e.event.subject == proposal.card.subject);
    kept.into_iter().filter(|proposal| few || touched(proposal)).for_each(|proposal| planner.refresh(proposal));
    for recommendation in &advice.recommendations {
        if let Some(entry) = situation.pending.iter().find(|entry| entry.event.id == recommendation.event) {
            planner.recommend(recommendation, entry);
        }
    }
    let decided: Vec<_> = situation.pending.iter().map(|entry| entry.event.id).chain(combined.repeats).collect();
    let mut plan = planner.plan;
    plan.statements.insert(0, records::assert_unchanged(&snapshot.members, &undecided));
    plan.statements.push(events::mark_decided(&decided, now));
    if recombined {
        plan.statements.push(merges::mark_considered(&snapshot.recombined));
    }
    plan
}

struct Planner<'a, E> {
    situation: &'a Situation,
    /// The situation as a document, and its digest.
    text: String,
    digest: Digest,
    /// The entries that keep the text, in the chains of these records.
    kept: Vec<(RecordId, u64)>,
    /// Where the chains of the record and of what was merged into it end.
    heads: Heads,
    autonomy: Autonomy,
    entropy: &'a E,
    now: Timestamp,
    plan: Plan,
}

impl<E: Entropy> Planner<'_, E> {
    /// What is written about a proposal stands in the chain of the record that its event came to.
    fn log(&mut self, home: RecordId, entry: &Entry) {
        self.plan.statements.extend(self.heads.append(home, entry, self.entropy.random()));
    }

    /// The part of the record that something came to, unless that is the record itself.
    fn part(&self, home: RecordId) -> Option<RecordId> {
        Some(home).filter(|home| *home != self.situation.record.id)
    }

    /// The situation, kept by this entry of the chain.
    fn resting_on(&self, entry: u64) -> SituationRef {
        SituationRef { digest: self.digest.clone(), up_to: self.situation.up_to, entry: Some(entry) }
    }

    /// Which entry in the chain of this record keeps the text, and whether that is the next one.
    fn keeper(&mut self, home: RecordId) -> (u64, bool) {
        if let Some((_, entry)) = self.kept.iter().find(|(record, _)| *record == home) {
            return (*entry, false);
        }
        let entry = self.heads.next(home);
        self.kept.push((home, entry));
        (entry, true)
    }

    /// An entry that keeps the situation, with whom it names.
    fn with_situation(&self, body: Body) -> Body {
        Body { situation: Some(self.text.clone()), named: self.situation.named(), ..body }
    }

    fn withdraw(&mut self, proposal: Proposal, withdrawal: &Withdrawal) {
        let next = withdrawn(proposal, &withdrawal.reason, self.now);
        let body = Body { note: Some(withdrawal.reason.clone()), ..Body::of(&next) };
        self.plan.statements.push(proposals::update(&next));
        self.log(next.card.home(), &entry(EntryKind::Withdrawn, &next, agent(), body, self.now));
        self.plan.withdrawn += 1;
    }

    /// A pending proposal is shown with what is known now; whoever still looks at the old card must look again. The text
    /// of the situation is kept once for all that are refreshed.
    fn refresh(&mut self, mut proposal: Proposal) {
        let home = proposal.card.home();
        let (kept, is_next) = self.keeper(home);
        proposal.card.record = self.situation.record.clone();
        proposal.card.part = self.part(home);
        proposal.card.timeline = lines(self.situation, proposal.card.event.id);
        proposal.card.situation = self.resting_on(kept);
        proposal.digest = proposals::digest(proposal.id, &proposal.card);
        let next = advance(proposal, self.now);
        self.plan.statements.push(proposals::update(&next));
        let body = Body::of(&next);
        let body = if is_next { self.with_situation(body) } else { body };
        self.log(home, &entry(EntryKind::Refreshed, &next, agent(), body, self.now));
    }

    fn recommend(&mut self, recommendation: &Recommendation, from: &TimelineEntry) {
        let grant = Category::new(from.event.kind(), recommendation.action.kind())
            .ok()
            .and_then(|category| self.autonomy.grant_for(category))
            .cloned();
        let (card, verdicts) = self.card(recommendation, from, grant.as_ref());
        let proposal = propose(recommendation.id, card, self.now);
        match disposition(&proposal.card.action, &verdicts) {
            Disposition::Drop => {
                self.plan.dropped += 1;
                self.log_with_situation(EntryKind::Dropped, &proposal);
            }
            Disposition::Review | Disposition::HumanOwned => self.propose(&proposal),
            Disposition::Automatic => self.propose_and_approve(proposal, grant.as_ref()),
        }
    }

    fn propose(&mut self, proposal: &Proposal) {
        self.plan.proposed += 1;
        self.plan.statements.push(proposals::insert(proposal));
        self.log_with_situation(EntryKind::Proposed, proposal);
    }

    /// What was known when it was proposed can be shown later, whatever happens to the record since.
    fn log_with_situation(&mut self, kind: EntryKind, proposal: &Proposal) {
        let body = self.with_situation(Body::of(proposal));
        self.log(proposal.card.home(), &entry(kind, proposal, agent(), body, self.now));
    }

    fn propose_and_approve(&mut self, proposal: Proposal, grant: Option<&Grant>) {
        self.propose(&proposal);
        let rule = grant.map_or_else(|| "autonomy".to_owned(), Grant::name);
        let mut approved = advance(proposal, self.now);
        approved.status = ProposalStatus::Approved;
        approved.decision = Some(Decision { by: Actor::Rule(rule.clone()), at: self.now, reason: None });
        self.plan.statements.push(proposals::update(&approved));
        let body = Body { note: Some(format!("approved under {rule}")), ..Body::of(&approved) };
        self.log(approved.card.home(), &entry(EntryKind::Approved, &approved, Actor::Rule(rule), body, self.now));
        self.plan.automatic.push(approved.id);
    }

    fn card(
        &self,
        recommendation: &Recommendation,
        from: &TimelineEntry,
        grant: Option<&Grant>,
    ) -> (Card, [GateResult; 8]) {
        let action = &recommendation.action;
        let risk = risk_of(action, self.situation);
        let verdicts = gates(&GateInput {
            trust: from.event.trust,
            test: from.event.test,
            matched: &from.matched,
            action,
            risk,
            connectors: nerve_connectors::CONFIGURED,
            grant,
            freshness: Freshness::Fresh,
            reversible: action.kind().is_reversible(),
            // The intent is written in the same transaction as the proposal.
            ledger: LedgerState::Ready,
        });
        let card = Card {
            action: action.clone(),
            effect: recommendation.effect.clone(),
            risk,
            reversible: action.kind().is_reversible(),
            reason: recommendation.reason.clone(),
            proposed_by: recommendation.proposed_by.clone(),
            questions: recommendation.questions.clone(),
            answers: Vec::new(),
            event: event_ref(from),
            subject: from.event.subject.clone(),
            record: self.situation.record.clone(),
            part: from.part.and_then(|part| self.part(part)),
            matched: from.matched.clone(),
            timeline: lines(self.situation, from.event.id),
            gates: verdicts.to_vec(),
            // The entry that is written about it next.
            situation: self.resting_on(self.heads.next(from.part.unwrap_or(self.situation.record.id))),
        };
        (card, verdicts)
    }
}

/// Works risk and gates of an edited card out anew. Trust is unknown when the event can no longer be read: the gate
/// then sees the weaker one.
pub(crate) fn reassess(card: &mut Card, trust: Option<Trust>, addresses: &[String], autonomy: &Autonomy) {
    let input = bare_situation(card, addresses);
    card.risk = risk_of(&card.action, &input);
    card.reversible = card.action.kind().is_reversible();
    let category = Category::new(card.event.kind, card.action.kind()).ok();
    card.gates = gates(&GateInput {
        trust: trust.unwrap_or(Trust::Token),
        test: card.event.test,
        matched: &card.matched,
        action: &card.action,
        risk: card.risk,
        connectors: nerve_connectors::CONFIGURED,
        grant: category.and_then(|category| autonomy.grant_for(category)),
        freshness: Freshness::Fresh,
        reversible: card.reversible,
        ledger: LedgerState::Ready,
    })
    .to_vec();
}

fn bare_situation(card: &Card, addresses: &[String]) -> Situation {
    Situation { addresses: addresses.to_vec(), up_to: card.situation.up_to, ..Situation::of(card.record.clone()) }
}

/// A proposal made moot.
pub(crate) fn withdrawn(proposal: Proposal, reason: &str, now: Timestamp) -> Proposal {
    let mut next = advance(proposal, now);
    next.status = ProposalStatus::Withdrawn;
    next.decision = Some(Decision { by: agent(), at: now, reason: Some(reason.to_owned()) });
    next
}

/// The proposal's next version.
pub(crate) fn advance(proposal: Proposal, now: Timestamp) -> Proposal {
    Proposal { version: proposal.version + 1, updated_at: now, ..proposal }
}

/// A ledger entry about a proposal.
pub(crate) fn entry(kind: EntryKind, proposal: &Proposal, actor: Actor, body: Body, at: Timestamp) -> Entry {
    Entry { kind, at, actor, proposal: Some(proposal.id), event: Some(proposal.card.event.id), body }
}

fn propose(id: ProposalId, card: Card, now: Timestamp) -> Proposal {
    Proposal {
        id,
        status: ProposalStatus::Pending,
        version: 1,
        digest: proposals::digest(id, &card),
        card,
        handling: Handling::default(),
        decision: None,
        execution: Execution::default(),
        outcome: None,
        created_at: now,
        updated_at: now,
        expires_at: now + PROPOSAL_LIFETIME,
    }
}

fn event_ref(entry: &TimelineEntry) -> EventRef {
    EventRef {
        id: entry.event.id,
        kind: entry.event.kind(),
        source: entry.event.source.clone(),
        summary: entry.event.summary.clone(),
        test: entry.event.test,
        occurred_at: entry.event.occurred_at,
        link: entry.event.link.clone(),
    }
}

fn lines(situation: &Situation, event: nerve_model::EventId) -> Vec<nerve_model::TimelineLine> {
    let mut lines = situation.lines_before(event);
    lines.truncate(TIMELINE_LINES);
    lines
}

fn agent() -> Actor {
    Actor::system("agent")
}
