use super::{
    field::{Control, Field},
    spec::{ActionIcon, ActionSpec, Lack, Params},
};
use crate::Risk;
use serde::{Deserialize, Serialize};

pub(super) const SPEC: ActionSpec = ActionSpec {
    name: "message.draft",
    label: "Draft a message",
    done: "Drafted a message",
    about: "Writes a message without sending it. Without an address it waits for one: it cannot be approved. With an address that is not one of the record, the risk is medium.",
    icon: ActionIcon::Mail,
    risk: Risk::Low,
    reversible: true,
    fields: &[
        Field::new("to", "To", Control::Address, "The mail address of the recipient.")
            .optional("Nobody yet: no mail address is known"),
        Field::new("subject", "Subject", Control::Line { max: 200 }, "The subject line."),
        Field::new("body", "Message", Control::Letter { max: 10_000 }, "The text of the message."),
    ],
};

const RECIPIENT: Lack =
    Lack { field: "to", says: "the message has no recipient", asks: "Where should the message go?" };

/// The parameters of `message.draft`. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftMessage {
    /// The mail address of the recipient; `None` when the record has none.
    #[serde(default)]
    pub to: Option<String>,
    /// The subject line.
    pub subject: String,
    /// The text of the message.
    pub body: String,
}

impl Params for DraftMessage {
    fn headline(&self) -> &str {
        &self.subject
    }

    fn lacks(&self) -> Option<&'static Lack> {
        self.to.is_none().then_some(&RECIPIENT)
    }
}
