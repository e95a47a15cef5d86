use crate::{Claim, EventId, Fact, RecordId, Role, Timestamp, named::named_enum};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

named_enum! {
    /// What happened, in the thirteen kinds Nerve knows.
    "event kind" enum EventKind {
        /// Somebody filled in a form.
        FormSubmitted = "form.submitted",
        /// A transcript of a meeting is ready.
        MeetingTranscribed = "meeting.transcribed",
        /// A telephone call ended.
        CallEnded = "call.ended",
        /// A mail arrived.
        EmailReceived = "email.received",
        /// A file was uploaded.
        FileUploaded = "file.uploaded",
        /// An invoice was paid.
        InvoicePaid = "invoice.paid",
        /// A payment did not go through.
        PaymentFailed = "payment.failed",
        /// An appointment was made.
        BookingCreated = "booking.created",
        /// An appointment was called off.
        BookingCanceled = "booking.canceled",
        /// A supplier answered.
        VendorReplied = "vendor.replied",
        /// A support case was escalated.
        SupportEscalated = "support.escalated",
        /// An automated workflow failed.
        AutomationFailed = "automation.failed",
        /// A record moved to another stage.
        RecordStageChanged = "record.stage_changed",
    }
}

named_enum! {
    /// How far the content of an event can be relied on.
    "trust" enum Trust {
        /// Only a shared secret came with it; whoever saw the secret could have forged the content.
        Token = "token",
        /// A signature covers the content.
        Signed = "signed",
    }
}

macro_rules! text_key {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// A name known when the program is written.
            pub const fn from_static(text: &'static str) -> Self {
                Self(Cow::Borrowed(text))
            }

            /// From text made elsewhere.
            pub fn new(text: impl Into<String>) -> Self {
                Self(Cow::Owned(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }
    };
}

text_key!(
    /// The tool an event came from, as in `/hooks/<source>`, for example `stripe`.
    SourceName
);
text_key!(
    /// Unique for a delivery's event within its source: two deliveries with one key are copies.
    DedupKey
);
text_key!(
    /// The fact itself, whoever reports it, for example `stripe:invoice:in_123 paid`. That of a fact which settles a matter
    /// is made with [`SemanticKey::about`]: by it, the record finds it again.
    SemanticKey
);
text_key!(
    /// The thing at the vendor that an event is about, for example `stripe:invoice:in_123`.
    Subject
);

impl SemanticKey {
    /// What happened to one thing, for example `paid`.
    pub fn about(subject: &Subject, what: impl fmt::Display) -> Self {
        Self::new(format!("{subject} {what}"))
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
