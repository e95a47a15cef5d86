use crate::{Delivery, Deployment, Fault, Malformed};
use nerve_model::{Claim, DedupKey, EventKind, Fact, SemanticKey, SourceName, Subject, Timestamp, Trust, one_line};
use nerve_signatures::{Rejection, Secrets};
use std::borrow::Cow;

/// The longest subject of an ignored delivery, in characters.
const SUBJECT_CHARS: usize = 100;

/// A vendor whose webhooks Nerve understands. Both steps are pure.
pub trait Source {
    /// The name in `/hooks/<source>` and in every event.
    const NAME: SourceName;

    /// What the vendor calls itself, for example `Cal.com`.
    const TITLE: &'static str;

    /// Which deliveries become events and which do not, for the table of all sources.
    const SELECTED: &'static [Selected];

    /// Request headers worth keeping beside the body. Never one that carries a secret.
    const KEPT_HEADERS: &'static [&'static str];

    /// The status that answers a genuine delivery which cannot be read. A vendor that repeats or disables on 4xx is
    /// answered otherwise.
    const MALFORMED_STATUS: u16 = 400;

    /// The name of the secret that the source's secrets are kept under: `STRIPE_SECRETS` for `stripe`.
    fn secrets_name(_delivery: &Delivery) -> Cow<'static, str> {
        Cow::Owned(format!("{}_SECRETS", Self::NAME.as_str().to_ascii_uppercase()))
    }

    /// Whether the delivery is genuine: over the raw bytes, before anything is parsed, against every secret.
    /// No secret configured means no.
    ///
    /// # Errors
    ///
    /// Why it is not, or not provably so.
    fn verify(delivery: &Delivery, secrets: &Secrets, deployment: &Deployment<'_>) -> Result<Trust, Rejection>;

    /// What a genuine delivery says. Never panics, whatever the bytes. `secrets` serve only to answer a handshake.
    ///
    /// # Errors
    ///
    /// Where it is not what the vendor documents, or a setting of this source cannot be read.
    fn normalize(delivery: &Delivery, secrets: &Secrets, deployment: &Deployment<'_>) -> Result<Outcome, Fault>;
}

/// One line of the table that says what becomes of a vendor's deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// The vendor's name of the delivery, for example `invoice.payment_failed`.
    pub delivery: &'static str,
    /// What becomes of it.
    pub becomes: Becomes,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Becomes {
    /// An event of one of these kinds.
    Event(&'static [EventKind]),
    /// Nothing, for this reason: the text of [`Ignored::reason`].
    Ignored(&'static str),
    /// An answer to the vendor's question whether we are here.
    Handshake,
}

/// What a genuine delivery comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// What it says, item by item; most vendors send one.
    Items(Vec<Item>),
    /// A handshake, and the answer to it.
    Reply(Reply),
}

impl Outcome {
    /// One thing that happened and matters.
    pub fn event(event: NewEvent) -> Self {
        Self::Items(vec![Item::Event(Box::new(event))])
    }

    /// Nothing that could change a decision; see [`Ignored`].
    pub fn ignored(reason: &'static str, subject: &str) -> Self {
        Self::Items(vec![Item::ignored(reason, subject)])
    }
}

/// One of the things a delivery says.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Something that happened and matters.
    Event(Box<NewEvent>),
    /// Nothing that could change a decision.
    Ignored(Ignored),
    /// Not what the vendor documents: the others are taken all the same.
    Malformed(Malformed),
}

impl Item {
    /// Nothing that could change a decision; see [`Ignored`].
    pub fn ignored(reason: &'static str, subject: &str) -> Self {
        Self::Ignored(Ignored { reason, subject: one_line(subject, SUBJECT_CHARS) })
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

/// Why a delivery does not become an event: a fixed phrase that can be counted, and what it was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// For example `event type not subscribed`.
    pub reason: &'static str,
    /// For example the vendor's name of the event type; one line, clipped.
    pub subject: String,
}

/// An event before it has an id: what a source makes of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// What happened.
    pub fact: Fact,
    /// Unique within the source.
    pub dedup_key: DedupKey,
    /// The fact itself.
    pub semantic_key: SemanticKey,
    /// The thing at the vendor it is about.
    pub subject: Subject,
    /// Whom it could concern, strongest evidence first.
    pub claims: Vec<Claim>,
    /// How the party calls itself.
    pub party_name: Option<String>,
    /// Sent by the vendor's test mode.
    pub test: bool,
    /// One line for a person.
    pub summary: String,
    /// Back to the tool; always `https`.
    pub link: Option<String>,
    /// When it happened, by the vendor's clock.
    pub occurred_at: Timestamp,
}
