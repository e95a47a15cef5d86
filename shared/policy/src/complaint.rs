use nerve_model::{
    Action, ActionKind, Answered, Event, EventKind, Executable, Proposal, ProposalStatus, one_line, settled_by,
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
    let entries = situation.pending.iter().chain(&situation.history).chain(&situation.open_items);
    let escalated = entries.map(|entry| &entry.event).filter(|event| is_open_case(situation, event));
    let classified = situation.tried.iter().filter(|proposal| is_classified(proposal));
    let cases = escalated.map(|event| (event.occurred_at, event.summary.as_str()));
    let others = classified.map(|proposal| (proposal.card.event.occurred_at, proposal.card.event.summary.as_str()));
    let (at, summary) = cases.chain(others).max()?;
    let summary = one_line(summary, 200);
    Some(format!("They complained on {} ({}): look before sending.", at.date(), summary.trim_end_matches('.')))
}

fn is_open_case(situation: &Situation, event: &Event) -> bool {
    let mut later = situation.pending.iter().chain(&situation.history).map(|entry| &entry.event);
    event.kind() == EventKind::SupportEscalated
        && !event.test
        && !later.any(|later| settled_by(later, &Answered::from(event), ActionKind::CreateTask).is_some())
}

/// A person or a rule had the event classified as a complaint.
fn is_classified(proposal: &Proposal) -> bool {
    let Action::Executable(Executable::ClassifyEvent(said)) = &proposal.card.action else { return false };
    let topic = said.topic.to_lowercase();
    proposal.status == ProposalStatus::Done && COMPLAINTS.iter().any(|word| topic.contains(word))
}
