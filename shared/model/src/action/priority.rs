use super::field::{Choice, Control};
use crate::named::named_enum;

named_enum! {
    /// The urgency of an action.
    "priority" enum Priority {
        /// The ordinary order of work.
        Normal = "normal",
        /// Before other work.
        Urgent = "urgent",
    }
}

impl Priority {
    /// The form control for a priority.
    pub(super) const CONTROL: Control = Control::Choice(&[
        Choice { name: Self::Normal.as_str(), label: "Normal" },
        Choice { name: Self::Urgent.as_str(), label: "Urgent" },
    ]);
}
