//! The promises that hold after each operation.

use crate::{
    events::{CUSTOMERS, Happening},
    placed::Stands,
    promise::{Broken, Promise, holds},
    world::World,
};
use nerve_connectors::Repeatable;
use nerve_intake::inbox;
use nerve_ledger::{chain::Body, verify};
use nerve_model::{ActionKind, Actor, Decision, Digest, ProposalId, ProposalStatus, Risk};
use nerve_ports::Row;
use nerve_testkit::block_on;
use std::collections::{BTreeMap, BTreeSet};

/// The ledger's entries about each proposal.
type Entries = BTreeMap<ProposalId, Vec<Entry>>;

/// A ledger entry.
#[derive(Debug)]
struct Entry {
    kind: String,
    status: ProposalStatus,
    note: String,
}

/// The note of a review in which a person confirmed the effect.
const FOUND_DONE: &str = "found done";

impl World {
    /// Checks all promises that hold at any time.
    pub(crate) fn check(&self) -> Result<(), Broken> {
        self.remember_what_is_shown();
        self.memory.borrow_mut().broken.take().map_or(Ok(()), Err)?;
        self.kept()?;
        self.one_fact()?;
        self.placed()?;
        let entries = self.entries();
        self.agreed(&entries)?;
        self.written(&entries)
    }

    fn remember_what_is_shown(&self) {
        for row in self.db.look("SELECT id, digest FROM proposals") {
            let digest = Digest(row.text("digest").unwrap().to_owned());
            self.memory.borrow_mut().first_shown.entry(row.parse("id").unwrap()).or_insert(digest);
        }
    }

    fn kept(&self) -> Result<(), Broken> {
        for ((name, key), delivered) in &self.memory.borrow().delivered {
            let Some(event) = delivered.event else { continue };
            let storage = &self.inbox(name).storage;
            let (kept, raw) = storage
                .failures
                .suspended(|| (inbox::inspect(storage, key).unwrap(), inbox::raw(storage, key).unwrap()));
            let (Some(kept), Some((_, body))) = (kept, raw) else {
                return Err(Broken { promise: Promise::Kept, what: format!("{key} is gone") });
            };
            let same = kept.event == event && body == delivered.said.unwrap().body();
            holds(Promise::Kept, same, || format!("{key} is not what was acknowledged"))?;
            let counted = kept.duplicates + 1;
            let right = (delivered.acknowledged..=delivered.sent).contains(&counted);
            holds(Promise::OneFact, right, || {
                format!("{key}: {counted} copies counted, {} acknowledged", delivered.acknowledged)
            })?;
        }
        Ok(())
    }

    fn one_fact(&self) -> Result<(), Broken> {
        let unclear = self.unclear();
        if unclear.is_empty() {
            let n = self.db.look("SELECT id FROM records").len();
            holds(Promise::OneFact, n <= CUSTOMERS.into(), || format!("{n} records of {CUSTOMERS} customers"))?;
        }
        let nobody = "SELECT id FROM records WHERE id NOT IN (SELECT record FROM identities)
                      AND id NOT IN (SELECT record FROM questions)";
        holds(Promise::OneFact, self.db.look(nobody).is_empty(), || "a record is known by nothing".to_owned())?;
        let mut facts = BTreeSet::new();
        let of_unclear = |fact: &str| unclear.iter().any(|n| fact.starts_with(&format!("invoice in_{n}_")));
        for Stands { fact, .. } in self.stands() {
            let once = of_unclear(fact.as_str()) || facts.insert(fact.clone());
            holds(Promise::OneFact, once, || format!("{fact} stands twice"))?;
        }
        Ok(())
    }

    /// Customers that an event named together with another one.
    fn unclear(&self) -> BTreeSet<u8> {
        let memory = self.memory.borrow();
        let said = memory.delivered.values().filter_map(|delivered| delivered.said);
        said.filter(|said| said.named().any(|n| n != said.customer)).flat_map(Happening::named).collect()
    }

    /// The entries about each proposal, oldest first.
    fn entries(&self) -> Entries {
        let sql =
            "SELECT l.proposal, l.kind, b.body FROM ledger l JOIN ledger_bodies b ON b.chain = l.chain AND b.n = l.n
                   WHERE l.proposal IS NOT NULL AND l.kind <> 'dropped' ORDER BY l.seq";
        let mut entries: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in self.db.look(sql) {
            let body: Body = row.json("body").unwrap();
            let (kind, note) = (row.text("kind").unwrap().to_owned(), body.note.unwrap_or_default());
            let entry = Entry { kind, status: body.approval_status.unwrap(), note };
            entries.entry(row.parse("proposal").unwrap()).or_default().push(entry);
        }
        entries
    }

    fn agreed(&self, entries: &Entries) -> Result<(), Broken> {
        let effects = self.effects();
        let sql = "SELECT id, status, action_kind, digest, decision FROM proposals";
        for row in self.db.look(sql) {
            let (id, status): (ProposalId, ProposalStatus) = (row.parse("id").unwrap(), row.parse("status").unwrap());
            let happened = effects.get(&id).copied().unwrap_or_default();
            let by_machine = entries[&id].iter().any(|entry| entry.kind == "executed" && entry.note != FOUND_DONE);
            let settled = matches!(status, ProposalStatus::Done | ProposalStatus::Undone);
            let should = usize::from(settled && by_machine);
            holds(Promise::Agreed, happened == should, || format!("{id} is {status} and has {happened} effects"))?;
            let approved = entries[&id].iter().any(|entry| entry.kind == "approved");
            let acted = happened > 0 || matches!(status, ProposalStatus::Executing | ProposalStatus::Approved);
            holds(Promise::Agreed, approved || !acted, || format!("{id} is {status} and was never approved"))?;
            holds(Promise::Agreed, !acted || self.agreed_to(id, &row), || format!("{id} is not what was agreed to"))?;
            let kind: ActionKind = row.parse("action_kind").unwrap();
            if kind == ActionKind::NotifyInternal {
                self.told_once(id, happened == 1, &entries[&id])?;
            }
            let left = kind.base_risk() != Risk::Critical || !(acted || approved);
            holds(Promise::HumanOwned, left, || format!("{id}, a {kind}, is {status}"))?;
        }
        Ok(())
    }

    /// Checks the requests that a tool has received for a proposal.
    fn told_once(&self, id: ProposalId, done: bool, entries: &[Entry]) -> Result<(), Broken> {
        if self.team.repeatable() == Repeatable::Idempotent {
            let key = ("webhook-id", id.to_string());
            let seen = self.tool.done().iter().filter(|request| request.headers.contains(&key)).count();
            return holds(Promise::Agreed, seen <= 1 && (seen == 1 || !done), || format!("{id} was done {seen} times"));
        }
        let again = |entry: &Entry| entry.note.contains("answered 429") || entry.note.contains("answered 503");
        let sure = entries.iter().filter(|entry| entry.kind == "attempt_failed").all(again);
        holds(Promise::Agreed, sure, || format!("{id} may have been sent twice: {entries:?}"))
    }

    fn agreed_to(&self, id: ProposalId, row: &Row) -> bool {
        let decision: Option<Decision> = row.optional_json("decision").unwrap();
        match decision.map(|decision| decision.by) {
            Some(Actor::Person(_)) => {
                let digest = Digest(row.text("digest").unwrap().to_owned());
                self.memory.borrow().agreed.get(&id).is_some_and(|agreed| agreed.contains(&digest))
            }
            Some(Actor::Rule(_)) => true,
            _ => false,
        }
    }

    /// The number of effects of each proposal.
    fn effects(&self) -> BTreeMap<ProposalId, usize> {
        let mut effects = BTreeMap::new();
        for table in ["tasks", "notes", "drafts", "notifications"] {
            for row in self.db.look(&format!("SELECT proposal FROM {table}")) {
                *effects.entry(row.parse("proposal").unwrap()).or_default() += 1;
            }
        }
        effects
    }

    fn written(&self, entries: &Entries) -> Result<(), Broken> {
        for row in self.db.look("SELECT id, status, version FROM proposals") {
            let (id, status): (ProposalId, ProposalStatus) = (row.parse("id").unwrap(), row.parse("status").unwrap());
            let Some(own) = entries.get(&id) else {
                return Err(Broken { promise: Promise::Written, what: format!("{id} has no entry") });
            };
            let changes = usize::try_from(row.integer("version").unwrap()).unwrap();
            holds(Promise::Written, own.len() == changes, || {
                format!("{id} changed {changes} times and has {} entries", own.len())
            })?;
            let last = own.last().map(|entry| entry.status);
            holds(Promise::Written, last == Some(status), || {
                format!("{id} is {status}, its last entry says {last:?}")
            })?;
            let legal = own.windows(2).all(|pair| {
                let (from, to) = (pair[0].status, pair[1].status);
                from == to || from.successors().contains(&to)
            });
            holds(Promise::Written, legal, || format!("{id} went through {own:?}"))?;
        }
        let verified = self.db.failures.suspended(|| block_on(verify(&self.db)).unwrap());
        holds(Promise::Written, verified.ok, || format!("the ledger does not verify: {verified:?}"))
    }
}
