//! The plan of a decision: from advice about a situation to one batch of writes. It is pure apart from the salts.

use crate::{
    assess::{Assessment, Assessor, Cause},
    load::RecordContext,
    proposal::Transition,
};
use nerve_ledger::{
    autonomy::StoredGrant,
    chain::{EntryKind, Heads},
    events, merges, proposals,
    questions::{self, Question},
    records,
};
use nerve_model::{
    Action, Actor, Answered, Card, Digest, EventId, EventRef, Execution, GateVerdict, Handling, Operation, Proposal,
    ProposalId, ProposalStatus, RecommenderId, RecordId, SituationRef, TimelineLine, Timestamp,
};
use nerve_policy::{Autonomy, Category, Disposition, Grant, disposition, moot};
use nerve_ports::{Entropy, Statement, Unreachable};
use nerve_protocol::{TimelineEntry, limits::PROPOSAL_LIFETIME};
use nerve_recommend::{Advice, Recommendation, Rewritten};
use nerve_situation::{Document, Situation};

/// The most earlier events that a card shows.
const TIMELINE_LINES: usize = 8;

/// The most pending proposals of a record that are refreshed together. Past that, only those about the subjects of the
/// new events are: else each event of a busy record would cost as much as all its open proposals.
const REFRESHED_TOGETHER: usize = 10;

/// The writes of a decision, with their counts.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The statements of the batch.
    pub statements: Vec<Statement>,
    /// The proposals that a rule approved, to be announced.
    pub automatic: Vec<ProposalId>,
    /// The number of new proposals, automatic ones included.
    pub proposed: u32,
    /// The number of recommendations that a gate blocked.
    pub dropped: u32,
    /// The number of proposals made moot.
    pub withdrawn: u32,
}

/// The inputs of a plan.
pub(crate) struct Decision<'a> {
    pub(crate) situation: &'a Situation,
    pub(crate) context: RecordContext,
    pub(crate) advice: &'a Advice,
    /// The recommendations whose proposals exist.
    pub(crate) known: Vec<ProposalId>,
    /// The open question that the events wait for; they stay pending.
    pub(crate) waits: Option<Waits>,
    /// The present text of a pending proposal, where it differs from what was proposed.
    pub(crate) rewritten: &'a dyn Fn(&Proposal) -> Option<Rewritten>,
    pub(crate) recommender: RecommenderId,
    pub(crate) operations: &'a Result<Vec<Operation>, Unreachable>,
    /// The longest text of the situation that is kept, in bytes.
    pub(crate) document_bytes: usize,
    pub(crate) now: Timestamp,
}

/// An open question, with the urgency of what it holds back.
#[derive(Debug)]
pub(crate) struct Waits {
    pub(crate) question: Question,
    pub(crate) urgent: bool,
}

/// The stored grants as policy types. A stored grant for a category that cannot be granted is left out: it fails
/// closed.
pub(crate) fn autonomy(stored: Vec<StoredGrant>) -> Autonomy {
    let grant = |stored: StoredGrant| {
        let category = Category::new(stored.recommender, stored.event, stored.action).ok()?;
        Some(Grant { category, granted_by: stored.granted_by, granted_at: stored.granted_at })
    };
    stored.into_iter().filter_map(grant).collect()
}

/// The actor of the agent's entries.
pub(crate) fn agent() -> Actor {
    Actor::system("agent")
}

impl Decision<'_> {
    /// Withdraws the moot proposals, refreshes others, proposes or drops the recommendations, and marks the events as
    /// decided.
    pub(crate) fn plan(self, entropy: &impl Entropy) -> Plan {
        let Self { situation, advice, now, .. } = self;
        let RecordContext { snapshot, combined, undecided } = self.context;
        let withdrawn = |id| advice.withdrawals.iter().find(|withdrawal| withdrawal.proposal == id);
        let recombined = !snapshot.recombined.is_empty();
        // What was taken up since the advice was given runs its course.
        let (ended, kept): (Vec<_>, Vec<_>) = snapshot.open.into_iter().partition(|proposal| {
            proposal.status.may_become(ProposalStatus::Withdrawn) && withdrawn(proposal.id).is_some()
        });
        let text = Document::of(situation, now, self.document_bytes).to_string();
        let mut planner = Planner {
            assessor: Assessor {
                situation,
                operations: self.operations,
                autonomy: &autonomy(snapshot.grants),
                broken: snapshot.broken.as_ref(),
            },
            recommender: self.recommender,
            rewritten: self.rewritten,
            digest: nerve_situation::digest(&text),
            text,
            keepers: Vec::new(),
            alone: snapshot.members.len() == 1,
            heads: snapshot.heads,
            entropy,
            now,
            others: kept.iter().chain(&snapshot.tried).cloned().collect(),
            waits: self.waits.is_some(),
            plan: Plan::default(),
        };
        for proposal in ended {
            if let Some(withdrawal) = withdrawn(proposal.id) {
                planner.withdraw(proposal, &withdrawal.reason);
            }
        }
        let early = if planner.waits { Vec::new() } else { self.known.clone() };
        choose_refreshes(kept, situation, recombined, &early).for_each(|proposal| {
            let is_early = early.contains(&proposal.id);
            planner.refresh(proposal, is_early);
        });
        for recommendation in advice.recommendations.iter().filter(|new| !self.known.contains(&new.id)) {
            if let Some(entry) = situation.pending.iter().find(|entry| entry.event.id == recommendation.event) {
                planner.recommend(recommendation, entry);
            }
        }
        let decided: Vec<_> = situation.pending.iter().map(|entry| entry.event.id).chain(combined.repeats).collect();
        let mut plan = planner.plan;
        if let Some(Waits { question, urgent }) = self.waits {
            let last = situation.pending.iter().map(|entry| entry.event.id).max();
            let news = last.filter(|last| question.considered < Some(*last) || (urgent && !question.urgent));
            plan.statements.extend(news.map(|last| questions::consider(&question, last, urgent)));
            if !plan.statements.is_empty() {
                plan.statements.insert(0, records::assert_unchanged(&snapshot.members, &undecided));
            }
            return plan;
        }
        plan.statements.insert(0, records::assert_unchanged(&snapshot.members, &undecided));
        plan.statements.push(events::mark_decided(&decided, now));
        plan.statements.extend(snapshot.broken.as_ref().map(|broken| broken.note(now)));
        if recombined {
            plan.statements.push(merges::mark_considered(&snapshot.recombined));
        }
        plan
    }
}

/// The pending proposals that get a new card. A situation that is considered again after an interruption refreshes
/// none. Those that were proposed before it was known whom they are about are.
fn choose_refreshes<'a>(
    kept: Vec<Proposal>,
    situation: &'a Situation,
    recombined: bool,
    early: &'a [ProposalId],
) -> impl Iterator<Item = Proposal> + 'a {
    let outdated = |proposal: &Proposal| {
        recombined || early.contains(&proposal.id) || proposal.card.situation.up_to < situation.up_to
    };
    let pending = |proposal: &Proposal| proposal.status == ProposalStatus::Pending;
    let outdated: Vec<Proposal> = kept.into_iter().filter(|p| pending(p) && outdated(p)).collect();
    let all = outdated.len() <= REFRESHED_TOGETHER || recombined;
    let touched = |p: &Proposal| situation.pending.iter().any(|entry| entry.event.subject == p.card.subject);
    outdated.into_iter().filter(move |proposal| all || touched(proposal) || early.contains(&proposal.id))
}

struct Planner<'a, E> {
    assessor: Assessor<'a>,
    rewritten: &'a dyn Fn(&Proposal) -> Option<Rewritten>,
    recommender: RecommenderId,
    /// The text of the situation, and its digest.
    text: String,
    digest: Digest,
    /// The entries that keep the text, by record of their chain.
    keepers: Vec<(RecordId, u64)>,
    /// The record is not merged: whatever it has is its own.
    alone: bool,
    /// The heads of the members' chains.
    heads: Heads,
    entropy: &'a E,
    now: Timestamp,
    /// The proposals that a recommendation could repeat.
    others: Vec<Proposal>,
    /// It is open whom the events are about.
    waits: bool,
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

    /// The part with this id; `None` if it is the root.
    fn part(&self, home: RecordId) -> Option<RecordId> {
        Some(home).filter(|home| *home != self.situation().record.id)
    }

    /// The situation, kept by this entry of the chain.
    fn resting_on(&self, entry: u64) -> SituationRef {
        SituationRef { digest: self.digest.clone(), up_to: self.situation().up_to, entry: Some(entry) }
    }

    /// The entry of a chain that keeps the text for all proposals refreshed by this plan; true if it is the next one.
    fn keeper(&mut self, home: RecordId) -> (u64, bool) {
        if let Some((_, entry)) = self.keepers.iter().find(|(record, _)| *record == home) {
            return (*entry, false);
        }
        let entry = self.heads.next(home);
        self.keepers.push((home, entry));
        (entry, true)
    }

    /// The transition, with an entry that keeps the text of the situation and the records that it names.
    fn with_text(&self, transition: Transition) -> Transition {
        transition.with_situation(self.text.clone(), self.situation().named())
    }

    fn withdraw(&mut self, proposal: Proposal, reason: &str) {
        self.push(&Transition::withdrawn(proposal, reason, agent(), self.now));
        self.plan.withdrawn += 1;
    }

    /// Gives a pending proposal a card of the present situation. The digest of the old card becomes invalid, so a
    /// person who still sees it must look again. An early one was made before it was known whom it is about: its gates
    /// look at the match again.
    fn refresh(&mut self, mut proposal: Proposal, early: bool) {
        let from = self.situation().pending.iter().find(|entry| early && entry.event.id == proposal.card.event.id);
        let completed = self.complete(&mut proposal.card);
        if let Some(from) = from {
            proposal.card.matched = from.matched.clone();
        }
        if completed || from.is_some() {
            self.reassess(&mut proposal);
        }
        let home = proposal.card.home();
        let (entry, is_next) = self.keeper(home);
        proposal.card.record = self.situation().record.clone();
        proposal.card.part = self.part(home);
        proposal.card.timeline = lines(self.situation(), proposal.card.event.id);
        proposal.card.situation = self.resting_on(entry);
        if let Some(Rewritten { action, effect, reason }) = (self.rewritten)(&proposal) {
            (proposal.card.action, proposal.card.effect, proposal.card.reason) = (action, effect, reason);
        }
        self.assessor.note_complaint(&mut proposal.card);
        proposal.digest = proposals::digest(proposal.id, &proposal.card);
        let refreshed = Transition::of(proposal, EntryKind::Refreshed, agent(), self.now);
        self.push(&if is_next { self.with_text(refreshed) } else { refreshed });
    }

    /// Fills in what the action lacks, where the record has it by now. Of merged records none gets the address of
    /// another: the merge may be undone.
    fn complete(&self, card: &mut Card) -> bool {
        let Some((action, lack)) = card.action.executable().and_then(|action| Some((action, action.lacks()?))) else {
            return false;
        };
        let mut addresses = self.situation().addresses.iter().filter(|_| self.alone);
        let filled =
            addresses.find_map(|address| Some((address, action.with_param(lack.field, address.as_str()).ok()?)));
        let Some((address, complete)) = filled else { return false };
        if !card.questions.is_empty() {
            let question = card.questions.remove(0);
            card.answers.push(format!("{question} {address}, as the record has it"));
        }
        card.action = Action::Executable(complete);
        true
    }

    fn reassess(&self, proposal: &mut Proposal) {
        let card = &mut proposal.card;
        let mut entries = self.situation().pending.iter().chain(&self.situation().history);
        let entry = entries.find(|entry| entry.event.id == card.event.id);
        let cause = entry.map_or_else(|| Cause::shown(card), |entry| Cause::of(&entry.event, self.home(entry)));
        let moot = entry.and_then(|entry| moot(self.situation(), entry, card.action.kind()));
        let others = self.others.iter().filter(|other| other.id != proposal.id);
        let assessed = self.assessor.assess(&card.action, &proposal.recommender, &cause, &card.matched, moot, others);
        card.risk = assessed.risk;
        card.reversible = assessed.undo.is_possible();
        card.gates = assessed.gates.to_vec();
    }

    /// The record that an entry belongs to: the whole, or one of its parts.
    fn home(&self, entry: &TimelineEntry) -> RecordId {
        entry.part.unwrap_or(self.situation().record.id)
    }

    fn recommend(&mut self, recommendation: &Recommendation, from: &TimelineEntry) {
        let home = self.home(from);
        let (cause, action) = (Cause::of(&from.event, home), &recommendation.action);
        let moot = moot(self.situation(), from, action.kind());
        let assessment = self.assessor.assess(action, &self.recommender, &cause, &from.matched, moot, &self.others);
        let disposition = disposition(action, &assessment.gates);
        let grant = assessment.grant.clone();
        // Its first entry keeps what it rests on, whatever becomes of the others.
        let kept = self.resting_on(self.heads.next(home));
        let card = self.card(recommendation, from, assessment, kept);
        let proposal = self.proposal(recommendation.id, card);
        match disposition {
            // It is decided once it is known whom it is about.
            Disposition::Drop if self.waits => {}
            Disposition::Drop => {
                self.plan.dropped += 1;
                let blocked = proposal.card.gates.iter().find(|gate| gate.verdict == GateVerdict::Block);
                let reason = blocked.map(|gate| gate.reason.clone()).unwrap_or_default();
                self.push(&self.with_text(Transition::dropped(proposal, agent()).note(reason)));
            }
            Disposition::Review | Disposition::HumanOwned => self.propose(proposal),
            Disposition::Automatic => {
                self.propose(proposal.clone());
                self.approve(proposal, grant.as_ref());
            }
        }
    }

    fn propose(&mut self, proposal: Proposal) {
        self.plan.proposed += 1;
        self.others.push(proposal.clone());
        self.push(&self.with_text(Transition::proposed(proposal, agent())));
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
            edited: false,
            effect: recommendation.effect.clone(),
            risk: assessment.risk,
            reversible: assessment.undo.is_possible(),
            reason: recommendation.reason.clone(),
            proposed_by: recommendation.proposed_by.clone(),
            questions: recommendation.questions.clone(),
            answers: Vec::new(),
            event: event_ref(from),
            subject: from.event.subject.clone(),
            matter: Answered::from(self.situation().place(from)).into_matter(),
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
