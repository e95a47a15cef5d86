//! The state of all parties, in a form without random ids.

use crate::world::column;
use nerve_testkit::World;
use std::collections::{BTreeMap, BTreeSet};

/// The state of all parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) parties: Vec<StoredState>,
    /// The claims that several parties have.
    pub(crate) shared: BTreeSet<String>,
    /// The counts of values.
    pub(crate) terms: BTreeSet<String>,
}

/// The state of one party.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StoredState {
    pub(crate) name: String,
    record_type: String,
    pub(crate) provisional: bool,
    /// The claims that decide alone.
    claims: BTreeSet<String>,
    profile: BTreeSet<String>,
    keys: BTreeSet<String>,
    links: BTreeSet<String>,
    work: BTreeSet<String>,
    proposals: BTreeSet<String>,
    events: BTreeSet<String>,
    /// Each fact with the events that reported it.
    facts: BTreeMap<String, BTreeSet<String>>,
    open_items: BTreeSet<String>,
    pub(crate) parts: usize,
}

pub(crate) fn outcome(world: &World) -> Outcome {
    world.ledger_verified();
    let roots = column(world, "SELECT id AS it FROM records WHERE root IS NULL");
    let mut parties: Vec<StoredState> = roots.iter().map(|id| known(world, id)).collect();
    parties.sort();
    Outcome {
        parties,
        shared: column(world, "SELECT kind || ' ' || value AS it FROM identities WHERE shared = 1"),
        terms: column(world, "SELECT field || ' ' || value || ' ' || n AS it FROM terms WHERE n > 0"),
    }
}

fn known(world: &World, id: &str) -> StoredState {
    let own = format!("(SELECT id FROM records WHERE id = '{id}' OR root = '{id}')");
    let of = |select: &str| column(world, &select.replace("OWN", &own));
    let row = &world.db.look(&format!("SELECT name, type, provisional FROM records WHERE id = '{id}'"))[0];
    let parts = of("SELECT id AS it FROM records WHERE id IN OWN");
    let seen = world.situation(id.parse().unwrap());
    let told = seen.history.iter().chain(&seen.pending).map(|entry| entry.event.semantic_key.to_string());
    let facts = facts(world, &parts);
    assert_eq!(told.collect::<BTreeSet<_>>(), facts.keys().cloned().collect(), "a situation tells of every fact");
    StoredState {
        name: row.text("name").unwrap().to_owned(),
        record_type: row.text("type").unwrap().to_owned(),
        provisional: row.flag("provisional").unwrap(),
        claims: of("SELECT kind || ' ' || value AS it FROM identities WHERE shared = 0 AND record IN OWN"),
        profile: of("SELECT c.key || ' ' || v.value AS it FROM records r, json_each(r.profile) c, json_each(c.value) v
                     WHERE r.id IN OWN"),
        keys: of("SELECT key AS it FROM record_keys WHERE record IN OWN"),
        links: of("SELECT l.relation || ' ' || r.name AS it FROM record_links l JOIN records r ON r.id = l.other
                   WHERE l.record IN OWN"),
        work: of("SELECT title || ' ' || COALESCE(proposal, '') AS it FROM tasks WHERE record IN OWN
                  UNION SELECT text || ' ' || COALESCE(proposal, '') FROM notes WHERE record IN OWN"),
        proposals: of("SELECT id || ' ' || status AS it FROM proposals WHERE record IN OWN"),
        events: of("SELECT id AS it FROM events WHERE record IN OWN"),
        facts,
        open_items: seen.open_items.iter().map(|entry| entry.event.semantic_key.to_string()).collect(),
        parts: parts.len(),
    }
}

fn facts(world: &World, parts: &BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut facts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (record, row) in world.objects.look("SELECT semantic_key, reporters FROM timeline") {
        if parts.contains(&record.to_string()) {
            let reporters: Vec<String> = row.json("reporters").unwrap();
            facts.entry(row.text("semantic_key").unwrap().to_owned()).or_default().extend(reporters);
        }
    }
    facts
}
