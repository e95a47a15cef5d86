//! The assessment of an action: its risk and the results of the eight gates.

use nerve_ledger::readiness::BrokenChain;
use nerve_model::{
    Action, ActionKind, Answered, Card, Event, Gate, GateResult, GateVerdict, Match, Operation, Placed, Proposal,
    RecommenderId, RecordId, Risk, Timestamp, Trust, Undo, settles_all,
};
use nerve_policy::{
    Autonomy, Availability, Category, GateInput, Grant, LedgerState, complaint, freshness, gates, risk_of, still_fresh,
};
use nerve_ports::Unreachable;
use nerve_situation::Situation;

/// The inputs of the gates besides the action and its event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assessor<'a> {
    /// The situation of the record.
    pub(crate) situation: &'a Situation,
    /// The operations of this deployment; an error when the executor was unreachable.
    pub(crate) operations: &'a Result<Vec<Operation>, Unreachable>,
    /// The grants of autonomy.
    pub(crate) autonomy: &'a Autonomy,
    /// The broken chain of the record, if there is one.
    pub(crate) broken: Option<&'a BrokenChain>,
}

/// The event that an action answers, with the fields that the gates read.
#[derive(Debug, Clone)]
pub(crate) struct Cause<'a> {
    answered: Answered<'a>,
    trust: Trust,
    test: bool,
}

impl<'a> Cause<'a> {
    /// The cause with all fields of the event.
    pub(crate) fn of(event: &'a Event, home: RecordId) -> Self {
        let answered = Answered::from(Placed { event, home: Some(home) });
        Self { answered, trust: event.trust, test: event.test }
    }

    /// The cause from a card, which does not show the event's trust: the weaker trust counts.
    pub(crate) fn shown(card: &'a Card) -> Self {
        Self { answered: Answered::from(card), trust: Trust::Token, test: card.event.test }
    }
}

/// The result of an assessment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assessment {
    pub(crate) risk: Risk,
    /// The possibility to undo the effect.
    pub(crate) undo: Undo,
    pub(crate) gates: [GateResult; 8],
    /// The grant for the category, if there is one.
    pub(crate) grant: Option<Grant>,
}

impl Assessor<'_> {
    /// Runs the gates on an action. `moot` is the reason why the event needs no action, if there is one; `others` are
    /// the proposals that the action could repeat.
    pub(crate) fn assess<'a>(
        &self,
        action: &Action,
        recommender: &RecommenderId,
        cause: &Cause<'_>,
        matched: &Match,
        moot: Option<String>,
        others: impl IntoIterator<Item = &'a Proposal>,
    ) -> Assessment {
        let risk = risk_of(action, self.situation);
        let category = Category::new(recommender.clone(), cause.answered.kind(), action.kind()).ok();
        let grant = category.and_then(|category| self.autonomy.grant_for(&category));
        let availability = self.availability(action.kind());
        let settled_at = self.settled_at(&cause.answered);
        let since = |other: &&Proposal| settled_at.is_none_or(|at| other.card.event.occurred_at >= at);
        let others = others.into_iter().filter(since);
        let complaint = complaint(self.situation, action, cause.answered.kind());
        let gates = gates(&GateInput {
            trust: cause.trust,
            test: cause.test,
            matched,
            action,
            risk,
            availability,
            grant,
            freshness: freshness(action, &cause.answered, moot, others, &self.situation.tasks),
            complaint: complaint.as_deref(),
            ledger: self.broken.map_or(LedgerState::Ready, |broken| LedgerState::Broken(broken.to_string())),
        });
        let undo = match availability {
            Availability::Offered(operation) => operation.undo,
            // Asked once the executor answers again, its operation says until when.
            Availability::Unknown(_) if action.kind().is_reversible() => Undo::Always,
            Availability::NotOffered | Availability::Unknown(_) => Undo::Never,
        };
        Assessment { risk, undo, gates, grant: grant.cloned() }
    }

    /// Lets the card of a pending proposal say whether the customer complained since; a block stays.
    pub(crate) fn note_complaint(&self, card: &mut Card) {
        let complaint = complaint(self.situation, &card.action, card.event.kind);
        for result in &mut card.gates {
            if result.gate == Gate::Fresh && result.verdict != GateVerdict::Block {
                *result = still_fresh(complaint.as_deref());
            }
        }
    }

    /// When what the event is about was settled before it: what answered anything earlier is another matter.
    fn settled_at(&self, answered: &Answered<'_>) -> Option<Timestamp> {
        let settled = self.situation.placed().filter(|later| settles_all(*later, answered));
        settled.map(|later| later.event.occurred_at).filter(|at| *at < answered.occurred_at()).max()
    }

    fn availability(&self, kind: ActionKind) -> Availability<'_> {
        match self.operations {
            Ok(operations) => {
                let offered = operations.iter().find(|operation| operation.action == kind);
                offered.map_or(Availability::NotOffered, Availability::Offered)
            }
            Err(Unreachable(why)) => Availability::Unknown(why),
        }
    }
}
