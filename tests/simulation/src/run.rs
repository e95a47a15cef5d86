use crate::{
    operation::{Dice, Operation},
    promise::{Broken, Promise},
    world::World,
};
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

/// The report of a successful run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The number of operations.
    pub operations: usize,
    /// The number of ledger entries of each kind, which shows the coverage of the run.
    pub entries: BTreeMap<String, usize>,
    /// The whole ledger and the state of all proposals: the same for the same operations.
    pub end: String,
}

/// A world and its operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The team's tool has idempotency keys.
    pub takes_keys: bool,
    /// The operations, in order.
    pub operations: Vec<Operation>,
}

/// A scenario of this many operations from a seed; the tool has keys for every second seed.
pub fn generate(seed: u64, operations: usize) -> Scenario {
    let dice = Dice::new(seed);
    Scenario {
        takes_keys: seed.is_multiple_of(2),
        operations: (0..operations).map(|_| Operation::draw(&dice)).collect(),
    }
}

/// Performs the operations in a new world and lets it come to rest. An error contains the broken promise and the number
/// of operations before it.
pub fn run(scenario: &Scenario) -> Result<Report, (Broken, usize)> {
    let mut done = 0;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let world = Rc::new(World::new(scenario.takes_keys));
        for operation in &scenario.operations {
            world.perform(*operation);
            done += 1;
            world.check()?;
        }
        world.come_to_rest()?;
        Ok(Report { operations: done, entries: entries(&world), end: end(&world) })
    }));
    match outcome {
        Ok(result) => result.map_err(|broken| (broken, done)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err((Broken { promise: Promise::NoPanic, what: text.unwrap_or_default() }, done))
        }
    }
}

fn entries(world: &World) -> BTreeMap<String, usize> {
    let mut entries = BTreeMap::new();
    for row in world.db.look("SELECT kind FROM ledger") {
        *entries.entry(row.text("kind").unwrap().to_owned()).or_default() += 1;
    }
    entries
}

fn end(world: &World) -> String {
    let ledger = world.db.look("SELECT chain, n, kind, hash FROM ledger ORDER BY seq");
    let proposals = world.db.look("SELECT id, status, version, digest FROM proposals ORDER BY id");
    format!("{ledger:?}\n{proposals:?}")
}
