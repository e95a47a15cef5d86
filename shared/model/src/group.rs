use crate::named::named_enum;

named_enum! {
    /// The sorts of things on a record's timeline.
    "sort of thing on a timeline" enum Group {
        /// What the tools reported.
        Events = "events",
        /// What was proposed, decided and done, and how it ended.
        Actions = "actions",
        /// What is to be done.
        Tasks = "tasks",
        /// What was noted.
        Notes = "notes",
        /// What changed in the record, and what it is made of.
        Changes = "changes",
    }
}
