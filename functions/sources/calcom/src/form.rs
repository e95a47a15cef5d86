//! Routing forms, submitted with or without a booking.

use crate::{notification::Notification, responses::Responses};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{Loose, MAX_ANSWERS, NAME_CHARS, VendorId, answer, filled_in, line, required},
};
use nerve_model::{Answer, Fact, FormSubmitted, SemanticKey, Subject};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The parts of a submission that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Form {
    form_id: Loose<VendorId>,
    form_name: Loose<String>,
    responses: Option<Box<RawValue>>,
}

impl Form {
    /// The event that a form was submitted.
    pub(crate) fn submitted(&self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let form = required(self.form_id.0.as_ref(), "payload.formId")?;
        // A submission has no id; its time serves.
        let submission = format!("{form}@{}", notification.created_at()?);
        let responses = Responses::read(self.responses.as_deref());
        let answers = responses.iter().filter_map(|(identifier, response)| answer(identifier, &response.shown()));
        let answers: Vec<Answer> = answers.take(MAX_ANSWERS).collect();
        // Answers have no types: an address is the sender's if it is the only one.
        let email = notification.people.only_email(answers.iter().map(|answer| answer.answer.as_str()));
        let party_name = responses.text("name").and_then(|name| line(name, NAME_CHARS));
        let title = self.form_name.0.as_deref().and_then(|name| line(name, NAME_CHARS));
        let who = party_name.as_deref().or(email.as_ref().map(|claim| claim.value.as_str())).unwrap_or("Somebody");
        let summary = filled_in(who, title.as_deref(), &answers);
        let fact = FormSubmitted { form: form.to_string(), title, submission: None, answers };
        Ok(NewEvent {
            dedup_key: notification.dedup_key(form.as_str())?,
            semantic_key: SemanticKey::new(format!("calcom submission {submission} sent")),
            subject: Subject::new(format!("calcom:submission:{submission}")),
            claims: email.into_iter().collect(),
            summary,
            party_name,
            test: false,
            link: None,
            occurred_at: notification.created_at()?,
            fact: Fact::FormSubmitted(fact),
        })
    }
}
