use nerve_model::{
    Action, ActionKind, Answered, EventKind, Executable, Placed, Proposal, ProposalStatus, one_line, settled_by,
};
use nerve_situation::Situation;

/// The words by which people classify an event as a complaint.
const COMPLAINTS: [&str; 6] = ["complain", "dispute", "chargeback", "beschwerde", "reklamation", "angry"];

/// The complaint that is open about the situation's party: a case that escalated and was not solved, or an event that was
/// classified as one. `None` unless the action writes to the customer about something else.
pub fn complaint(situation: &Situation, action: &Action, answers: EventKind) -> Option<String> {
    if action.kind() != ActionKind::DraftMessage || answers == EventKind::SupportEscalated {
        return None;
    }
    let open = situation.open_items.iter().map(|entry| situation.place(entry));
    let escalated = situation.placed().chain(open).filter(|placed| is_open_case(situation, *placed));
    let classified = situation.tried.iter().filter(|proposal| is_classified(proposal));
    let cases = escalated.map(|Placed { event, .. }| (event.occurred_at, event.summary.as_str()));
    let others = classified.map(|proposal| (proposal.card.event.occurred_at, proposal.card.event.summary.as_str()));
    let (at, summary) = cases.chain(others).max()?;
    let summary = one_line(summary, 200);
    Some(format!("They complained on {} ({}): look before sending.", at.date(), summary.trim_end_matches('.')))
}

fn is_open_case(situation: &Situation, placed: Placed<'_>) -> bool {
    let settled = |later| settled_by(later, &Answered::from(placed), ActionKind::CreateTask).is_some();
    placed.event.kind() == EventKind::SupportEscalated && !placed.event.test && !situation.placed().any(settled)
}

/// A person or a rule had the event classified as a complaint.
fn is_classified(proposal: &Proposal) -> bool {
    let Action::Executable(Executable::ClassifyEvent(said)) = &proposal.card.action else { return false };
    let topic = said.topic.to_lowercase();
    proposal.status == ProposalStatus::Done && COMPLAINTS.iter().any(|word| topic.contains(word))
}
