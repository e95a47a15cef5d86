use super::{
    field::{Control, Field},
    priority::Priority,
    spec::{ActionIcon, ActionSpec, Params},
};
use crate::Risk;
use serde::{Deserialize, Serialize};

pub(super) const SPEC: ActionSpec = ActionSpec {
    name: "event.classify",
    label: "Classify the event",
    done: "Classified the event",
    about: "Stores the topic and the urgency of the event. The latest classification of an event counts.",
    icon: ActionIcon::Tag,
    risk: Risk::Low,
    reversible: true,
    fields: &[
        Field::new("topic", "Topic", Control::Line { max: 60 }, "The subject of the event, in a word or two."),
        Field::new("urgency", "Urgency", Priority::CONTROL, "The urgency of the event."),
        Field::new("note", "Note", Control::Text { max: 1_000 }, "A remark on the classification.").optional(""),
    ],
};

/// The parameters of `event.classify`; the event is the one that the proposal answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifyEvent {
    /// The subject of the event, in a word or two.
    pub topic: String,
    /// The urgency of the event.
    pub urgency: Priority,
    /// A remark on the classification.
    #[serde(default)]
    pub note: String,
}

impl Params for ClassifyEvent {
    fn headline(&self) -> &str {
        &self.topic
    }

    fn priority(&self) -> Priority {
        self.urgency
    }
}
