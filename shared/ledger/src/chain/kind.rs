use nerve_model::named_enum;

named_enum! {
    /// What an entry is about.
    "kind of entry" enum EntryKind {
        /// An action was proposed.
        Proposed = "proposed",
        /// A recommendation was blocked by a gate.
        Dropped = "dropped",
        /// A pending proposal is shown with what is known now.
        Refreshed = "refreshed",
        /// A person changed the parameters.
        Edited = "edited",
        /// A person supplied what was missing.
        Answered = "answered",
        /// A person put it off.
        Snoozed = "snoozed",
        /// A person said who decides.
        Assigned = "assigned",
        /// A person or a rule agreed.
        Approved = "approved",
        /// A person said no.
        Rejected = "rejected",
        /// A newer event made it moot.
        Withdrawn = "withdrawn",
        /// Nobody decided in time.
        Expired = "expired",
        /// The effect is about to happen.
        Intent = "intent",
        /// An attempt failed; there will be another.
        AttemptFailed = "attempt_failed",
        /// The effect happened.
        Executed = "executed",
        /// It failed for good.
        Failed = "failed",
        /// The effect may or may not have happened.
        Unknown = "unknown",
        /// A person had it tried again.
        Retried = "retried",
        /// A person took it back.
        Undone = "undone",
        /// How it ended.
        Outcome = "outcome",
        /// A category may act without a person.
        Granted = "granted",
        /// A category asks a person again.
        Revoked = "revoked",
        /// A person was asked whom an event concerns.
        Asked = "asked",
        /// A person said whom it concerns.
        Identified = "identified",
        /// A person took that back: the question is open again.
        Reopened = "reopened",
        /// The record was made part of another, or another became part of it.
        Merged = "merged",
        /// A merge was taken back.
        Unmerged = "unmerged",
        /// A record came to be.
        RecordCreated = "record_created",
        /// What is said of a record changed.
        RecordEdited = "record_edited",
        /// A record has to do with another.
        Linked = "linked",
        /// It has no longer.
        Unlinked = "unlinked",
        /// A record is known by something more.
        ClaimAdded = "claim_added",
        /// It is no longer known by it.
        ClaimRemoved = "claim_removed",
        /// A person wrote down what is to be done.
        TaskAdded = "task_added",
        /// A person changed what is to be done.
        TaskEdited = "task_edited",
        /// It is done.
        TaskDone = "task_done",
        /// It is not done after all.
        TaskReopened = "task_reopened",
        /// A person wrote a note.
        NoteAdded = "note_added",
        /// A person took a task or a note back that a person had written.
        TakenBack = "taken_back",
        /// What was known of the person was erased.
        Erased = "erased",
        /// What comes about the person is taken in again.
        LetBackIn = "let_back_in",
    }
}
