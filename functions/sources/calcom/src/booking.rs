//! Bookings: made, moved, canceled.

use crate::{
    notification::Notification,
    people::{Person, Team},
    responses::{Response, Responses},
};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{
        ANSWER_CHARS, Loose, MAX_ANSWERS, NAME_CHARS, People, SUMMARY_CHARS, VendorId, address, answer, distinct,
        https, line, prose, required,
    },
};
use nerve_model::{
    Answer, Booking, BookingCanceled, BookingCreated, CanceledBy, Claim, Fact, SemanticKey, Subject, Timestamp,
    one_line,
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The standard questions of the booking page, whose answers have their own fields in the event.
const STANDARD_QUESTIONS: [&str; 6] =
    ["name", "email", "attendeePhoneNumber", "smsReminderNumber", "location", "title"];

/// The parts of a booking that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Appointment {
    uid: Loose<VendorId>,
    pub(crate) title: Loose<String>,
    pub(crate) start_time: Loose<Timestamp>,
    pub(crate) end_time: Loose<Timestamp>,
    pub(crate) organizer: Loose<Person>,
    team: Loose<Team>,
    pub(crate) attendees: Loose<Vec<Loose<Person>>>,
    responses: Option<Box<RawValue>>,
    sms_reminder_number: Loose<String>,
    location: Loose<String>,
    metadata: Loose<Metadata>,
    booker_url: Loose<String>,
    /// The booking that this one replaces.
    reschedule_uid: Loose<VendorId>,
    cancellation_reason: Loose<String>,
    rejection_reason: Loose<String>,
    /// A mail address.
    cancelled_by: Loose<String>,
    /// The seat of one attendee in a shared appointment.
    attendee_seat_id: Loose<VendorId>,
    /// The number of seats in a shared appointment; null if it is for one.
    seats_per_time_slot: Loose<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    video_call_url: Loose<String>,
}

impl Appointment {
    /// The event that an appointment was made or moved.
    pub(crate) fn created(&self, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
        let booker = self.booker(notification.people);
        let booking = self.booking(&booker, notification.people)?;
        let moved_from = self.reschedule_uid.0.as_ref().map(VendorId::to_string);
        let (who, title) = (booker.who(), title(&booking));
        let (happened, summary) = match moved_from {
            // Each move is a fact of its own, although the booking can keep its id.
            Some(_) => (format!("moved{}", at(&booking, "to")), format!("{who}: {title} moved{}", at(&booking, "to"))),
            None => ("created".to_owned(), format!("{who} booked {title}{}", at(&booking, "for"))),
        };
        let fact = Fact::BookingCreated(BookingCreated { booking, moved_from, answers: answers(&booker.responses) });
        self.event(notification, booker, &happened, fact, &summary)
    }

    /// The event that an appointment was canceled. `rejected`: we did not confirm it.
    pub(crate) fn canceled(&self, notification: &Notification<'_>, rejected: bool) -> Result<NewEvent, Malformed> {
        let booker = self.booker(notification.people);
        let booking = self.booking(&booker, notification.people)?;
        let reasons = [&self.rejection_reason, &self.cancellation_reason];
        let reason = reasons.into_iter().find_map(|reason| prose(reason.0.as_deref()?, ANSWER_CHARS));
        let canceled_by = if rejected { CanceledBy::Us } else { self.canceled_by(&booker, notification.people) };
        let (who, what) = (booker.who(), format!("{}{}", title(&booking), at(&booking, "for")));
        let because = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let summary = match canceled_by {
            CanceledBy::Us if rejected => format!("We rejected {what} with {who}{because}"),
            CanceledBy::Us => format!("We canceled {what} with {who}{because}"),
            CanceledBy::Customer => format!("{who} canceled {what}{because}"),
            CanceledBy::Unknown => format!("Canceled: {what} with {who}{because}"),
        };
        let fact = Fact::BookingCanceled(BookingCanceled { booking, canceled_by, reason });
        self.event(notification, booker, "canceled", fact, &summary)
    }

    fn event(
        &self,
        notification: &Notification<'_>,
        booker: Booker,
        happened: &str,
        fact: Fact,
        summary: &str,
    ) -> Result<NewEvent, Malformed> {
        let uid = self.uid()?;
        let seat = self.seat(&booker).map(|seat| format!(" seat {seat}")).unwrap_or_default();
        Ok(NewEvent {
            fact,
            dedup_key: notification.dedup_key(&format!("{uid}{seat}"))?,
            semantic_key: SemanticKey::new(format!("calcom booking {uid}{seat} {happened}")),
            subject: Subject::new(format!("calcom:booking:{uid}")),
            claims: self.claims(&booker, notification.people),
            party_name: booker.name,
            test: false,
            summary: one_line(summary, SUMMARY_CHARS),
            link: self.link(),
            occurred_at: notification.created_at()?,
        })
    }

    /// The vendor's id of the booking.
    pub(crate) fn uid(&self) -> Result<&VendorId, Malformed> {
        required(self.uid.0.as_ref(), "payload.uid")
    }

    /// The seat in a shared booking: each attendee books and cancels separately.
    fn seat(&self, booker: &Booker) -> Option<String> {
        let seat = self.attendee_seat_id.0.as_ref().map(VendorId::to_string);
        let of_several = self.seats_per_time_slot.0.is_some();
        seat.or_else(|| booker.address.clone().filter(|_| of_several))
    }

    fn booking(&self, booker: &Booker, people: &People) -> Result<Booking, Malformed> {
        let host = self.hosts().find_map(|host| host.host(people).map(|claim| claim.value).or_else(|| host.name()));
        Ok(Booking {
            id: self.uid()?.to_string(),
            title: self.title(),
            starts_at: self.start_time.0,
            ends_at: self.end_time.0,
            time_zone: booker.time_zone.clone(),
            host,
            location: self.location(),
        })
    }

    pub(crate) fn title(&self) -> Option<String> {
        line(self.title.0.as_deref()?, NAME_CHARS)
    }

    /// A place, a number or a link. `integrations:…` names a video service; the metadata contains its link.
    fn location(&self) -> Option<String> {
        let video = self.metadata.0.as_ref().and_then(|metadata| metadata.video_call_url.0.as_deref());
        let stated = self.location.0.as_deref().filter(|place| !place.starts_with("integrations:"));
        [stated, video].into_iter().flatten().find_map(|place| line(place, ANSWER_CHARS))
    }

    /// Our own people.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &Person> {
        let team = self.team.0.iter().flat_map(|team| team.members.items());
        self.organizer.0.iter().chain(team).take(50)
    }

    /// The booker by address and number, then our hosts. Guests are left out, because they may be anybody's.
    pub(crate) fn claims(&self, booker: &Booker, people: &People) -> Vec<Claim> {
        let hosts = self.hosts().filter_map(|host| host.host(people));
        distinct(booker.email.clone().into_iter().chain(booker.phones.clone()).chain(hosts))
    }

    /// The booker: the person who answered on the booking page, else the first attendee.
    pub(crate) fn booker(&self, people: &People) -> Booker {
        let responses = Responses::read(self.responses.as_deref());
        let answered = responses.text("email").and_then(address);
        let is_answered = |person: &&Person| answered.is_none() || person.address() == answered;
        let attendee = self.attendees.items().find(is_answered);
        let given = responses.text("name").and_then(|name| line(name, NAME_CHARS));
        let numbers = ["attendeePhoneNumber", "smsReminderNumber"].map(|identifier| responses.text(identifier));
        let own = attendee.and_then(|attendee| attendee.phone_number.0.as_deref());
        let numbers = numbers.into_iter().chain([self.sms_reminder_number.0.as_deref(), own]).flatten();
        let mut phones: Vec<Claim> = numbers.filter_map(|number| people.phone(number)).collect();
        let address = answered.or_else(|| attendee?.address());
        if phones.is_empty() {
            // Who books by telephone number alone gets an address made of it.
            phones.extend(address.as_deref().and_then(|address| people.phone_behind(address)));
        }
        Booker {
            name: attendee.and_then(Person::name).or(given),
            phones,
            time_zone: attendee.and_then(|attendee| line(attendee.time_zone.0.as_deref()?, NAME_CHARS)),
            email: address.as_deref().and_then(|address| people.email(address)),
            address,
            responses,
        }
    }

    fn canceled_by(&self, booker: &Booker, people: &People) -> CanceledBy {
        let Some(by) = self.cancelled_by.0.as_deref().and_then(address) else {
            return CanceledBy::Unknown;
        };
        let is = |person: &Person| person.address().as_ref() == Some(&by);
        let is_host = self.hosts().any(is);
        let attends = booker.address.as_ref() == Some(&by) || self.attendees.items().any(is);
        match (is_host || people.is_ours(&by), attends) {
            (true, _) => CanceledBy::Us,
            (false, true) => CanceledBy::Customer,
            (false, false) => CanceledBy::Unknown,
        }
    }

    /// The page of the booking, on the host where Cal.com runs.
    pub(crate) fn link(&self) -> Option<String> {
        let plain = |text: &str, others: &[u8]| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || others.contains(&b))
        };
        let host = self.booker_url.0.as_deref()?.strip_prefix("https://")?.split('/').next()?;
        let uid = self.uid.0.as_ref()?.as_str();
        let safe = plain(host, b".-:") && plain(uid, b"_-");
        safe.then(|| https(&format!("https://{host}/booking/{uid}"))).flatten()
    }
}

/// The person who booked.
pub(crate) struct Booker {
    pub(crate) name: Option<String>,
    /// The address by which Cal.com knows the booker, perhaps one that it made up.
    address: Option<String>,
    email: Option<Claim>,
    phones: Vec<Claim>,
    time_zone: Option<String>,
    responses: Responses,
}

impl Booker {
    fn who(&self) -> &str {
        let email = self.email.as_ref().map(|claim| claim.value.as_str());
        self.name.as_deref().or(email).unwrap_or("Somebody")
    }
}

/// The answers to all but the standard questions.
fn answers(responses: &Responses) -> Vec<Answer> {
    let asked = responses.iter().filter(|(identifier, _)| !STANDARD_QUESTIONS.contains(identifier));
    let shown =
        |(identifier, response): (&str, &Response)| answer(response.label().unwrap_or(identifier), &response.shown());
    asked.filter_map(shown).take(MAX_ANSWERS).collect()
}

fn title(booking: &Booking) -> String {
    booking.title.as_deref().map_or_else(|| "an appointment".to_owned(), |title| format!("\"{title}\""))
}

fn at(booking: &Booking, preposition: &str) -> String {
    booking.starts_at.map(|at| format!(" {preposition} {}", at.minute())).unwrap_or_default()
}
