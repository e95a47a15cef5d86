use crate::{
    Delivery, Deployment, Fault, Ignored, Item, Malformed, Misconfigured, NewEvent, Outcome, Reply, Settings, Source,
    reading::is_nobody,
};
use nerve_model::{Claim, ClaimKind, Event, EventId, Trust};
use nerve_ports::Entropy;
use nerve_protocol::{
    limits::MAX_ITEMS,
    unread::{Unread, UnreadPhone},
    written_mail::WrittenMail,
};
use nerve_signatures::{Rejection, Secrets};

/// The outcome of a delivery at a source's worker.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// It was parsed.
    Taken(Taken),
    /// A handshake and its answer.
    Reply(Reply),
    /// Its signature is missing, invalid or cannot be checked.
    Rejected(Rejection),
    /// Genuine but unreadable.
    Malformed(Malformed),
    /// Genuine and longer than [`MAX_ITEMS`]; nothing of it is taken.
    TooMany(TooMany),
    /// A setting is wrong: the source accepts nothing until it is corrected.
    Misconfigured(Misconfigured),
}

/// A list with more items than one delivery may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a list of {items} items is too long: send at most {MAX_ITEMS} at once")]
pub struct TooMany {
    /// Its length.
    pub items: usize,
}

/// The content of a genuine delivery.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taken {
    /// Events to store.
    pub events: Vec<Arrived>,
    /// Items that need no event.
    pub ignored: Vec<Ignored>,
    /// Items that cannot be read.
    pub malformed: Vec<Malformed>,
}

/// An event as its source read it, and what the source handed on as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    /// The event, without the claims that are still to be read.
    pub event: Event,
    /// What completes it.
    pub unread: Unread,
}

/// Verifies and normalizes a delivery.
pub fn receive<S: Source>(
    delivery: &Delivery,
    secrets: &Secrets,
    settings: &dyn Settings,
    entropy: &impl Entropy,
) -> Received {
    let deployment = match Deployment::read(settings) {
        Ok(deployment) => deployment,
        Err(misconfigured) => return Received::Misconfigured(misconfigured),
    };
    let trust = match S::verify(delivery, secrets, &deployment) {
        Ok(trust) => trust,
        Err(rejection) => return Received::Rejected(rejection),
    };
    read::<S>(delivery, trust, secrets, &deployment, entropy)
}

/// Normalizes a delivery that is already verified.
pub fn read<S: Source>(
    delivery: &Delivery,
    trust: Trust,
    secrets: &Secrets,
    deployment: &Deployment<'_>,
    entropy: &impl Entropy,
) -> Received {
    match S::normalize(delivery, secrets, deployment) {
        Ok(Outcome::Items(items)) if items.len() > MAX_ITEMS => Received::TooMany(TooMany { items: items.len() }),
        Ok(Outcome::Items(items)) => {
            // The items of a list keep their order.
            let first = entropy.random() & !0x3ff;
            let mut place = 0;
            let arrive = |event: NewEvent| {
                let id = EventId::new(delivery.received_at, first | place);
                place += 1;
                arrive::<S>(event, id, trust, delivery, deployment)
            };
            Received::Taken(take(items, deployment, arrive))
        }
        Ok(Outcome::Reply(reply)) => Received::Reply(reply),
        Err(Fault::Malformed(malformed)) => Received::Malformed(malformed),
        Err(Fault::Misconfigured(misconfigured)) => Received::Misconfigured(misconfigured),
    }
}

fn take(items: Vec<Item>, deployment: &Deployment<'_>, mut arrive: impl FnMut(NewEvent) -> Arrived) -> Taken {
    let mut taken = Taken::default();
    for item in items {
        match item {
            Item::Event(event) if deployment.takes(event.fact.kind()) => taken.events.push(arrive(*event)),
            Item::Mail(event, written) if deployment.takes(event.fact.kind()) => {
                let mut arrived = arrive(*event);
                let own_domains = deployment.people.own_domains().to_vec();
                arrived.unread.mail = Some(Box::new(WrittenMail { own_domains, ..*written }));
                taken.events.push(arrived);
            }
            Item::Event(event) | Item::Mail(event, _) => {
                let subject = event.fact.kind().to_string();
                taken.ignored.push(Ignored::new("kind turned off for this source", &subject));
            }
            Item::Ignored(ignored) => taken.ignored.push(ignored),
            Item::Malformed(malformed) => taken.malformed.push(malformed),
        }
    }
    taken
}

fn arrive<S: Source>(
    event: NewEvent,
    id: EventId,
    trust: Trust,
    delivery: &Delivery,
    deployment: &Deployment<'_>,
) -> Arrived {
    let (claims, phones) = part(event.claims);
    let said_at = event.occurred_at;
    let mut event = Event {
        id,
        source: S::NAME,
        fact: event.fact,
        dedup_key: event.dedup_key,
        semantic_key: event.semantic_key,
        subject: event.subject,
        claims,
        party_name: event.party_name,
        trust,
        test: event.test,
        summary: event.summary,
        link: event.link,
        occurred_at: delivery.received_at,
        said_at: None,
        received_at: delivery.received_at,
    };
    event.place(said_at);
    Arrived { event, unread: Unread { phones, home: deployment.people.home(), mail: None } }
}

/// Parts the telephone numbers, which are as written, from the claims that are read. The address of a program is nobody's
/// claim: all who write by it would be one customer.
fn part(claims: Vec<Claim>) -> (Vec<Claim>, Vec<UnreadPhone>) {
    let (mut read, mut phones) = (Vec::new(), Vec::new());
    for claim in claims {
        match claim.kind {
            // Whom a program writes for has another address, or none.
            ClaimKind::Email if is_nobody(&claim.value) => {}
            ClaimKind::Phone => {
                phones.push(UnreadPhone { written: claim.value, role: claim.role, after: read.len() });
            }
            _ => read.push(claim),
        }
    }
    (read, phones)
}
