//! A parameter of an action: its names, bounds and form control.

use serde_json::Value;

/// The longest mail address there is: RFC 5321, 4.5.3.1.3.
const ADDRESS_CHARS: usize = 254;

/// Fields of up to this length are shown beside other short fields.
const SHORT_CHARS: usize = 80;

/// One parameter of an action. Forms, bounds, schemas and documentation are derived from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name in JSON and in forms.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// The form control, with its bounds.
    pub control: Control,
    /// The parameter may be left out; a text is then empty, any other value null.
    pub optional: bool,
    /// The text shown in an empty field; may be empty.
    pub placeholder: &'static str,
    /// The sentence that explains the parameter.
    pub help: &'static str,
}

/// The form control of a parameter, with its bounds in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Plain text on one line.
    Line {
        /// The longest text, in characters.
        max: usize,
    },
    /// Plain text of several lines.
    Text {
        /// The longest text, in characters.
        max: usize,
    },
    /// A text in the form in which its recipient reads it.
    Letter {
        /// The longest text, in characters.
        max: usize,
    },
    /// A mail address.
    Address,
    /// An instant.
    Date,
    /// One of a few named values.
    Choice(&'static [Choice]),
}

/// A value of a [`Control::Choice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The name in JSON and in forms.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
}

/// The reason why parameters do not fit their action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// The document does not have the shape of the action's parameters.
    #[error("{0}")]
    Shape(String),
    /// A text is too short or too long.
    #[error("{field} must have {min} to {max} characters and has {found}")]
    Length {
        /// The parameter.
        field: &'static str,
        /// The shortest text, in characters.
        min: usize,
        /// The longest text, in characters.
        max: usize,
        /// The length of this text, in characters.
        found: usize,
    },
    /// A text that must stand on one line has line breaks or control characters.
    #[error("{0} must be one line of plain text")]
    NotOneLine(&'static str),
    /// Not a mail address.
    #[error("{0} must be a mail address")]
    NotAnAddress(&'static str),
    /// A parameter was left open, without which the action is not carried out.
    #[error("{0}")]
    Lacking(&'static str),
    /// The kind is critical; its parameters cannot be edited.
    #[error("a critical action cannot be edited")]
    HumanOwned,
}

impl Field {
    /// A required parameter.
    pub const fn new(name: &'static str, label: &'static str, control: Control, help: &'static str) -> Self {
        Self { name, label, control, optional: false, placeholder: "", help }
    }

    /// Makes the parameter optional; the placeholder tells people the effect of leaving it out.
    #[must_use]
    pub const fn optional(self, placeholder: &'static str) -> Self {
        Self { optional: true, placeholder, ..self }
    }

    /// The shortest and the longest text, in characters; `None` for dates and choices.
    pub const fn bounds(&self) -> Option<(usize, usize)> {
        match self.control {
            Control::Line { max } => Some((1, max)),
            Control::Text { max } | Control::Letter { max } => Some((if self.optional { 0 } else { 1 }, max)),
            Control::Address => Some((3, ADDRESS_CHARS)),
            Control::Date | Control::Choice(_) => None,
        }
    }

    /// The parameter is null when it is left out; an optional text is empty instead.
    pub const fn is_nullable(&self) -> bool {
        self.optional && !matches!(self.control, Control::Text { .. } | Control::Letter { .. })
    }

    /// The field is narrow enough to stand beside others in a form.
    pub const fn is_short(&self) -> bool {
        match self.control {
            Control::Line { max } => max <= SHORT_CHARS,
            Control::Date | Control::Choice(_) => true,
            Control::Text { .. } | Control::Letter { .. } | Control::Address => false,
        }
    }

    /// Refuses a value that is out of bounds. Dates and choices are bounded by their types.
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
        let found = if blank { 0 } else { text.chars().count() };
        if (min..=max).contains(&found) {
            Ok(())
        } else {
            Err(ParamsError::Length { field: self.name, min, max, found })
        }
    }
}

/// A syntactic check that catches slips and header injection. It does not prove that the address exists.
fn is_address(text: &str) -> bool {
    text.len() <= ADDRESS_CHARS
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'))
}
