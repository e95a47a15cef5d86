use crate::{
    Claim, DedupKey, EventId, EventKind, Fact, RecordId, Role, SemanticKey, SourceName, Subject, Timestamp,
    named::named_enum,
};
use serde::{Deserialize, Serialize};

named_enum! {
    /// How far the content of an event can be relied on.
    "trust" enum Trust {
        /// Only a shared secret came with it; whoever saw the secret could have forged the content.
        Token = "token",
        /// A signature covers the content.
        Signed = "signed",
    }
}

/// One thing that happened at one of the tools, verified and normalized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Given on arrival.
    pub id: EventId,
    /// The tool it came from.
    pub source: SourceName,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
    /// Unique within the source.
    pub dedup_key: DedupKey,
    /// The fact itself.
    pub semantic_key: SemanticKey,
    /// The thing at the vendor it is about.
    pub subject: Subject,
    /// Whom it could concern, strongest evidence first.
    pub claims: Vec<Claim>,
    /// How the parties call themselves; for display and provisional records, one line, from outside.
    pub party_name: Option<String>,
    /// How far it can be relied on.
    pub trust: Trust,
    /// Sent by the vendor's test mode: nobody real is concerned.
    pub test: bool,
    /// One line for a person.
    pub summary: String,
    /// Back to the tool; always `https`.
    pub link: Option<String>,
    /// When it happened, by the vendor's clock.
    pub occurred_at: Timestamp,
    /// When it reached Nerve.
    pub received_at: Timestamp,
}

impl Event {
    /// The kind, without the details.
    pub const fn kind(&self) -> EventKind {
        self.fact.kind()
    }

    /// The claims that can tell whom it concerns: not those of our own people, who appear in the events of many.
    pub fn outside_claims(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(|claim| claim.role != Role::Owner)
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
