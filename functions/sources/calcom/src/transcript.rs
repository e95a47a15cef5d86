//! Transcripts of meetings held in Cal.com's own video rooms.

use crate::{booking::Appointment, notification::Notification};
use nerve_intake::{Malformed, NewEvent, reading::SUMMARY_CHARS};
use nerve_model::{Fact, MeetingTranscribed, SemanticKey, Subject, one_line};

/// The event that a transcript is ready. Cal.com's link to it expires and opens it to anybody, so the event links to
/// the booking instead.
pub(crate) fn transcribed(appointment: &Appointment, notification: &Notification<'_>) -> Result<NewEvent, Malformed> {
    let (uid, people) = (appointment.uid()?, notification.people);
    let booker = appointment.booker(people);
    let hosts = appointment.hosts().filter_map(|host| host.participant(people, true));
    let attendees = appointment.attendees.items().filter_map(|attendee| attendee.participant(people, false));
    let title = appointment.title();
    let with = booker.name.as_deref().map(|name| format!(" with {name}")).unwrap_or_default();
    let summary = format!("Transcript of \"{}\"{with} is ready", title.as_deref().unwrap_or("a meeting"));
    Ok(NewEvent {
        dedup_key: notification.dedup_key(uid.as_str())?,
        semantic_key: SemanticKey::new(format!("calcom booking {uid} transcribed")),
        subject: Subject::new(format!("calcom:booking:{uid}")),
        claims: appointment.claims(&booker, people),
        party_name: booker.name,
        test: false,
        summary: one_line(&summary, SUMMARY_CHARS),
        link: appointment.link(),
        occurred_at: notification.created_at()?,
        fact: Fact::MeetingTranscribed(MeetingTranscribed {
            meeting: uid.to_string(),
            title,
            started_at: appointment.start_time.0,
            ended_at: appointment.end_time.0,
            participants: hosts.chain(attendees).take(50).collect(),
            summary: None,
            transcript: None,
            action_items: Vec::new(),
        }),
    })
}
