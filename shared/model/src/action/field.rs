//! A parameter of an action: its names, its bounds, and how a person fills it in.

use serde_json::Value;

/// The longest mail address there is: RFC 5321, 4.5.3.1.3.
const ADDRESS_CHARS: usize = 254;

/// Lines up to this length stand beside other short fields.
const SHORT_CHARS: usize = 80;

/// One parameter of an action. Forms, bounds, schemas and documentation are made from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in JSON and in forms.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// How a person fills it in, with its bounds.
    pub control: Control,
    /// It may be left out: a text is then empty, anything else null.
    pub optional: bool,
    /// Stands in the place of one that is left out; may be empty.
    pub placeholder: &'static str,
    /// The sentence that explains it.
    pub help: &'static str,
}

/// How a person fills a parameter in, with its bounds in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Plain text on one line.
    Line {
        /// Most characters.
        max: usize,
    },
    /// Plain text of several lines.
    Text {
        /// Most characters.
        max: usize,
    },
    /// A text as its recipient is going to read it.
    Letter {
        /// Most characters.
        max: usize,
    },
    /// A mail address.
    Address,
    /// An instant.
    Date,
    /// One of a few values.
    Choice(&'static [Choice]),
}

/// A value to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Its name in JSON and in forms.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
}

/// Parameters that do not fit their action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// The document does not have the shape of the action's parameters.
    #[error("{0}")]
    Shape(String),
    /// A text is too short or too long.
    #[error("{field} must have {min} to {max} characters")]
    Length {
        /// The parameter.
        field: &'static str,
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// A text that must stand on one line has line breaks or control characters.
    #[error("{0} must be one line of plain text")]
    NotOneLine(&'static str),
    /// Not a mail address.
    #[error("{0} must be a mail address")]
    NotAnAddress(&'static str),
    /// Critical actions are described by Nerve and cannot be edited into something else.
    #[error("a critical action cannot be edited")]
    HumanOwned,
}

impl Field {
    /// A parameter that must be there.
    pub const fn new(name: &'static str, label: &'static str, control: Control, help: &'static str) -> Self {
        Self { name, label, control, optional: false, placeholder: "", help }
    }

    /// It may be left out; the placeholder then says what that means.
    #[must_use]
    pub const fn optional(self, placeholder: &'static str) -> Self {
        Self { optional: true, placeholder, ..self }
    }

    /// The fewest and the most characters of a text; nothing else has any.
    pub const fn bounds(&self) -> Option<(usize, usize)> {
        match self.control {
            Control::Line { max } => Some((1, max)),
            Control::Text { max } | Control::Letter { max } => Some((if self.optional { 0 } else { 1 }, max)),
            Control::Address => Some((3, ADDRESS_CHARS)),
            Control::Date | Control::Choice(_) => None,
        }
    }

    /// Left out, it is null; a text is empty instead.
    pub const fn is_nullable(&self) -> bool {
        self.optional && !matches!(self.control, Control::Text { .. } | Control::Letter { .. })
    }

    /// It takes little room in a form.
    pub const fn is_short(&self) -> bool {
        match self.control {
            Control::Line { max } => max <= SHORT_CHARS,
            Control::Date | Control::Choice(_) => true,
            Control::Text { .. } | Control::Letter { .. } | Control::Address => false,
        }
    }

    /// Refuses a value that is out of bounds. Instants and choices have types that hold nothing else.
    pub(super) fn check(&self, value: &Value) -> Result<(), ParamsError> {
        if value.is_null() && self.is_nullable() {
            return Ok(());
        }
        let text = value.as_str().unwrap_or_default();
        match self.control {
            Control::Line { .. } => {
                self.length(text)?;
                if text.chars().any(char::is_control) { Err(ParamsError::NotOneLine(self.name)) } else { Ok(()) }
            }
            Control::Text { .. } | Control::Letter { .. } => self.length(text),
            Control::Address if is_address(text) => Ok(()),
            Control::Address => Err(ParamsError::NotAnAddress(self.name)),
            Control::Date | Control::Choice(_) => Ok(()),
        }
    }

    fn length(&self, text: &str) -> Result<(), ParamsError> {
        let Some((min, max)) = self.bounds() else { return Ok(()) };
        let blank = min > 0 && text.trim().is_empty();
        let fits = !blank && (min..=max).contains(&text.chars().count());
        if fits { Ok(()) } else { Err(ParamsError::Length { field: self.name, min, max }) }
    }
}

/// Enough to catch slips and header injection; only a mail server knows if the address exists.
fn is_address(text: &str) -> bool {
    text.len() <= ADDRESS_CHARS
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'))
}
