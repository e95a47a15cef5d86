//! The claims of a document.

use crate::{frame::Frame, shape::text};
use nerve_intake::reading::{NAME_CHARS, VendorId, distinct, line};
use nerve_model::{Address, Booking, CallDirection, Claim, ClaimKind, Fact, Participant, Role};
use serde_json::{Map, Value};

/// The most claims that are read; an event about more people claims none of them.
const MAX_CLAIMS: usize = 50;

/// The claims of a document, strongest first: its customer, its list of claims, and those its detail implies. An
/// unreadable claim is left out: no claim is better than a wrong one.
pub(crate) fn claims(document: &Map<String, Value>, fact: &Fact, frame: &Frame<'_>) -> Vec<Claim> {
    let customer = document.get("customer").map(|customer| of_customer(customer, frame)).unwrap_or_default();
    let listed = document.get("claims").and_then(Value::as_array).into_iter().flatten();
    let listed = listed.take(MAX_CLAIMS).filter_map(|claim| listed_claim(claim, frame));
    let said: Vec<Claim> = customer.into_iter().chain(listed).collect();
    let mut implied = shown(fact, frame);
    if !said.is_empty() && others_take_part(fact) && frame.people.own_domains().is_empty() {
        // Nobody said who of them is ours; whom it is about is said.
        implied.retain(|claim| claim.role == Role::Owner);
    }
    let mut claims = distinct(said.into_iter().chain(implied));
    claims.sort_by_key(|claim| claim.kind);
    claims
}

/// Several people take part, of whom some are usually our own.
const fn others_take_part(fact: &Fact) -> bool {
    matches!(fact, Fact::MeetingTranscribed(_) | Fact::FileUploaded(_))
}

/// The customer's name: from the document, else from the signature of a mail.
pub(crate) fn party_name(document: &Map<String, Value>, fact: &Fact) -> Option<String> {
    let said = document.get("customer").and_then(|customer| line(customer.get("name")?.as_str()?, NAME_CHARS));
    said.or_else(|| match fact {
        Fact::EmailReceived(message) => message.from.name.clone(),
        _ => None,
    })
}

fn of_customer(customer: &Value, frame: &Frame<'_>) -> Vec<Claim> {
    let said = |name: &str| customer.get(name).and_then(text);
    let id = said("id").and_then(VendorId::new);
    let id = id.map(|id| Claim {
        kind: ClaimKind::External,
        value: format!("{}:customer:{id}", frame.scope),
        role: Role::Customer,
    });
    let email = said("email").and_then(|email| frame.people.email(&email));
    let phone = said("phone").and_then(|phone| frame.people.phone(&phone));
    let phone = phone.or_else(|| frame.people.phone_behind(&said("email")?));
    id.into_iter().chain(email).chain(phone).collect()
}

fn listed_claim(claim: &Value, frame: &Frame<'_>) -> Option<Claim> {
    let kind = claim.get("kind")?.as_str()?.parse().ok()?;
    let value = text(claim.get("value")?)?;
    let role = claim.get("role").and_then(Value::as_str);
    let said = role.map(str::parse::<Role>).transpose().ok()?;
    let claim = frame.people.claim(kind, &value)?;
    // Our own people are never customers.
    let role = if claim.role == Role::Owner { Role::Owner } else { said.unwrap_or(Role::Customer) };
    Some(Claim { role, ..claim })
}

/// The claims that the detail implies.
fn shown(fact: &Fact, frame: &Frame<'_>) -> Vec<Claim> {
    let email = |text: &str| frame.people.email(text);
    match fact {
        Fact::EmailReceived(message) => email(&message.from.address).into_iter().collect(),
        Fact::MeetingTranscribed(meeting) => {
            let claim = |person: &Participant| {
                let claim = email(person.email.as_deref()?)?;
                Some(if person.ours { owned(claim) } else { claim })
            };
            meeting.participants.iter().filter_map(claim).collect()
        }
        Fact::CallEnded(call) => {
            let theirs = match call.direction {
                CallDirection::Inbound => &call.from,
                CallDirection::Outbound => &call.to,
            };
            theirs.as_deref().and_then(|number| frame.people.phone(number)).into_iter().collect()
        }
        Fact::FileUploaded(file) => file.uploaded_by.as_deref().and_then(email).into_iter().collect(),
        Fact::BookingCreated(made) => host(&made.booking, frame).into_iter().collect(),
        Fact::BookingCanceled(off) => host(&off.booking, frame).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The host is one of our own people, whatever the domain of the address.
fn host(booking: &Booking, frame: &Frame<'_>) -> Option<Claim> {
    frame.people.email(booking.host.as_deref()?).map(owned)
}

fn owned(claim: Claim) -> Claim {
    Claim { role: Role::Owner, ..claim }
}

/// Puts the detail's people into normal form.
pub(crate) fn normalize(fact: &mut Fact, frame: &Frame<'_>) {
    let lower = |text: &str| frame.people.email(text).map(|claim| claim.value);
    match fact {
        Fact::EmailReceived(message) => {
            let Address { address, .. } = &mut message.from;
            if let Some(email) = lower(address) {
                *address = email;
            }
        }
        Fact::MeetingTranscribed(meeting) => {
            for person in &mut meeting.participants {
                person.email = person.email.as_deref().and_then(lower);
                person.ours |= person.email.as_deref().is_some_and(|email| frame.people.is_ours(email));
            }
        }
        _ => {}
    }
}
