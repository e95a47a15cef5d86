use crate::{Delivery, Deployment, Fault, Malformed};
use nerve_model::{Claim, DedupKey, EventKind, Fact, SemanticKey, SourceName, Subject, Timestamp, Trust, one_line};
use nerve_protocol::written_mail::WrittenMail;
use nerve_signatures::{Rejection, Secrets};
use std::borrow::Cow;

/// The longest subject of an ignored delivery, in characters.
const SUBJECT_CHARS: usize = 100;

/// A vendor whose webhooks Nerve reads. Both steps are pure.
pub trait Source {
    /// The name in `/hooks/<source>` and in all its events.
    const NAME: SourceName;

    /// The vendor's name for itself, for example `Cal.com`.
    const TITLE: &'static str;

    /// The deliveries that become events and those that are ignored, for the table of sources.
    const SELECTED: &'static [Selected];

    /// Request headers to store beside the body; never one that carries a secret.
    const KEPT_HEADERS: &'static [&'static str];

    /// The status that answers a genuine but unreadable delivery: not 4xx if the vendor repeats or disables on 4xx.
    const MALFORMED_STATUS: u16 = 400;

    /// True if its senders ask by `OPTIONS` whether they may send.
    const ASKED_FIRST: bool = false;

    /// The name of the setting that holds the source's secrets: `STRIPE_SECRETS` for `stripe`.
    fn secrets_name(_delivery: &Delivery) -> Cow<'static, str> {
        Cow::Owned(format!("{}_SECRETS", Self::NAME.as_str().to_ascii_uppercase()))
    }

    /// Verifies the delivery over the raw bytes, before parsing, against every secret. Without a secret it is rejected.
    ///
    /// # Errors
    ///
    /// The signature is missing, invalid or cannot be checked.
    fn verify(delivery: &Delivery, secrets: &Secrets, deployment: &Deployment<'_>) -> Result<Trust, Rejection>;

    /// Turns a genuine delivery into events. Never panics, whatever the bytes. `secrets` serve only to answer a
    /// handshake.
    ///
    /// # Errors
    ///
    /// The delivery does not match the vendor's documentation, or a setting of this source cannot be read.
    fn normalize(delivery: &Delivery, secrets: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault>;
}

/// One line of the table of a vendor's deliveries and their results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// The vendor's name of the delivery, for example `invoice.payment_failed`.
    pub delivery: &'static str,
    /// The result of such a delivery.
    pub becomes: Becomes,
}

/// The result of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Becomes {
    /// An event of one of these kinds.
    Event(&'static [EventKind]),
    /// No event, for this reason: the text of [`Ignored::reason`].
    Ignored(&'static str),
    /// An answer to the vendor's handshake.
    Handshake,
}

/// The result of normalizing a genuine delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Its items; most vendors send one.
    Items(Vec<Item>),
    /// A handshake and its answer.
    Reply(Reply),
}

impl Outcome {
    /// A single event.
    pub fn event(event: NewEvent) -> Self {
        Self::Items(vec![Item::Event(Box::new(event))])
    }

    /// A single ignored item; see [`Ignored`].
    pub fn ignored(reason: &'static str, subject: &str) -> Self {
        Self::Items(vec![Item::ignored(reason, subject)])
    }
}

/// One item of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// An event.
    Event(Box<NewEvent>),
    /// The event of a mail's arrival, and the mail as written, which completes it.
    Mail(Box<NewEvent>, Box<WrittenMail>),
    /// An item that could not change a decision.
    Ignored(Ignored),
    /// An item that does not match the vendor's documentation; the others are still accepted.
    Malformed(Malformed),
}

impl Item {
    /// An ignored item; see [`Ignored`].
    pub fn ignored(reason: &'static str, subject: &str) -> Self {
        Self::Ignored(Ignored::new(reason, subject))
    }
}

/// The answer to a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

/// The reason an item becomes no event: a fixed phrase that is counted, and the item's subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// For example `event type not subscribed`.
    pub reason: Cow<'static, str>,
    /// For example the vendor's name of the event type; one line, clipped.
    pub subject: String,
}

impl Ignored {
    /// An item that is ignored for this reason.
    pub fn new(reason: &'static str, subject: &str) -> Self {
        Self { reason: Cow::Borrowed(reason), subject: one_line(subject, SUBJECT_CHARS) }
    }
}

/// An event as a source creates it, before it has an id.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// The fact it reports.
    pub fact: Fact,
    /// Unique within the source.
    pub dedup_key: DedupKey,
    /// Identifies the fact, whichever delivery reports it.
    pub semantic_key: SemanticKey,
    /// The object at the vendor that the event is about.
    pub subject: Subject,
    /// Identifiers of the people and companies involved, strongest first. A telephone number is as written: it is parted
    /// off when the event arrives, and read in the context worker.
    pub claims: Vec<Claim>,
    /// The party's name for itself.
    pub party_name: Option<String>,
    /// The vendor's test mode sent it.
    pub test: bool,
    /// One line for a reader.
    pub summary: String,
    /// A link to the object in the vendor's tool; always `https`.
    pub link: Option<String>,
    /// The time of the fact, by the vendor's clock; on arrival it is compared with ours.
    pub occurred_at: Timestamp,
}
