use crate::named::named_enum;

named_enum! {
    /// The sorts of items on a record's activity page.
    "sort of thing on a timeline" enum Group {
        /// Events from the tools.
        Events = "events",
        /// Proposals, decisions, executions and outcomes.
        Actions = "actions",
        /// Tasks.
        Tasks = "tasks",
        /// Notes.
        Notes = "notes",
        /// Changes of the record's fields, claims, links and members.
        Changes = "changes",
    }
}
