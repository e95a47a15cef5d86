//! Submissions of routing forms, with or without a booking.

use crate::notification::{Answered, Notification, id};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{Loose, MAX_ANSWERS, VendorId, filled_in, required},
};
use nerve_model::{Answer, DedupKey, Fact, FormSubmitted, SemanticKey, Subject};
use serde::Deserialize;

/// The parts of a submission that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Submission {
    uri: Loose<VendorId>,
    routing_form: Loose<VendorId>,
    questions_and_answers: Loose<Vec<Loose<Answered>>>,
}

impl Submission {
    /// The event that a form was submitted.
    pub(crate) fn submitted(&self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let submission = required(self.uri.0.as_ref().and_then(id), "payload.uri")?;
        let form = required(self.routing_form.0.as_ref().and_then(id), "payload.routing_form")?;
        let answers: Vec<Answer> =
            self.questions_and_answers.items().filter_map(Answered::read).take(MAX_ANSWERS).collect();
        // Answers have no types: an address is the sender's if it is the only one.
        let email = notification.people.only_email(answers.iter().map(|answer| answer.answer.as_str()));
        let who = email.as_ref().map_or("Somebody", |claim| claim.value.as_str());
        let summary = filled_in(who, None, &answers);
        let fact =
            FormSubmitted { form: form.to_string(), title: None, submission: Some(submission.to_string()), answers };
        Ok(NewEvent {
            dedup_key: DedupKey::new(format!("{} {submission}", notification.event_type)),
            semantic_key: SemanticKey::new(format!("calendly submission {submission} sent")),
            subject: Subject::new(format!("calendly:submission:{submission}")),
            claims: email.into_iter().collect(),
            party_name: None,
            test: false,
            summary,
            link: None,
            occurred_at: notification.created_at,
            fact: Fact::FormSubmitted(fact),
        })
    }
}
