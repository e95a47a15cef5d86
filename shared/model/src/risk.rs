use crate::named::named_enum;

named_enum! {
    /// What could go wrong if an action is wrong: fixed by its kind, raised by its parameters, never lowered.
    "risk" enum Risk {
        /// Stays inside Nerve and is easily put right.
        Low = "low",
        /// Changes what colleagues see or rely on.
        Medium = "medium",
        /// Reaches a customer or commits the business.
        High = "high",
        /// Cannot be taken back: money, contracts, personal data. Always done by a person, outside Nerve.
        Critical = "critical",
    }
}
