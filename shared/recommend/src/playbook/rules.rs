//! The types of the playbook. The build script reads and checks it with these; a worker reads the checked form.

use super::template::{self, Placeholder, TemplateError};
use nerve_model::{Audience, CanceledBy, EventKind, Priority};
use serde::{Deserialize, Serialize};

/// The reason why a playbook cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Two rules have the same name.
    #[error("there are two rules named {0}")]
    Duplicate(String),
    /// The rule proposes nothing.
    #[error("rule {0} does nothing")]
    Idle(String),
    /// The name is not made of lower-case letters and hyphens.
    #[error("{0:?} is not a name: use lower-case letters and hyphens")]
    Name(String),
    /// A text of a rule is no valid template.
    #[error("rule {rule}: {error}")]
    Template {
        /// The rule.
        rule: String,
        /// The error in the template.
        error: TemplateError,
    },
    /// A text is empty when no value is known.
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
    /// The rules in order: the first one that fits applies.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

/// A rule: the proposals that follow from an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The name, shown with every proposal.
    pub name: String,
    /// The conditions.
    pub when: When,
    /// The reason for its actions.
    pub because: String,
    /// The questions about missing information.
    #[serde(default)]
    pub ask: Vec<Ask>,
    /// The actions to propose.
    #[serde(default, rename = "action")]
    pub actions: Vec<ActionTemplate>,
}

/// The conditions of a rule. A condition that is left out always holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The kind of event.
    pub event: EventKind,
    /// The event has an invoice.
    #[serde(default)]
    pub invoice: Option<bool>,
    /// The vendor makes no further attempt.
    #[serde(default)]
    pub final_attempt: Option<bool>,
    /// An inbound call did not reach anybody.
    #[serde(default)]
    pub missed: Option<bool>,
    /// The party that canceled an appointment.
    #[serde(default)]
    pub canceled_by: Option<CanceledBy>,
    /// The automation runs again.
    #[serde(default)]
    pub recovered: Option<bool>,
    /// An event of this kind about the same subject came before.
    #[serde(default)]
    pub after: Option<EventKind>,
}

/// The information that may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// A mail address of the record.
    Address,
    /// The page where the invoice can be paid.
    Link,
}

/// A question for the person who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The missing information that leads to the question.
    pub missing: Missing,
    /// The question.
    pub question: String,
}

/// An action with templates as its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields)]
pub enum ActionTemplate {
    /// Create a task.
    #[serde(rename = "crm.create_task")]
    CreateTask {
        /// The effect.
        effect: String,
        /// The work to be done.
        title: String,
        /// Background that helps to do it.
        detail: String,
        /// The urgency.
        priority: Priority,
        /// The number of days until it should be done.
        due_in_days: u16,
    },
    /// Add a note.
    #[serde(rename = "crm.add_note")]
    AddNote {
        /// The effect.
        effect: String,
        /// The text of the note.
        text: String,
    },
    /// Classify the event.
    #[serde(rename = "event.classify")]
    ClassifyEvent {
        /// The effect.
        effect: String,
        /// The subject of the event.
        topic: String,
        /// The urgency of the event.
        urgency: Priority,
        /// A remark on the classification.
        #[serde(default)]
        note: String,
    },
    /// Draft a message.
    #[serde(rename = "message.draft")]
    DraftMessage {
        /// The effect.
        effect: String,
        /// The subject line.
        subject: String,
        /// The text.
        body: String,
    },
    /// Notify colleagues.
    #[serde(rename = "notify.internal")]
    NotifyInternal {
        /// The effect.
        effect: String,
        /// The colleagues who are notified.
        audience: Audience,
        /// The text of the notification.
        text: String,
        /// The urgency.
        priority: Priority,
    },
}

impl ActionTemplate {
    /// The texts that must not be empty.
    fn texts(&self) -> Vec<&str> {
        match self {
            Self::CreateTask { effect, title, .. } => vec![effect, title],
            Self::ClassifyEvent { effect, topic, .. } => vec![effect, topic],
            Self::AddNote { effect, text } | Self::NotifyInternal { effect, text, .. } => vec![effect, text],
            Self::DraftMessage { effect, subject, body } => vec![effect, subject, body],
        }
    }

    /// The texts that a customer will read.
    fn messages(&self) -> Vec<&str> {
        match self {
            Self::DraftMessage { subject, body, .. } => vec![subject, body],
            _ => Vec::new(),
        }
    }

    /// The text that may be empty.
    fn detail(&self) -> Option<&str> {
        match self {
            Self::CreateTask { detail: text, .. } | Self::ClassifyEvent { note: text, .. } => Some(text),
            Self::AddNote { .. } | Self::DraftMessage { .. } | Self::NotifyInternal { .. } => None,
        }
    }
}

impl Rules {
    /// Checks that every rule can be used.
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
        if self.actions.is_empty() {
            return Err(RuleError::Idle(self.name.clone()));
        }
        self.actions.iter().filter_map(ActionTemplate::detail).try_for_each(|detail| self.check_template(detail))?;
        self.actions.iter().flat_map(ActionTemplate::messages).try_for_each(|text| {
            template::check_message(text).map_err(|error| RuleError::Template { rule: self.name.clone(), error })
        })?;
        self.texts().into_iter().try_for_each(|text| self.check_text(text))
    }

    fn texts(&self) -> Vec<&str> {
        let actions = self.actions.iter().flat_map(ActionTemplate::texts);
        let questions = self.ask.iter().map(|ask| ask.question.as_str());
        std::iter::once(self.because.as_str()).chain(actions).chain(questions).collect()
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
            Placeholder::Name | Placeholder::Greeting | Placeholder::Date | Placeholder::Summary => true,
            Placeholder::Amount => paid || self.when.event == EventKind::PaymentFailed,
            Placeholder::Invoice => paid || self.when.invoice == Some(true),
            _ => false,
        }
    }
}

// The path is explicit because the build script reads this file from another folder.
#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
