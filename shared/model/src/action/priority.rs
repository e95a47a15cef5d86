use super::field::{Choice, Control};
use crate::named::named_enum;

named_enum! {
    /// How soon something wants attention.
    "priority" enum Priority {
        /// In the ordinary run of work.
        Normal = "normal",
        /// Before other things.
        Urgent = "urgent",
    }
}

impl Priority {
    /// As a field that a person chooses.
    pub(super) const CONTROL: Control = Control::Choice(&[
        Choice { name: Self::Normal.as_str(), label: "Normal" },
        Choice { name: Self::Urgent.as_str(), label: "Urgent" },
    ]);
}
