use crate::named::named_enum;

named_enum! {
    /// The possible harm of a wrong action: fixed by its kind, raised by its parameters, never lowered.
    "risk" enum Risk {
        /// The effect stays inside Nerve and is easily corrected.
        Low = "low",
        /// The effect changes what colleagues see or rely on.
        Medium = "medium",
        /// The effect reaches a customer or commits the business.
        High = "high",
        /// The effect cannot be undone: money, contracts, personal data. Only a person performs it, outside Nerve.
        Critical = "critical",
    }
}
