//! The engine on real SQLite, fakes, and a clock one can set.

mod parts;
mod verbs;
mod views;

use crate::{FakeQueue, FakeTool, Objects, SeededEntropy, Sqlite, events::NOW};
use nerve_connectors::Team;
use nerve_model::{Actor, Millis, Operation, ProposalId, RecordId, TimeZone, Timestamp};
use nerve_ports::{Operations, Unreachable};
use nerve_recommend::Playbook;
use std::cell::{Cell, RefCell};

/// The state behind the engine's steps, and the steps as verbs.
#[derive(Debug)]
pub struct World {
    /// The shared database.
    pub db: Sqlite,
    /// Inboxes and timelines.
    pub objects: Objects,
    /// Proposals announced to the executor.
    pub actions: FakeQueue<ProposalId>,
    /// Records announced to the agent.
    pub situations: FakeQueue<RecordId>,
    /// Repeatable randomness.
    pub entropy: SeededEntropy,
    /// The rules.
    pub playbook: Playbook,
    /// The team's tool.
    pub tool: FakeTool,
    /// The way the team is notified.
    pub team: Team,
    /// The operations in the executor's answer.
    pub operations: FakeOperations,
    /// The clock: it stands still until a test moves it.
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
            playbook: Playbook::load(TimeZone::default()).unwrap(),
            tool: FakeTool::default(),
            team: Team::Console,
            operations: FakeOperations::of(&Team::Console),
            now: Cell::new(NOW),
        }
    }
}

impl World {
    /// A world without events, at [`NOW`].
    pub fn new() -> Self {
        Self::default()
    }

    /// A world with many uncounted records: among few, any similarity would be a coincidence.
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

    /// Advances the clock.
    pub fn later(&self, span: Millis) {
        self.now.set(self.now.get() + span);
    }
}

/// The executor's answer with its operations.
#[derive(Debug)]
pub struct FakeOperations(RefCell<Result<Vec<Operation>, Unreachable>>);

impl FakeOperations {
    /// The operations of a deployment that notifies its team this way.
    pub fn of(team: &Team) -> Self {
        Self(RefCell::new(Ok(nerve_connectors::operations(team))))
    }

    /// Replaces the operations; an error stands for an unreachable executor.
    pub fn set(&self, operations: Result<Vec<Operation>, Unreachable>) {
        *self.0.borrow_mut() = operations;
    }

    /// Changes each operation.
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

/// The actor for a person of this name.
pub fn person(name: &str) -> Actor {
    Actor::Person(name.to_owned())
}
