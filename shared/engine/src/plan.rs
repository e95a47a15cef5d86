//! From advice about a situation to one batch of writes: pure, apart from the salts.

use crate::{
    assess::{Assessment, Assessor, Cause},
    load::RecordContext,
    proposal::Transition,
};
use nerve_ledger::{
    autonomy::StoredGrant,
    chain::{EntryKind, Heads},
    events, merges, proposals, records,
};
use nerve_model::{
    Actor, Card, Digest, EventId, EventRef, Execution, GateVerdict, Handling, Operation, Proposal, ProposalId,
    ProposalStatus, RecommenderId, RecordId, SituationRef, TimelineLine, Timestamp,
};
use nerve_policy::{Autonomy, Category, Disposition, Grant, disposition};
use nerve_ports::{Entropy, Statement, Unreachable};
use nerve_protocol::{TimelineEntry, limits::PROPOSAL_LIFETIME};
use nerve_recommend::{Advice, Playbook, Recommendation};
use nerve_situation::{Document, Situation};

/// How many earlier lines a card shows.
const TIMELINE_LINES: usize = 8;

/// The pending proposals of a record are refreshed together while they are no more than these; past that, those about
/// the new events: else every event of a busy record would cost as much as all that is open about it.
const REFRESHED_TOGETHER: usize = 10;

/// The writes of a decision, and what they come to.
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

/// Everything a plan is made from.
#[derive(Debug)]
pub(crate) struct Decision<'a> {
    pub(crate) situation: &'a Situation,
    pub(crate) context: RecordContext,
    pub(crate) advice: &'a Advice,
    pub(crate) recommender: RecommenderId,
    pub(crate) playbook: &'a Playbook,
    pub(crate) operations: &'a Result<Vec<Operation>, Unreachable>,
    /// How long the kept text of the situation may be.
    pub(crate) document_bytes: usize,
    pub(crate) now: Timestamp,
}

/// Grants as the policy knows them. A stored grant for a category that may not be granted is left out: it fails
/// closed.
pub(crate) fn autonomy(stored: Vec<StoredGrant>) -> Autonomy {
    let grant = |stored: StoredGrant| {
        let category = Category::new(stored.recommender, stored.event, stored.action).ok()?;
        Some(Grant { category, granted_by: stored.granted_by, granted_at: stored.granted_at })
    };
    stored.into_iter().filter_map(grant).collect()
}

/// The actor of everything that is proposed.
pub(crate) fn agent() -> Actor {
    Actor::system("agent")
}

impl Decision<'_> {
    /// Withdraws what is moot, refreshes what stays, proposes or drops what is recommended, and marks the events decided.
    pub(crate) fn plan(self, entropy: &impl Entropy) -> Plan {
        let Self { situation, advice, now, .. } = self;
        let RecordContext { snapshot, combined, undecided } = self.context;
        let withdrawn = |id| advice.withdrawals.iter().find(|withdrawal| withdrawal.proposal == id);
        let recombined = !snapshot.recombined.is_empty();
        // What was taken up since the advice was given runs its course.
        let (moot, kept): (Vec<_>, Vec<_>) = snapshot.open.into_iter().partition(|proposal| {
            proposal.status.may_become(ProposalStatus::Withdrawn) && withdrawn(proposal.id).is_some()
        });
        let mut planner = Planner {
            assessor: Assessor {
                situation,
                operations: self.operations,
                autonomy: &autonomy(snapshot.grants),
                broken: snapshot.broken.as_ref(),
            },
            playbook: self.playbook,
            recommender: self.recommender,
            text: Document::of(situation, now, self.document_bytes).to_string(),
            keepers: Vec::new(),
            heads: snapshot.heads,
            entropy,
            now,
            others: kept.iter().chain(&snapshot.tried).cloned().collect(),
            plan: Plan::default(),
        };
        for proposal in moot {
            if let Some(withdrawal) = withdrawn(proposal.id) {
                planner.withdraw(proposal, &withdrawal.reason);
            }
        }
        choose_refreshes(kept, situation, recombined).for_each(|proposal| planner.refresh(proposal));
        for recommendation in &advice.recommendations {
            if let Some(entry) = situation.pending.iter().find(|entry| entry.event.id == recommendation.event) {
                planner.recommend(recommendation, entry);
            }
        }
        let decided: Vec<_> = situation.pending.iter().map(|entry| entry.event.id).chain(combined.repeats).collect();
        let mut plan = planner.plan;
        plan.statements.insert(0, records::assert_unchanged(&snapshot.members, &undecided));
        plan.statements.push(events::mark_decided(&decided, now));
        plan.statements.extend(snapshot.broken.as_ref().map(|broken| broken.note(now)));
        if recombined {
            plan.statements.push(merges::mark_considered(&snapshot.recombined));
        }
        plan
    }
}

/// The pending proposals that are shown with what is known now. A situation that is considered a second time, after an
/// interruption, refreshes nothing.
fn choose_refreshes(
    kept: Vec<Proposal>,
    situation: &Situation,
    recombined: bool,
) -> impl Iterator<Item = Proposal> + '_ {
    let outdated = |proposal: &Proposal| recombined || proposal.card.situation.up_to < situation.up_to;
    let pending = |proposal: &Proposal| proposal.status == ProposalStatus::Pending;
    let outdated: Vec<Proposal> = kept.into_iter().filter(|p| pending(p) && outdated(p)).collect();
    let all = outdated.len() <= REFRESHED_TOGETHER || recombined;
    let touched = |p: &Proposal| situation.pending.iter().any(|entry| entry.event.subject == p.card.subject);
    outdated.into_iter().filter(move |proposal| all || touched(proposal))
}

struct Planner<'a, E> {
    assessor: Assessor<'a>,
    playbook: &'a Playbook,
    recommender: RecommenderId,
    /// The situation as a document.
    text: String,
    /// The entries that keep the text, in the chains of these records.
    keepers: Vec<(RecordId, u64)>,
    /// Where the chains of the record and of what was merged into it end.
    heads: Heads,
    entropy: &'a E,
    now: Timestamp,
    /// The proposals that a recommendation could repeat.
    others: Vec<Proposal>,
    plan: Plan,
}

impl<E: Entropy> Planner<'_, E> {
    fn situation(&self) -> &Situation {
        self.assessor.situation
    }

    fn push(&mut self, transition: &Transition) {
        let append = |home, entry: &_| self.heads.append(home, entry, self.entropy.random());
        self.plan.statements.extend(transition.statements(append));
    }

    /// The part of the record that something came to, unless that is the record itself.
    fn part(&self, home: RecordId) -> Option<RecordId> {
        Some(home).filter(|home| *home != self.situation().record.id)
    }

    /// The situation, kept by an entry of this chain: the next one, unless an earlier one of this plan keeps it already.
    fn kept_situation(&mut self, home: RecordId) -> (SituationRef, bool) {
        let known = self.keepers.iter().find(|(record, _)| *record == home).map(|(_, entry)| *entry);
        let entry = known.unwrap_or_else(|| self.heads.next(home));
        if known.is_none() {
            self.keepers.push((home, entry));
        }
        let digest: Digest = nerve_situation::digest(&self.text);
        (SituationRef { digest, up_to: self.situation().up_to, entry: Some(entry) }, known.is_none())
    }

    /// An entry that keeps the situation, with whom it names, if it is the one to do so.
    fn keep(&self, transition: Transition, keeps: bool) -> Transition {
        if keeps { transition.with_situation(self.text.clone(), self.situation().named()) } else { transition }
    }

    fn withdraw(&mut self, proposal: Proposal, reason: &str) {
        self.push(&Transition::withdrawn(proposal, reason, agent(), self.now));
        self.plan.withdrawn += 1;
    }

    /// A pending proposal is shown with what is known now; whoever still looks at the old card must look again.
    fn refresh(&mut self, mut proposal: Proposal) {
        let home = proposal.card.home();
        let (kept, keeps) = self.kept_situation(home);
        proposal.card.record = self.situation().record.clone();
        proposal.card.part = self.part(home);
        proposal.card.timeline = lines(self.situation(), proposal.card.event.id);
        proposal.card.situation = kept;
        proposal.digest = proposals::digest(proposal.id, &proposal.card);
        let refreshed = Transition::of(proposal, EntryKind::Refreshed, agent(), self.now);
        self.push(&self.keep(refreshed, keeps));
    }

    fn recommend(&mut self, recommendation: &Recommendation, from: &TimelineEntry) {
        let moot = self.playbook.moot(self.situation(), &from.event);
        let (cause, action) = (Cause::of(&from.event), &recommendation.action);
        let assessment = self.assessor.assess(action, &self.recommender, cause, &from.matched, moot, &self.others);
        let disposition = disposition(action, &assessment.gates);
        let grant = assessment.grant.clone();
        let (kept, keeps) = self.kept_situation(from.part.unwrap_or(self.situation().record.id));
        let card = self.card(recommendation, from, assessment, kept);
        let proposal = self.proposal(recommendation.id, card);
        match disposition {
            Disposition::Drop => {
                self.plan.dropped += 1;
                let blocked = proposal.card.gates.iter().find(|gate| gate.verdict == GateVerdict::Block);
                let reason = blocked.map(|gate| gate.reason.clone()).unwrap_or_default();
                self.push(&self.keep(Transition::dropped(proposal, agent()).note(reason), keeps));
            }
            Disposition::Review | Disposition::HumanOwned => self.propose(proposal, keeps),
            Disposition::Automatic => {
                self.propose(proposal.clone(), keeps);
                self.approve(proposal, grant.as_ref());
            }
        }
    }

    fn propose(&mut self, proposal: Proposal, keeps: bool) {
        self.plan.proposed += 1;
        self.others.push(proposal.clone());
        self.push(&self.keep(Transition::proposed(proposal, agent()), keeps));
    }

    fn approve(&mut self, proposal: Proposal, grant: Option<&Grant>) {
        let rule = grant.map_or_else(|| "autonomy".to_owned(), Grant::name);
        self.plan.automatic.push(proposal.id);
        let approved = Transition::of(proposal, EntryKind::Approved, Actor::Rule(rule.clone()), self.now)
            .decided(ProposalStatus::Approved, None)
            .note(format!("approved under {rule}"));
        self.push(&approved);
    }

    fn card(
        &self,
        recommendation: &Recommendation,
        from: &TimelineEntry,
        assessment: Assessment,
        situation: SituationRef,
    ) -> Card {
        Card {
            action: recommendation.action.clone(),
            effect: recommendation.effect.clone(),
            risk: assessment.risk,
            reversible: assessment.undo.is_possible(),
            reason: recommendation.reason.clone(),
            proposed_by: recommendation.proposed_by.clone(),
            questions: recommendation.questions.clone(),
            answers: Vec::new(),
            event: event_ref(from),
            subject: from.event.subject.clone(),
            record: self.situation().record.clone(),
            part: from.part.and_then(|part| self.part(part)),
            matched: from.matched.clone(),
            timeline: lines(self.situation(), from.event.id),
            gates: assessment.gates.to_vec(),
            situation,
        }
    }

    fn proposal(&self, id: ProposalId, card: Card) -> Proposal {
        Proposal {
            id,
            recommender: self.recommender.clone(),
            status: ProposalStatus::Pending,
            version: 1,
            digest: proposals::digest(id, &card),
            card,
            handling: Handling::default(),
            decision: None,
            execution: Execution::default(),
            outcome: None,
            created_at: self.now,
            updated_at: self.now,
            expires_at: self.now + PROPOSAL_LIFETIME,
        }
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

fn lines(situation: &Situation, event: EventId) -> Vec<TimelineLine> {
    let mut lines = situation.lines_before(event);
    lines.truncate(TIMELINE_LINES);
    lines
}
