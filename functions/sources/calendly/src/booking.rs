//! Invitees: one person's booking of one appointment.

use crate::notification::{Answered, Notification, id};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{
        ANSWER_CHARS, Loose, MAX_ANSWERS, NAME_CHARS, People, SUMMARY_CHARS, VendorId, distinct, line, prose, required,
    },
};
use nerve_model::{
    Booking, BookingCanceled, BookingCreated, CanceledBy, Claim, DedupKey, Fact, Role, SemanticKey, Subject, Timestamp,
    one_line,
};
use serde::Deserialize;

/// The parts of an invitee that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Invitee {
    uri: Loose<VendorId>,
    email: Loose<String>,
    name: Loose<String>,
    text_reminder_number: Loose<String>,
    timezone: Loose<String>,
    questions_and_answers: Loose<Vec<Loose<Answered>>>,
    /// The appointment was moved: another booking replaces this one.
    rescheduled: Loose<bool>,
    /// The booking that this one replaces.
    old_invitee: Loose<VendorId>,
    cancellation: Loose<Cancellation>,
    scheduled_event: Loose<ScheduledEvent>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cancellation {
    reason: Loose<String>,
    canceler_type: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ScheduledEvent {
    name: Loose<String>,
    start_time: Loose<Timestamp>,
    end_time: Loose<Timestamp>,
    event_memberships: Loose<Vec<Loose<Membership>>>,
    location: Loose<Location>,
}

/// One of our own people who hosts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Membership {
    user_email: Loose<String>,
    user_name: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Location {
    #[serde(rename = "type")]
    location_type: Loose<String>,
    location: Loose<String>,
    join_url: Loose<String>,
}

impl Invitee {
    /// True if the booking ended only because another replaces it; the other reports the move.
    pub(crate) fn was_moved(&self) -> bool {
        self.rescheduled.0 == Some(true)
    }

    /// The event that an appointment was made or moved.
    pub(crate) fn created(&self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let booking = self.booking(notification.people)?;
        let moved_from = self.old_invitee.0.as_ref().and_then(id).map(|id| id.to_string());
        let answers = self.questions_and_answers.items().filter_map(Answered::read).take(MAX_ANSWERS).collect();
        let who = self.who(notification.people);
        // Calendly does not name the person who moved it.
        let summary = match moved_from {
            Some(_) => format!("{who}: {} moved{}", title(&booking), at(&booking, "to")),
            None => format!("{who} booked {}", described(&booking)),
        };
        let fact = Fact::BookingCreated(BookingCreated { booking, moved_from, answers });
        self.event(notification, "created", fact, &summary)
    }

    /// The event that an appointment was canceled.
    pub(crate) fn canceled(&self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let booking = self.booking(notification.people)?;
        let cancellation = self.cancellation.0.as_ref();
        let reason = cancellation.and_then(|cancellation| prose(cancellation.reason.0.as_deref()?, ANSWER_CHARS));
        let canceled_by = cancellation.map_or(CanceledBy::Unknown, Cancellation::by);
        let (who, what) = (self.who(notification.people), described(&booking));
        let because = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let summary = match canceled_by {
            CanceledBy::Customer => format!("{who} canceled {what}{because}"),
            CanceledBy::Us => format!("We canceled {what} with {who}{because}"),
            CanceledBy::Unknown => format!("Canceled: {what} with {who}{because}"),
        };
        let fact = Fact::BookingCanceled(BookingCanceled { booking, canceled_by, reason });
        self.event(notification, "canceled", fact, &summary)
    }

    fn event(
        &self,
        notification: &Notification<'_>,
        happened: &str,
        fact: Fact,
        summary: &str,
    ) -> Result<NewEvent, Malformed> {
        let id = self.id()?;
        Ok(NewEvent {
            fact,
            // Calendly gives deliveries no id. A booking is made once and canceled at most once.
            dedup_key: DedupKey::new(format!("{} {id}", notification.event_type)),
            semantic_key: SemanticKey::new(format!("calendly booking {id} {happened}")),
            subject: Subject::new(format!("calendly:booking:{id}")),
            claims: self.claims(notification.people),
            party_name: self.name(),
            test: false,
            summary: one_line(summary, SUMMARY_CHARS),
            link: None,
            occurred_at: notification.created_at,
        })
    }

    /// The id of the invitee: in a group, several book one appointment.
    pub(crate) fn id(&self) -> Result<VendorId, Malformed> {
        required(self.uri.0.as_ref().and_then(id), "payload.uri")
    }

    fn booking(&self, people: &People) -> Result<Booking, Malformed> {
        let id = self.id()?.to_string();
        let time_zone = self.timezone.0.as_deref().and_then(|zone| line(zone, NAME_CHARS));
        let event = self.scheduled_event.0.as_ref();
        Ok(Booking {
            id,
            title: event.and_then(|event| line(event.name.0.as_deref()?, NAME_CHARS)),
            starts_at: event.and_then(|event| event.start_time.0),
            ends_at: event.and_then(|event| event.end_time.0),
            time_zone,
            host: event.and_then(|event| event.event_memberships.items().find_map(|host| host.shown(people))),
            location: event.and_then(|event| event.location.0.as_ref()?.shown()),
        })
    }

    /// The invitee by address and number, then our hosts. An invitee's id identifies one booking and not the person, so
    /// it is no claim.
    fn claims(&self, people: &People) -> Vec<Claim> {
        let event = self.scheduled_event.0.as_ref();
        let email = self.email.0.as_deref().and_then(|email| people.email(email));
        let called = event.and_then(|event| event.location.0.as_ref()?.number_of_invitee());
        let numbers = [self.text_reminder_number.0.as_deref(), called];
        let phones = numbers.into_iter().flatten().filter_map(|number| people.phone(number));
        let hosts = event.into_iter().flat_map(|event| event.event_memberships.items());
        let hosts = hosts.filter_map(|host| host.claim(people)).take(50);
        distinct(email.into_iter().chain(phones).chain(hosts))
    }

    fn name(&self) -> Option<String> {
        line(self.name.0.as_deref()?, NAME_CHARS)
    }

    fn who(&self, people: &People) -> String {
        let email = || self.email.0.as_deref().and_then(|email| people.email(email));
        self.name().or_else(|| email().map(|claim| claim.value)).unwrap_or_else(|| "Somebody".to_owned())
    }
}

impl Cancellation {
    fn by(&self) -> CanceledBy {
        match self.canceler_type.0.as_deref() {
            Some("invitee") => CanceledBy::Customer,
            Some("host") => CanceledBy::Us,
            _ => CanceledBy::Unknown,
        }
    }
}

impl Membership {
    /// The host is one of our own people, whatever the domain of the address.
    fn claim(&self, people: &People) -> Option<Claim> {
        let claim = people.email(self.user_email.0.as_deref()?)?;
        Some(Claim { role: Role::Owner, ..claim })
    }

    fn shown(&self, people: &People) -> Option<String> {
        let name = || line(self.user_name.0.as_deref()?, NAME_CHARS);
        self.claim(people).map(|claim| claim.value).or_else(name)
    }
}

impl Location {
    fn shown(&self) -> Option<String> {
        let stated = self.location.0.as_deref().and_then(|place| line(place, ANSWER_CHARS));
        stated.or_else(|| line(self.join_url.0.as_deref()?, ANSWER_CHARS))
    }

    /// The invitee's number, if the host calls; if the invitee calls, the number is ours.
    fn number_of_invitee(&self) -> Option<&str> {
        let outbound = self.location_type.0.as_deref() == Some("outbound_call");
        self.location.0.as_deref().filter(|_| outbound)
    }
}

/// The booking in a summary: `"Site visit" for 2026-11-25 09:00 UTC`.
fn described(booking: &Booking) -> String {
    title(booking) + &at(booking, "for")
}

fn title(booking: &Booking) -> String {
    booking.title.as_deref().map_or_else(|| "an appointment".to_owned(), |title| format!("\"{title}\""))
}

fn at(booking: &Booking, preposition: &str) -> String {
    booking.starts_at.map(|at| format!(" {preposition} {}", at.minute())).unwrap_or_default()
}
