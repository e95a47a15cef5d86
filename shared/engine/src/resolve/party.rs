//! The party that an event is about, as the event describes it.

use nerve_ledger::questions;
use nerve_matching::{Model, Profile, normal::is_made_up};
use nerve_model::{Claim, ClaimKind, Event, Fact, RecordType, Role, Subject};

/// The most claims of a party; the strongest count.
const MAX_CLAIMS: usize = 20;

/// The roles of a party in the order of precedence.
const FOREMOST: [Role; 3] = [Role::Customer, Role::Vendor, Role::Asset];

/// The party that an event is about first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Party {
    /// The type of the record that the party would get.
    pub(super) record_type: RecordType,
    /// The claims of which each one identifies the party, strongest first. Never empty.
    pub(super) claims: Vec<Claim>,
    /// The values to compare.
    pub(super) profile: Profile,
    /// The keys that find candidates.
    pub(super) keys: Vec<String>,
    /// The key of the question about the party.
    pub(super) question: String,
    /// The strong claims of other roles in the event.
    pub(super) others: Vec<Claim>,
    /// Another tool merged records: the first claim with an owner decides, and the others are that record's from now on.
    pub(super) merged: bool,
}

impl Party {
    /// The party of an event.
    pub(super) fn of(event: &Event, model: &Model) -> Self {
        let outside: Vec<&Claim> =
            event.outside_claims().filter(|claim| !is_made_up(claim.kind, &claim.value)).collect();
        let role = FOREMOST.into_iter().find(|role| outside.iter().any(|claim| claim.role == *role));
        let (own, others): (Vec<&Claim>, Vec<&Claim>) = outside.into_iter().partition(|claim| Some(claim.role) == role);
        let name = event.party_name.as_deref().filter(|name| !is_made_up(ClaimKind::Name, name));
        let profile = Profile::of(own.iter().copied(), name);
        let one = merged(event, role);
        let is_merged = !one.is_empty();
        let claims = if is_merged { strong(one, &own) } else { deciding(event, &own) };
        Self {
            record_type: record_type(event, role),
            question: question(event, &own),
            keys: model.keys(&profile),
            others: distinct(others.into_iter().filter(|claim| claim.kind.is_strong())),
            claims,
            profile,
            merged: is_merged,
        }
    }

    /// The event describes its party with no value.
    pub(super) fn says_nothing(&self) -> bool {
        self.profile.is_empty()
    }

    /// The event does not name its party.
    pub(super) fn is_nameless(&self) -> bool {
        self.profile.get(ClaimKind::Name.as_str()).is_empty()
    }
}

/// The strong claims of the party. Without any, the event's subject as a claim, so that later events about it come to
/// the same record.
fn deciding(event: &Event, own: &[&Claim]) -> Vec<Claim> {
    let strong = distinct(own.iter().copied().filter(|claim| claim.kind.is_strong()));
    if strong.is_empty() { vec![subject(event)] } else { strong }
}

/// The claims to the ids that are one since a merge, the primary one first; none for other events.
fn merged(event: &Event, role: Option<Role>) -> Vec<Claim> {
    let role = role.unwrap_or(Role::Customer);
    let claim = |subject: Subject| Claim { kind: ClaimKind::External, value: subject.to_string(), role };
    event.merged_subjects().into_iter().map(claim).collect()
}

/// These claims, then the further strong ones.
fn strong(first: Vec<Claim>, own: &[&Claim]) -> Vec<Claim> {
    let further = distinct(own.iter().copied().filter(|claim| claim.kind.is_strong()));
    let further = further.into_iter().filter(|claim| !first.iter().any(|known| known.value == claim.value));
    let further: Vec<Claim> = further.collect();
    first.into_iter().chain(further).take(MAX_CLAIMS).collect()
}

/// The event's subject as a claim.
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

/// The key over all claims and the name: a party that describes itself alike has the same question.
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
    let object = match &event.fact {
        Fact::RecordStageChanged(moved) => moved.object.as_str(),
        Fact::RecordMerged(merged) => merged.object.as_str(),
        _ => "",
    };
    match (role, object) {
        (Some(Role::Vendor), _) => RecordType::Vendor,
        (Some(Role::Asset), _) => RecordType::Asset,
        (None, _) if matches!(event.fact, Fact::AutomationFailed(_)) => RecordType::Asset,
        (None, "deal") => RecordType::Deal,
        (None, "project") => RecordType::Project,
        _ => RecordType::Customer,
    }
}
