//! A recorded meeting, with its participants and transcript.

use crate::vendor;
use nerve_intake::{
    Malformed, NewEvent,
    reading::{
        ANSWER_CHARS, Loose, NAME_CHARS, People, SUMMARY_CHARS, TEXT_CHARS, VendorId, distinct, https, line, prose,
        required,
    },
};
use nerve_model::{
    Claim, DedupKey, Fact, MeetingTranscribed, Participant, Role, SemanticKey, Subject, Timestamp, one_line,
};
use serde::Deserialize;

/// The most participants and action items that are stored.
const MAX_ITEMS: usize = 50;

/// The parts of a meeting that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Meeting {
    recording_id: Loose<VendorId>,
    title: Loose<String>,
    meeting_title: Loose<String>,
    /// The link for our own people; `share_url` would open for anybody.
    url: Loose<String>,
    created_at: Loose<String>,
    recording_start_time: Loose<String>,
    recording_end_time: Loose<String>,
    recorded_by: Loose<Person>,
    calendar_invitees: Loose<Vec<Loose<Person>>>,
    transcript: Loose<Vec<Loose<Utterance>>>,
    default_summary: Loose<Summary>,
    action_items: Loose<Vec<Loose<ActionItem>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Person {
    name: Loose<String>,
    email: Loose<String>,
    /// The address has another domain than the account's.
    is_external: Loose<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Utterance {
    speaker: Loose<Speaker>,
    text: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Speaker {
    display_name: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Summary {
    markdown_formatted: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ActionItem {
    description: Loose<String>,
}

impl Meeting {
    /// The event that a meeting was transcribed.
    pub(crate) fn transcribed(
        self,
        delivery: &VendorId,
        received_at: Timestamp,
        people: &People,
    ) -> Result<NewEvent, Malformed> {
        let id = required(self.recording_id.0.as_ref(), "recording_id")?;
        let subject = Subject::new(format!("{}:recording:{id}", vendor::NAME));
        let title = [&self.meeting_title, &self.title].into_iter().find_map(short);
        let guests: Vec<&Person> =
            self.calendar_invitees.items().filter(|person| !self.is_ours(person, people)).collect();
        let party_name = guests.iter().find_map(|person| short(&person.name));
        let about = title.as_ref().map(|title| format!(" \"{title}\"")).unwrap_or_default();
        let with = party_name.as_ref().map(|name| format!(" with {name}")).unwrap_or_default();
        Ok(NewEvent {
            // The same in each attempt, by the Standard Webhooks specification.
            dedup_key: DedupKey::new(delivery.as_str()),
            semantic_key: SemanticKey::about(&subject, "transcribed"),
            subject,
            claims: self.claims(people),
            party_name,
            test: false,
            summary: one_line(&format!("The meeting{about}{with} is transcribed"), SUMMARY_CHARS),
            link: self.url.0.as_deref().and_then(https),
            occurred_at: time(&self.created_at).or_else(|| time(&self.recording_end_time)).unwrap_or(received_at),
            fact: Fact::MeetingTranscribed(MeetingTranscribed {
                meeting: id.as_str().to_owned(),
                title,
                started_at: time(&self.recording_start_time),
                ended_at: time(&self.recording_end_time),
                participants: self.participants(people),
                summary: self.summary(),
                transcript: self.said(),
                action_items: self.to_do(),
            }),
        })
    }

    /// The claims, guests first: the event is about them.
    fn claims(&self, people: &People) -> Vec<Claim> {
        let (ours, guests): (Vec<&Person>, Vec<&Person>) =
            self.calendar_invitees.items().partition(|person| self.is_ours(person, people));
        let guests = guests.into_iter().filter_map(|person| person.claim(people));
        // A person who records has an account of ours.
        let ours = ours.into_iter().chain(&self.recorded_by.0).filter_map(|person| person.claim(people));
        let ours = ours.map(|claim| Claim { role: Role::Owner, ..claim });
        distinct(guests.chain(ours)).into_iter().take(MAX_ITEMS).collect()
    }

    /// True by our own domains, by the account's, which Fathom knows, or because the person records.
    fn is_ours(&self, person: &Person, people: &People) -> bool {
        let by_domain = person.email.0.as_deref().is_some_and(|email| people.is_ours(email));
        let recorder = self.recorded_by.0.as_ref().and_then(|recorder| recorder.claim(people));
        let records = recorder.is_some() && recorder == person.claim(people);
        by_domain || records || person.is_external.0 == Some(false)
    }

    fn participants(&self, people: &People) -> Vec<Participant> {
        let participant = |person: &Person| Participant {
            name: short(&person.name),
            email: person.claim(people).map(|claim| claim.value),
            ours: self.is_ours(person, people),
        };
        self.calendar_invitees.items().take(MAX_ITEMS).map(participant).collect()
    }

    fn summary(&self) -> Option<String> {
        prose(self.default_summary.0.as_ref()?.markdown_formatted.0.as_deref()?, TEXT_CHARS)
    }

    /// The transcript line by line, with speakers, up to the limit; the raw body holds the rest.
    fn said(&self) -> Option<String> {
        let mut said = String::new();
        for utterance in self.transcript.items() {
            let speaker = utterance.speaker.0.as_ref().and_then(|speaker| short(&speaker.display_name));
            let text = utterance.text.0.as_deref().unwrap_or_default();
            said.push_str(&format!("{}: {}\n", speaker.as_deref().unwrap_or("?"), one_line(text, TEXT_CHARS)));
            if said.len() > TEXT_CHARS * 4 {
                break;
            }
        }
        prose(&said, TEXT_CHARS)
    }

    fn to_do(&self) -> Vec<String> {
        let items = self.action_items.items().filter_map(|item| line(item.description.0.as_deref()?, ANSWER_CHARS));
        items.take(MAX_ITEMS).collect()
    }
}

impl Person {
    fn claim(&self, people: &People) -> Option<Claim> {
        people.email(self.email.0.as_deref()?)
    }
}

fn short(text: &Loose<String>) -> Option<String> {
    line(text.0.as_deref()?, NAME_CHARS)
}

fn time(text: &Loose<String>) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text.0.as_deref()?)
}
