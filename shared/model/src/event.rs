use crate::{
    Claim, DedupKey, EventId, EventKind, Fact, Millis, RecordId, RecordStageChanged, Role, SemanticKey, SourceName,
    Subject, Timestamp, named::named_enum,
};
use serde::{Deserialize, Serialize};

/// What is said to be older happened when it arrived: a clock that was never set says 1970.
const OLDEST: Millis = Millis::days(3_653);

named_enum! {
    /// The proof that came with the content of an event.
    "trust" enum Trust {
        /// Only a shared secret came with the delivery; whoever saw the secret could have forged the content.
        Token = "token",
        /// A signature covers the content.
        Signed = "signed",
    }
}

/// Something that happened in one of the tools, verified and normalized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// The id, assigned on arrival.
    pub id: EventId,
    /// The tool that sent the delivery.
    pub source: SourceName,
    /// The kind of event with its details.
    #[serde(flatten)]
    pub fact: Fact,
    /// The key of the delivery's event, unique within the source.
    pub dedup_key: DedupKey,
    /// The key of the fact, the same whichever delivery reports it.
    pub semantic_key: SemanticKey,
    /// The thing at the vendor that the event is about.
    pub subject: Subject,
    /// Identity evidence of the parties, strongest first.
    pub claims: Vec<Claim>,
    /// The name of the party in its own words, one line, from outside; used for display and provisional records.
    pub party_name: Option<String>,
    /// The proof that came with the content.
    pub trust: Trust,
    /// The vendor's test mode sent the delivery: no real party is involved.
    pub test: bool,
    /// The event in one line, for people.
    pub summary: String,
    /// The event's page in the tool; always `https`.
    pub link: Option<String>,
    /// The time of the event by the vendor's clock, as far as that can be: never after it arrived.
    pub occurred_at: Timestamp,
    /// The time that the vendor's clock gave, where that cannot be; shown, and nothing is ordered by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_at: Option<Timestamp>,
    /// The time when Nerve received the delivery.
    pub received_at: Timestamp,
}

impl Event {
    /// The kind of event.
    pub const fn kind(&self) -> EventKind {
        self.fact.kind()
    }

    /// Sets its time to what the vendor's clock says, if that can be. What is said to happen later than it arrived, or
    /// implausibly long before, happened when it arrived.
    pub fn place(&mut self, said: Timestamp) {
        let can_be = (Millis(0)..=OLDEST).contains(&self.received_at.since(said));
        (self.occurred_at, self.said_at) = if can_be { (said, None) } else { (self.received_at, Some(said)) };
    }

    /// The claims that can identify a record. Values of our own people are left out, in whatever further role the event
    /// names them: they appear in the events of many.
    pub fn outside_claims(&self) -> impl Iterator<Item = &Claim> {
        let is_ours = |claim: &Claim| {
            let mut owners = self.claims.iter().filter(|own| own.role == Role::Owner);
            owners.any(|own| own.kind == claim.kind && own.value == claim.value)
        };
        self.claims.iter().filter(move |claim| !is_ours(claim))
    }

    /// What it says the state of: its subject, or one of several stages that the subject has.
    pub fn item(&self) -> Subject {
        match &self.fact {
            Fact::RecordStageChanged(RecordStageChanged { property: Some(property), .. }) => {
                Subject::new(format!("{} {property}", self.subject))
            }
            _ => self.subject.clone(),
        }
    }

    /// The subjects that are one since a merge in the other tool, the primary one first; none for other events. A source
    /// forms a subject by appending the id.
    pub fn merged_subjects(&self) -> Vec<Subject> {
        let Fact::RecordMerged(merged) = &self.fact else { return Vec::new() };
        let Some(scope) = self.subject.as_str().strip_suffix(&merged.id) else { return Vec::new() };
        merged.ids().into_iter().map(|id| Subject::new(format!("{scope}{id}"))).collect()
    }

    /// The event as a CloudEvents 1.0 JSON document (structured mode).
    pub fn to_cloudevent(&self, record: Option<RecordId>) -> serde_json::Value {
        serde_json::json!({
            "specversion": "1.0",
            "id": self.id,
            "source": format!("/hooks/{}", self.source),
            "type": self.kind(),
            "subject": self.subject,
            "time": self.occurred_at,
            "datacontenttype": "application/json",
            "dedupkey": self.dedup_key,
            "record": record,
            "data": serde_json::json!(self.fact).get("detail"),
        })
    }
}
