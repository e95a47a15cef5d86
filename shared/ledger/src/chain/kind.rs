use nerve_model::named_enum;

named_enum! {
    /// The kind of a ledger entry.
    "kind of entry" enum EntryKind {
        /// An action was proposed.
        Proposed = "proposed",
        /// A gate blocked a recommendation.
        Dropped = "dropped",
        /// A pending proposal got a new card.
        Refreshed = "refreshed",
        /// A person changed the parameters.
        Edited = "edited",
        /// A person answered a question of the card.
        Answered = "answered",
        /// A person snoozed the proposal.
        Snoozed = "snoozed",
        /// A person assigned the proposal.
        Assigned = "assigned",
        /// A person or a rule approved the proposal.
        Approved = "approved",
        /// A person rejected the proposal.
        Rejected = "rejected",
        /// A newer event made the proposal moot.
        Withdrawn = "withdrawn",
        /// The proposal expired without a decision.
        Expired = "expired",
        /// The executor is about to perform the action.
        Intent = "intent",
        /// An attempt failed; a retry follows.
        AttemptFailed = "attempt_failed",
        /// The effect happened.
        Executed = "executed",
        /// The execution failed for good.
        Failed = "failed",
        /// The effect may or may not have happened.
        Unknown = "unknown",
        /// A person ordered a retry.
        Retried = "retried",
        /// A person took a decision back before anything was done: the proposal is what it was before.
        Reconsidered = "reconsidered",
        /// A person undid the effect.
        Undone = "undone",
        /// The outcome of the proposal became known.
        Outcome = "outcome",
        /// A category was granted autonomy.
        Granted = "granted",
        /// The grant of a category was revoked.
        Revoked = "revoked",
        /// Nerve asked a person which record an event belongs to.
        Asked = "asked",
        /// A person answered which record an event belongs to.
        Identified = "identified",
        /// A person withdrew the answer: the question is open again.
        Reopened = "reopened",
        /// Two records were merged; the entry is in the chain of each.
        Merged = "merged",
        /// A merge was undone.
        Unmerged = "unmerged",
        /// A record was created.
        RecordCreated = "record_created",
        /// The fields of a record were edited.
        RecordEdited = "record_edited",
        /// A record was linked to another.
        Linked = "linked",
        /// A link was removed.
        Unlinked = "unlinked",
        /// A claim was added to a record.
        ClaimAdded = "claim_added",
        /// A claim was removed from a record.
        ClaimRemoved = "claim_removed",
        /// A person added a task.
        TaskAdded = "task_added",
        /// A person edited a task.
        TaskEdited = "task_edited",
        /// A person completed a task.
        TaskDone = "task_done",
        /// A person reopened a task.
        TaskReopened = "task_reopened",
        /// A person added a note.
        NoteAdded = "note_added",
        /// A person removed a task or note that a person had added.
        TakenBack = "taken_back",
        /// The data about a person was erased.
        Erased = "erased",
        /// The suppression after an erasure was lifted.
        LetBackIn = "let_back_in",
    }
}
