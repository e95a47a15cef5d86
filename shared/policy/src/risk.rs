use nerve_model::{Action, Executable, Risk};
use nerve_situation::Situation;

/// The risk of an action: the base risk of its kind, raised by its parameters, never lowered.
pub fn risk_of(action: &Action, situation: &Situation) -> Risk {
    let raised = match action {
        // An assigned task gives a particular person work.
        Action::Executable(Executable::CreateTask(task)) if task.assignee.is_some() => Risk::Medium,
        // A draft to an unknown address could reach a stranger.
        Action::Executable(Executable::DraftMessage(draft)) if is_stranger(draft.to.as_deref(), situation) => {
            Risk::Medium
        }
        Action::Executable(_) | Action::HumanOwned(_) => Risk::Low,
    };
    action.kind().base_risk().max(raised)
}

fn is_stranger(to: Option<&str>, situation: &Situation) -> bool {
    to.is_some_and(|to| !situation.addresses.iter().any(|known| known.eq_ignore_ascii_case(to)))
}
