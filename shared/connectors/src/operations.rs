use crate::Team;
use nerve_model::{ActionKind, Executable, Operation, Undo};

/// The operations of this deployment: one for each executable kind. A tool of the team performs notifications if one is
/// configured; Nerve performs the others in its own database.
pub fn operations(team: &Team) -> Vec<Operation> {
    Executable::KINDS.iter().map(|kind| operation(*kind, team)).collect()
}

fn operation(action: ActionKind, team: &Team) -> Operation {
    let undo = if action.is_reversible() { Undo::Always } else { Undo::Never };
    let (connector, missing) = match (action, team) {
        (ActionKind::NotifyInternal, Team::Standard(..)) => ("webhook", None),
        (ActionKind::NotifyInternal, Team::Slack(_)) => ("slack", None),
        (ActionKind::NotifyInternal, Team::Broken(problem)) => ("webhook", Some(problem.to_string())),
        _ => ("nerve", None),
    };
    Operation { action, connector: connector.to_owned(), undo, missing }
}
