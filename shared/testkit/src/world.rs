//! The engine on real SQLite, fakes, and a clock one can set.

mod parts;
mod verbs;
mod views;

use crate::{FakeQueue, FakeTool, Objects, SeededEntropy, Sqlite, events::NOW};
use nerve_connectors::Team;
use nerve_model::{Actor, Millis, Operation, ProposalId, RecordId, Timestamp};
use nerve_ports::{Operations, Unreachable};
use nerve_recommend::Playbook;
use std::cell::{Cell, RefCell};

/// Everything that the steps of the engine reach, and the steps as verbs.
#[derive(Debug)]
pub struct World {
    /// The shared database.
    pub db: Sqlite,
    /// Inboxes and timelines.
    pub objects: Objects,
    /// Proposals that were announced to the executor.
    pub actions: FakeQueue<ProposalId>,
    /// Records that were announced to the agent.
    pub situations: FakeQueue<RecordId>,
    /// Randomness that repeats itself.
    pub entropy: SeededEntropy,
    /// The rules.
    pub playbook: Playbook,
    /// The team's tool.
    pub tool: FakeTool,
    /// How the team is notified.
    pub team: Team,
    /// The operations that the executor says there are.
    pub operations: FakeOperations,
    /// The clock: it stands until a test moves it.
    pub now: Cell<Timestamp>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            db: Sqlite::default(),
            objects: Objects::default(),
            actions: FakeQueue::default(),
            situations: FakeQueue::default(),
            entropy: SeededEntropy::new(1),
            playbook: Playbook::load().unwrap(),
            tool: FakeTool::default(),
            team: Team::Console,
            operations: FakeOperations::of(&Team::Console),
            now: Cell::new(NOW),
        }
    }
}

impl World {
    /// Nothing has happened, and it is [`NOW`].
    pub fn new() -> Self {
        Self::default()
    }

    /// As if there were many others: among few, every likeness is a coincidence.
    pub fn populous() -> Self {
        let world = Self::new();
        world.db.tamper("INSERT INTO terms (field, value, n) VALUES ('', '', 20000)");
        world
    }

    /// Sets the clock.
    pub fn at(&self, now: Timestamp) -> &Self {
        self.now.set(now);
        self
    }

    /// Moves the clock on.
    pub fn later(&self, span: Millis) {
        self.now.set(self.now.get() + span);
    }
}

/// The executor's answer to who asks which operations there are.
#[derive(Debug)]
pub struct FakeOperations(RefCell<Result<Vec<Operation>, Unreachable>>);

impl FakeOperations {
    /// Those of a deployment whose team is notified like this.
    pub fn of(team: &Team) -> Self {
        Self(RefCell::new(Ok(nerve_connectors::operations(team))))
    }

    /// From now on these, or none because the executor is away.
    pub fn set(&self, operations: Result<Vec<Operation>, Unreachable>) {
        *self.0.borrow_mut() = operations;
    }

    /// Changes each of them.
    pub fn change(&self, change: impl FnMut(&mut Operation)) {
        if let Ok(operations) = &mut *self.0.borrow_mut() {
            operations.iter_mut().for_each(change);
        }
    }
}

impl Operations for FakeOperations {
    async fn operations(&self) -> Result<Vec<Operation>, Unreachable> {
        self.0.borrow().clone()
    }
}

/// A person of this name.
pub fn person(name: &str) -> Actor {
    Actor::Person(name.to_owned())
}
