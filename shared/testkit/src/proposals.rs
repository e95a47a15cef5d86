//! A complete pending proposal; a test changes the part it is about.

use crate::events::{NOW, ada, confident, payment_failed};
use nerve_model::{
    Action, Card, CreateTask, Digest, EventRef, Executable, Execution, Gate, GateResult, GateVerdict, Handling, Millis,
    Priority, Proposal, ProposalId, ProposalStatus, RecommenderId, Risk, SituationRef,
};

/// A proposal to create a task for Ada, made at [`NOW`]; its digest does not match its card.
pub fn pending_task(n: u128) -> Proposal {
    Proposal {
        id: ProposalId::new(NOW, n),
        recommender: RecommenderId::PLAYBOOK,
        status: ProposalStatus::Pending,
        version: 1,
        digest: Digest("0".repeat(64)),
        card: card(),
        handling: Handling::default(),
        decision: None,
        execution: Execution::default(),
        outcome: None,
        created_at: NOW,
        updated_at: NOW,
        expires_at: NOW + Millis::days(14),
    }
}

fn card() -> Card {
    let event = payment_failed(1, "in_1");
    let task = CreateTask {
        title: "Call Ada".to_owned(),
        detail: String::new(),
        priority: Priority::Normal,
        due_at: None,
        assignee: None,
    };
    let held =
        |gate: &Gate| GateResult { gate: *gate, verdict: GateVerdict::Hold, reason: "a person must look".to_owned() };
    Card {
        action: Action::Executable(Executable::CreateTask(task)),
        edited: false,
        effect: "Creates a task.".to_owned(),
        risk: Risk::Low,
        reversible: true,
        reason: "A payment failed.".to_owned(),
        proposed_by: "playbook: payment-failed".to_owned(),
        questions: Vec::new(),
        answers: Vec::new(),
        event: EventRef {
            id: event.id,
            kind: event.kind(),
            source: event.source.clone(),
            summary: event.summary.clone(),
            test: event.test,
            occurred_at: event.occurred_at,
            link: event.link.clone(),
        },
        matter: None,
        subject: event.subject,
        record: ada(),
        part: None,
        matched: confident(),
        timeline: Vec::new(),
        gates: Gate::ALL.iter().map(held).collect(),
        situation: SituationRef { digest: Digest("1".repeat(64)), up_to: 1, entry: None },
    }
}
