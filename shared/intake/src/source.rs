use crate::Delivery;
use nerve_model::{Claim, DedupKey, Event, EventId, Fact, SemanticKey, SourceName, Subject, Timestamp, Trust};
use nerve_ports::Entropy;
use nerve_signatures::{Rejection, Secrets};

/// A vendor whose webhooks Nerve understands. Both steps are pure.
pub trait Source {
    /// The name in `/hooks/<source>` and in every event.
    const NAME: SourceName;

    /// Request headers worth keeping beside the body. Never one that carries a secret.
    const KEPT_HEADERS: &'static [&'static str];

    /// Whether the delivery is genuine: over the raw bytes, before anything is parsed, against every secret.
    /// No secret configured means no.
    fn verify(delivery: &Delivery, secrets: &Secrets) -> Result<Trust, Rejection>;

    /// What a genuine delivery says. Never panics, whatever the bytes.
    fn normalize(delivery: &Delivery) -> Result<Outcome, Malformed>;
}

/// What a genuine delivery comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Things that happened and matter.
    Events(Vec<NewEvent>),
    /// Nothing that could change a decision.
    Ignored(Ignored),
}

/// Why a delivery does not become an event: a fixed phrase that can be counted, and what it was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// For example `event type not subscribed`.
    pub reason: &'static str,
    /// For example the vendor's name of the event type; one line, clipped.
    pub subject: String,
}

/// A genuine delivery that cannot be read as what the vendor documents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

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

/// What became of a delivery at the door.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// Events to keep.
    Events(Vec<Event>),
    /// Nothing to keep.
    Ignored(Ignored),
    /// Not genuine, or not provably so.
    Rejected(Rejection),
    /// Genuine but unreadable.
    Malformed(Malformed),
}

/// Verifies and normalizes a delivery.
pub fn receive<S: Source>(delivery: &Delivery, secrets: &Secrets, entropy: &impl Entropy) -> Received {
    let trust = match S::verify(delivery, secrets) {
        Ok(trust) => trust,
        Err(rejection) => return Received::Rejected(rejection),
    };
    match S::normalize(delivery) {
        Ok(Outcome::Events(events)) => Received::Events(
            events.into_iter().map(|event| arrive::<S>(event, trust, delivery.received_at, entropy)).collect(),
        ),
        Ok(Outcome::Ignored(ignored)) => Received::Ignored(ignored),
        Err(malformed) => Received::Malformed(malformed),
    }
}

fn arrive<S: Source>(event: NewEvent, trust: Trust, received_at: Timestamp, entropy: &impl Entropy) -> Event {
    Event {
        id: EventId::new(received_at, entropy.random()),
        source: S::NAME,
        fact: event.fact,
        dedup_key: event.dedup_key,
        semantic_key: event.semantic_key,
        subject: event.subject,
        claims: event.claims,
        party_name: event.party_name,
        trust,
        test: event.test,
        summary: event.summary,
        link: event.link,
        occurred_at: event.occurred_at,
        received_at,
    }
}
