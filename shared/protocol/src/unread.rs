//! The parts of a delivery that its source hands on as written.
//!
//! A source worker is small and has no room for tables. What takes tables to read travels beside the event to the
//! context worker, which reads it once (`nerve_completion`) before the inbox stores the event.

use crate::written_mail::WrittenMail;
use nerve_model::{Region, Role};
use serde::{Deserialize, Serialize};

/// The parts of a delivery that are still to be read; most deliveries have none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Telephone numbers of the parties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<UnreadPhone>,
    /// The region of telephone numbers without a country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Region>,
    /// The mail whose arrival the event is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Box<WrittenMail>>,
}

/// A telephone number as it is written; the claims it becomes have this role and place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadPhone {
    /// The text, which may hold several numbers or none.
    pub written: String,
    /// The role of the party whose number it is.
    pub role: Role,
    /// How many of the event's claims are stronger: the number's place among them.
    pub after: usize,
}

impl Unread {
    /// True if nothing is to be read; nothing is then sent.
    pub fn is_empty(&self) -> bool {
        self.phones.is_empty() && self.mail.is_none()
    }
}

impl UnreadPhone {
    /// The ASCII digits as they are written, if they can be of a number: the same in each copy of a delivery.
    pub(crate) fn digits(&self) -> Option<String> {
        let digits: String = self.written.chars().filter(char::is_ascii_digit).collect();
        (digits.len() >= 5).then_some(digits)
    }
}
