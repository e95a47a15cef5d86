use super::{
    field::{Choice, Control, Field},
    priority::Priority,
    spec::{ActionIcon, ActionSpec, Params},
};
use crate::{Risk, named::named_enum};
use serde::{Deserialize, Serialize};

pub(super) const SPEC: ActionSpec = ActionSpec {
    name: "notify.internal",
    label: "Notify colleagues",
    done: "Notified colleagues",
    about: "Notifies colleagues in the console, and in the team's own tool where one is configured.",
    icon: ActionIcon::Bell,
    risk: Risk::Medium,
    reversible: false,
    fields: &[
        Field::new("text", "Text", Control::Text { max: 500 }, "The text of the notification."),
        Field::new("priority", "Priority", Priority::CONTROL, "The urgency of the notification."),
        Field::new("audience", "To", Audience::CONTROL, "The colleagues who are notified."),
    ],
};

named_enum! {
    /// The colleagues who are notified.
    "audience" enum Audience {
        /// The owner of the record.
        Owner = "owner",
        /// Everyone who uses the console.
        Team = "team",
    }
}

impl Audience {
    const CONTROL: Control = Control::Choice(&[Self::Owner.choice(), Self::Team.choice()]);

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "The record's owner",
            Self::Team => "The whole team",
        }
    }

    const fn choice(self) -> Choice {
        Choice { name: self.as_str(), label: self.label() }
    }
}

/// The parameters of `notify.internal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifyInternal {
    /// The colleagues who are notified.
    pub audience: Audience,
    /// The text of the notification.
    pub text: String,
    /// The urgency of the notification.
    pub priority: Priority,
}

impl Params for NotifyInternal {
    fn headline(&self) -> &str {
        &self.text
    }

    fn priority(&self) -> Priority {
        self.priority
    }
}
