//! A recording in Zoom's cloud. The address of its files and the token that opens them are not read: the event needs no
//! transcript, and no timeline should contain the key to it.

use nerve_intake::{
    Malformed, NewEvent,
    reading::{Loose, NAME_CHARS, People, SUMMARY_CHARS, VendorId, line, required},
};
use nerve_model::{
    Claim, DedupKey, Fact, MeetingTranscribed, Millis, Participant, SemanticKey, Subject, Timestamp, one_line,
};
use serde::Deserialize;

/// The envelope of a notification.
pub(crate) struct Notification<'a> {
    /// The type.
    pub(crate) event: &'a str,
    /// Zoom's time of the notification, in milliseconds since 1970.
    pub(crate) millis: Option<i64>,
    /// That time, else the arrival time.
    pub(crate) at: Timestamp,
}

/// The parts of a recording that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Recording {
    /// The id of this meeting; `id` is that of its series. It may contain `/`, `+` and `=`.
    uuid: Loose<VendorId>,
    topic: Loose<String>,
    start_time: Loose<String>,
    /// In minutes.
    duration: Loose<u32>,
    host_email: Loose<String>,
    recording_files: Loose<Vec<Loose<File>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    file_type: Loose<String>,
}

impl Recording {
    /// True if one of its files is a transcript.
    pub(crate) fn has_transcript(&self) -> bool {
        self.recording_files.items().any(|file| file.file_type.0.as_deref() == Some("TRANSCRIPT"))
    }

    /// The topic of the meeting, as far as it is known.
    pub(crate) fn topic(&self) -> &str {
        self.topic.0.as_deref().unwrap_or_default()
    }

    /// The event that the transcript is ready.
    pub(crate) fn transcribed(self, notification: &Notification<'_>, people: &People) -> Result<NewEvent, Malformed> {
        let id = required(self.uuid.0, "payload.object.uuid")?;
        let title = self.topic.0.as_deref().and_then(|topic| line(topic, NAME_CHARS));
        let host = self.host_email.0.as_deref().and_then(|email| people.email(email));
        let started_at = self.start_time.0.as_deref().and_then(Timestamp::parse_rfc3339);
        let minutes = self.duration.0.map(|minutes| Millis::minutes(minutes.into()));
        let about = title.as_ref().map(|title| format!(" of \"{title}\"")).unwrap_or_default();
        let subject = Subject::new(format!("zoom:meeting:{id}"));
        Ok(NewEvent {
            // Zoom gives deliveries no id; these three values are the same in each attempt.
            dedup_key: DedupKey::new(format!(
                "{} {id} {}",
                notification.event,
                notification.millis.unwrap_or_default()
            )),
            semantic_key: SemanticKey::about(&subject, "transcribed"),
            subject,
            claims: host.iter().cloned().map(ours).collect(),
            party_name: None,
            test: false,
            summary: one_line(&format!("The transcript{about} is ready in Zoom"), SUMMARY_CHARS),
            link: None,
            occurred_at: notification.at,
            fact: Fact::MeetingTranscribed(MeetingTranscribed {
                meeting: id.as_str().to_owned(),
                title,
                started_at,
                ended_at: started_at.zip(minutes).map(|(start, length)| start + length),
                participants: host.into_iter().map(participant).collect(),
                summary: None,
                transcript: None,
                action_items: Vec::new(),
            }),
        })
    }
}

/// The host is one of our own people, whatever the domain: the recording is in our account.
fn ours(claim: Claim) -> Claim {
    Claim { role: nerve_model::Role::Owner, ..claim }
}

fn participant(host: Claim) -> Participant {
    Participant { name: None, email: Some(host.value), ours: true }
}
