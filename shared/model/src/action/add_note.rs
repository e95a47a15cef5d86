use super::{
    field::{Control, Field},
    spec::{ActionIcon, ActionSpec, Params},
};
use crate::Risk;
use serde::{Deserialize, Serialize};

pub(super) const SPEC: ActionSpec = ActionSpec {
    name: "crm.add_note",
    label: "Add a note",
    done: "Added a note",
    about: "Writes a note on the record.",
    icon: ActionIcon::Note,
    risk: Risk::Low,
    reversible: true,
    fields: &[Field::new("text", "Note", Control::Text { max: 4_000 }, "The text of the note.")],
};

/// The parameters of `crm.add_note`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// The text of the note.
    pub text: String,
}

impl Params for AddNote {
    fn headline(&self) -> &str {
        &self.text
    }
}
