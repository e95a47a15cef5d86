use nerve_model::ActionKind;

/// The action may be proposed while it is open whom its event is about: it addresses nobody but the team, and is right
/// whoever it is.
pub const fn may_precede_identity(kind: ActionKind) -> bool {
    match kind {
        ActionKind::CreateTask | ActionKind::NotifyInternal | ActionKind::ClassifyEvent => true,
        ActionKind::AddNote
        | ActionKind::DraftMessage
        | ActionKind::Refund
        | ActionKind::CancelService
        | ActionKind::ChangeContract
        | ActionKind::DiscloseData => false,
    }
}
