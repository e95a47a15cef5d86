//! The playbook as data. The build script reads and checks it with these types; a worker reads the checked form.

use super::template::{self, Placeholder, TemplateError};
use nerve_model::{Audience, EventKind, Priority};
use serde::{Deserialize, Serialize};

/// A playbook that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Two rules have one name.
    #[error("there are two rules named {0}")]
    Duplicate(String),
    /// A rule that neither proposes nor withdraws anything.
    #[error("rule {0} does nothing")]
    Idle(String),
    /// A name that is not lower-case words with hyphens.
    #[error("{0:?} is not a name: use lower-case letters and hyphens")]
    Name(String),
    /// A text of a rule.
    #[error("rule {rule}: {error}")]
    Template {
        /// The rule.
        rule: String,
        /// What is wrong with one of its texts.
        error: TemplateError,
    },
    /// A text of which nothing is left when no value is known.
    #[error("rule {rule}: {text:?} may turn out empty")]
    Empty {
        /// The rule.
        rule: String,
        /// The text.
        text: String,
    },
}

/// The whole playbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// In order: the first that fits applies.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

/// What to do when something happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, shown with every proposal.
    pub name: String,
    /// When it applies.
    pub when: When,
    /// Why its actions are proposed.
    pub because: String,
    /// What to ask when something is missing.
    #[serde(default)]
    pub ask: Vec<Ask>,
    /// Which open proposals about the same thing it makes moot.
    #[serde(default)]
    pub withdraws: Option<Withdraws>,
    /// What it proposes.
    #[serde(default, rename = "action")]
    pub actions: Vec<ActionTemplate>,
}

/// When a rule applies. What is not mentioned does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The kind of event.
    pub event: EventKind,
    /// Whether an invoice is concerned.
    #[serde(default)]
    pub invoice: Option<bool>,
    /// Whether the vendor has given up.
    #[serde(default)]
    pub final_attempt: Option<bool>,
    /// Whether a call came in and nobody spoke with the caller.
    #[serde(default)]
    pub missed: Option<bool>,
    /// Whether an automation runs well again.
    #[serde(default)]
    pub recovered: Option<bool>,
    /// Only if such an event about the same thing came before.
    #[serde(default)]
    pub after: Option<EventKind>,
}

/// What may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// A mail address of the record.
    Address,
    /// Where the invoice can be paid.
    Link,
}

/// A question for the person who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Asked when this is missing.
    pub missing: Missing,
    /// The question.
    pub question: String,
}

/// Which open proposals about the same thing are made moot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdraws {
    /// Those that answer such an event.
    pub answers: EventKind,
    /// Why.
    pub because: String,
}

/// An action with templates in place of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields)]
pub enum ActionTemplate {
    /// Create a task.
    #[serde(rename = "crm.create_task")]
    CreateTask {
        /// What it would do.
        effect: String,
        /// What is to be done.
        title: String,
        /// What one needs to know.
        detail: String,
        /// How soon.
        priority: Priority,
        /// Days until it should be done.
        due_in_days: u16,
    },
    /// Add a note.
    #[serde(rename = "crm.add_note")]
    AddNote {
        /// What it would do.
        effect: String,
        /// The note.
        text: String,
    },
    /// Classify the event.
    #[serde(rename = "event.classify")]
    ClassifyEvent {
        /// What it would do.
        effect: String,
        /// The subject of the event.
        topic: String,
        /// How soon the event wants attention.
        urgency: Priority,
        /// A remark.
        #[serde(default)]
        note: String,
    },
    /// Draft a message.
    #[serde(rename = "message.draft")]
    DraftMessage {
        /// What it would do.
        effect: String,
        /// Its subject.
        subject: String,
        /// Its text.
        body: String,
    },
    /// Tell our own staff.
    #[serde(rename = "notify.internal")]
    NotifyInternal {
        /// What it would do.
        effect: String,
        /// Who is told.
        audience: Audience,
        /// What they are told.
        text: String,
        /// How soon it wants attention.
        priority: Priority,
    },
}

impl ActionTemplate {
    /// The texts that must say something.
    fn texts(&self) -> Vec<&str> {
        match self {
            Self::CreateTask { effect, title, .. } => vec![effect, title],
            Self::ClassifyEvent { effect, topic, .. } => vec![effect, topic],
            Self::AddNote { effect, text } | Self::NotifyInternal { effect, text, .. } => vec![effect, text],
            Self::DraftMessage { effect, subject, body } => vec![effect, subject, body],
        }
    }

    /// The text that may be left out.
    fn detail(&self) -> Option<&str> {
        match self {
            Self::CreateTask { detail: text, .. } | Self::ClassifyEvent { note: text, .. } => Some(text),
            Self::AddNote { .. } | Self::DraftMessage { .. } | Self::NotifyInternal { .. } => None,
        }
    }
}

impl Rules {
    /// Whether every rule can be used.
    pub fn check(&self) -> Result<(), RuleError> {
        for (n, rule) in self.rules.iter().enumerate() {
            if self.rules.iter().take(n).any(|earlier| earlier.name == rule.name) {
                return Err(RuleError::Duplicate(rule.name.clone()));
            }
            rule.check()?;
        }
        Ok(())
    }
}

impl Rule {
    fn check(&self) -> Result<(), RuleError> {
        if self.name.is_empty() || !self.name.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
            return Err(RuleError::Name(self.name.clone()));
        }
        if self.actions.is_empty() && self.withdraws.is_none() {
            return Err(RuleError::Idle(self.name.clone()));
        }
        self.actions.iter().filter_map(ActionTemplate::detail).try_for_each(|detail| self.check_template(detail))?;
        self.texts().into_iter().try_for_each(|text| self.check_text(text))
    }

    fn texts(&self) -> Vec<&str> {
        let withdraws = self.withdraws.iter().map(|withdraws| withdraws.because.as_str());
        let actions = self.actions.iter().flat_map(ActionTemplate::texts);
        let questions = self.ask.iter().map(|ask| ask.question.as_str());
        std::iter::once(self.because.as_str()).chain(withdraws).chain(actions).chain(questions).collect()
    }

    fn check_text(&self, text: &str) -> Result<(), RuleError> {
        self.check_template(text)?;
        match template::render(text, &|_| None) {
            Ok(rest) if !rest.is_empty() => Ok(()),
            _ => Err(RuleError::Empty { rule: self.name.clone(), text: text.to_owned() }),
        }
    }

    fn check_template(&self, text: &str) -> Result<(), RuleError> {
        template::check(text, |placeholder| self.always_has(placeholder))
            .map_err(|error| RuleError::Template { rule: self.name.clone(), error })
    }

    fn always_has(&self, placeholder: Placeholder) -> bool {
        let paid = self.when.event == EventKind::InvoicePaid;
        match placeholder {
            Placeholder::Name | Placeholder::Date | Placeholder::Summary => true,
            Placeholder::Amount => paid || self.when.event == EventKind::PaymentFailed,
            Placeholder::Invoice => paid || self.when.invoice == Some(true),
            _ => false,
        }
    }
}

// Named by its path, for the build script reads this file from another folder.
#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
