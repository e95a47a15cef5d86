//! Responses: one person's answers to one form.

use crate::{
    answer::{Field, Given},
    customer::CustomerIdField,
    vendor,
};
use nerve_intake::{
    Delivery, Malformed, NewEvent,
    reading::{Loose, MAX_ANSWERS, NAME_CHARS, People, VendorId, answer, distinct, filled_in, https, line, required},
};
use nerve_model::{Answer, Claim, ClaimKind, DedupKey, Fact, FormSubmitted, Role, SemanticKey, Subject, Timestamp};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The value of an unfilled hidden field in Typeform's sharing links.
const PLACEHOLDER: &str = "xxxxx";

/// The parts of a response that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Response {
    form_id: Loose<VendorId>,
    /// The id of the response.
    token: Loose<VendorId>,
    submitted_at: Loose<Timestamp>,
    /// From the address of the form, so anybody with the address can change them.
    hidden: Loose<BTreeMap<String, Loose<VendorId>>>,
    definition: Loose<Definition>,
    answers: Loose<Vec<Loose<Given>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Definition {
    title: Loose<String>,
    fields: Loose<Vec<Loose<Field>>>,
}

impl Response {
    /// The event that a form was submitted.
    pub(crate) fn submitted(
        &self,
        event_id: &VendorId,
        delivery: &Delivery,
        people: &People,
        customer: &CustomerIdField,
    ) -> Result<NewEvent, Malformed> {
        let form = required(self.form_id.0.as_ref(), "form_response.form_id")?;
        let token = required(self.token.0.as_ref(), "form_response.token")?;
        let answers: Vec<Answer> = self.given().take(MAX_ANSWERS).collect();
        let claims = self.claims(people, customer);
        let party_name = name(&answers);
        let title = self.definition.0.as_ref().and_then(|definition| line(definition.title.0.as_deref()?, NAME_CHARS));
        let known = claims.iter().find(|claim| claim.kind != ClaimKind::External).map(|claim| claim.value.as_str());
        let who = party_name.as_deref().or(known).unwrap_or("Somebody");
        Ok(NewEvent {
            dedup_key: DedupKey::new(event_id.as_str()),
            semantic_key: SemanticKey::new(format!("typeform response {token} submitted")),
            subject: Subject::new(format!("typeform:response:{token}")),
            summary: filled_in(who, title.as_deref(), &answers),
            claims,
            party_name,
            test: false,
            link: results(form),
            occurred_at: self.submitted_at.0.unwrap_or(delivery.received_at),
            fact: Fact::FormSubmitted(FormSubmitted {
                form: form.to_string(),
                title,
                submission: Some(token.to_string()),
                answers,
            }),
        })
    }

    fn given(&self) -> impl Iterator<Item = Answer> {
        self.answers.items().filter_map(|given| answer(self.question(given), &given.shown()?))
    }

    /// The title of the question or, without one, its type.
    fn question<'a>(&'a self, given: &'a Given) -> &'a str {
        let Some(field) = given.field.0.as_ref() else { return "answer" };
        let fields = self.definition.0.iter().flat_map(|definition| definition.fields.items());
        let mut defined = fields.filter(|defined| defined.id.0.is_some() && defined.id == field.id);
        let titles = [defined.next().and_then(|defined| defined.title.0.as_deref()), field.title.0.as_deref()];
        titles.into_iter().flatten().next().or(field.field_type.0.as_deref()).unwrap_or("answer")
    }

    /// The customer by our own id, then by the first address and the first number that the form asked for: further ones
    /// often belong to somebody else.
    fn claims(&self, people: &People, customer: &CustomerIdField) -> Vec<Claim> {
        let id = customer.name().and_then(|name| self.hidden.0.as_ref()?.get(name)?.0.as_ref());
        let id = id.filter(|id| id.as_str() != PLACEHOLDER);
        let id = id.map(|id| Claim::external(&vendor::NAME, "customer", id.as_str(), Role::Customer));
        let email = self.answers.items().find_map(Given::email).and_then(|email| people.email(email));
        let phone = self.answers.items().find_map(Given::phone).and_then(|phone| people.phone(phone));
        distinct(id.into_iter().chain(email).chain(phone))
    }
}

/// The customer's name, if questions ask for exactly that: Typeform's contact block asks for first and last name.
fn name(answers: &[Answer]) -> Option<String> {
    let to = |question: &str| {
        let asks =
            |answer: &&Answer| answer.question.trim_end_matches(['*', '?', ':', ' ']).eq_ignore_ascii_case(question);
        answers.iter().find(asks).map(|answer| answer.answer.as_str())
    };
    let whole = ["name", "full name", "your name", "what is your name"].into_iter().find_map(to);
    let parts: Vec<&str> = to("first name").into_iter().chain(to("last name")).collect();
    line(whole.unwrap_or(&parts.join(" ")), NAME_CHARS)
}

/// The page of a form's results in Typeform.
fn results(form: &VendorId) -> Option<String> {
    // An id with other characters could change the address.
    let plain = form.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    plain.then(|| https(&format!("https://admin.typeform.com/form/{form}/results"))).flatten()
}
