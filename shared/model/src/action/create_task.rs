use super::{
    field::{Control, Field},
    priority::Priority,
    spec::{ActionIcon, ActionSpec, Params},
};
use crate::{Risk, Timestamp};
use serde::{Deserialize, Serialize};

pub(super) const SPEC: ActionSpec = ActionSpec {
    name: "crm.create_task",
    label: "Create a task",
    done: "Created a task",
    about: "Creates a task on the record. With an assignee the risk is medium: it gives a person work.",
    icon: ActionIcon::Task,
    risk: Risk::Low,
    reversible: true,
    fields: &[
        Field::new("title", "Title", Control::Line { max: 200 }, "The work to be done."),
        Field::new("detail", "Detail", Control::Text { max: 4_000 }, "Background that helps to do it.").optional(""),
        Field::new("priority", "Priority", Priority::CONTROL, "The urgency of the task."),
        Field::new("due_at", "Due", Control::Date, "The time by which it should be done.").optional(""),
        Field::new("assignee", "For", Control::Line { max: 80 }, "The person who should do it.")
            .optional("The record's owner"),
    ],
};

/// The parameters of `crm.create_task`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// The work to be done.
    pub title: String,
    /// Background that helps to do it.
    #[serde(default)]
    pub detail: String,
    /// The urgency of the task.
    pub priority: Priority,
    /// The time by which the task should be done.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// The person who should do it; `None` means the record's owner.
    #[serde(default)]
    pub assignee: Option<String>,
}

impl Params for CreateTask {
    fn headline(&self) -> &str {
        &self.title
    }

    fn priority(&self) -> Priority {
        self.priority
    }
}
