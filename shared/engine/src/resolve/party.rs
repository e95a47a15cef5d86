//! What an event says of whom it is about.

use nerve_ledger::questions;
use nerve_matching::{Model, Profile};
use nerve_model::{Claim, ClaimKind, Event, Fact, RecordType, Role};

/// More claims than this an honest event does not make; the strongest count.
const MAX_CLAIMS: usize = 20;

/// The parts whose bearer an event is first of all about, foremost first.
const FOREMOST: [Role; 3] = [Role::Customer, Role::Vendor, Role::Asset];

/// Whom an event is first of all about, as far as the event says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Party {
    /// What stands for the party if it turns out to be new.
    pub(super) record_type: RecordType,
    /// Claims of which one is enough, strongest first. Never empty.
    pub(super) claims: Vec<Claim>,
    /// What can be compared.
    pub(super) profile: Profile,
    /// By what those are found who compare well.
    pub(super) keys: Vec<String>,
    /// The key of the question that is asked if the party cannot be told.
    pub(super) question: String,
    /// Claims of the others who have a part in the event.
    pub(super) others: Vec<Claim>,
}

impl Party {
    /// Reads an event.
    pub(super) fn of(event: &Event, model: &Model) -> Self {
        let outside: Vec<&Claim> = event.outside_claims().collect();
        let role = FOREMOST.into_iter().find(|role| outside.iter().any(|claim| claim.role == *role));
        let (own, others): (Vec<&Claim>, Vec<&Claim>) = outside.into_iter().partition(|claim| Some(claim.role) == role);
        let profile = Profile::of(own.iter().copied(), event.party_name.as_deref());
        let claims = deciding(event, &own);
        Self {
            record_type: record_type(event, role),
            question: question(event, &own),
            keys: model.keys(&profile),
            others: distinct(others.into_iter().filter(|claim| claim.kind.is_strong())),
            claims,
            profile,
        }
    }

    /// Whether the event says nothing of it.
    pub(super) fn says_nothing(&self) -> bool {
        self.profile.is_empty()
    }

    /// Whether nobody says how it calls itself.
    pub(super) fn is_nameless(&self) -> bool {
        self.profile.get(ClaimKind::Name.as_str()).is_empty()
    }
}

/// The strong claims, or, where there are none, the thing at the vendor that the event is about, so that later events
/// about the same thing come to the same record.
fn deciding(event: &Event, own: &[&Claim]) -> Vec<Claim> {
    let strong = distinct(own.iter().copied().filter(|claim| claim.kind.is_strong()));
    if strong.is_empty() { vec![subject(event)] } else { strong }
}

/// The thing at the vendor, as a claim.
fn subject(event: &Event) -> Claim {
    Claim { kind: ClaimKind::External, value: event.subject.to_string(), role: Role::Customer }
}

fn distinct<'a>(claims: impl Iterator<Item = &'a Claim>) -> Vec<Claim> {
    let mut claims: Vec<Claim> = claims.cloned().collect();
    claims.sort();
    claims.dedup_by(|a, b| a.kind == b.kind && a.value == b.value);
    claims.truncate(MAX_CLAIMS);
    claims
}

/// Of everything the party says of itself: whoever says the same again is the same.
fn question(event: &Event, own: &[&Claim]) -> String {
    let name = event.party_name.as_deref().map(|name| Claim {
        kind: ClaimKind::Name,
        value: name.to_lowercase(),
        role: Role::Customer,
    });
    let subject = (own.is_empty() && name.is_none()).then(|| subject(event));
    questions::key(own.iter().copied().chain(&name).chain(&subject))
}

fn record_type(event: &Event, role: Option<Role>) -> RecordType {
    match (role, &event.fact) {
        (Some(Role::Vendor), _) => RecordType::Vendor,
        (Some(Role::Asset), _) => RecordType::Asset,
        (None, Fact::RecordStageChanged(moved)) => match moved.object.as_str() {
            "deal" => RecordType::Deal,
            "project" => RecordType::Project,
            _ => RecordType::Customer,
        },
        _ => RecordType::Customer,
    }
}
