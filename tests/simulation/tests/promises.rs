//! The promises under a few hundred seeds.

#![allow(clippy::unwrap_used, missing_docs)]

use nerve_simulation::{generate, run};
use std::collections::BTreeSet;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Enough seeds for all usual operations to occur.
const SEEDS: u64 = 200;

/// The number of seeds; `SIMULATION_SEEDS` overrides it.
fn seeds() -> u64 {
    std::env::var("SIMULATION_SEEDS").map_or(SEEDS, |seeds| seeds.parse().unwrap())
}

/// A fixed set, so that a failure is repeatable; `cargo xtask simulate` continues from its end.
#[test]
fn every_promise_holds_after_every_operation() {
    let seeds = seeds();
    let next = AtomicU64::new(0);
    let play = || {
        let mut seen = BTreeSet::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return seen;
            }
            match run(&generate(seed, 300)) {
                Ok(report) => seen.extend(report.entries.into_keys()),
                Err((broken, after)) => {
                    panic!("{broken}\nafter {after} operations: cargo xtask simulate --seed {seed} --seeds 1")
                }
            }
        }
    };
    let players = thread::available_parallelism().map_or(1, NonZero::get);
    let seen: BTreeSet<_> = thread::scope(|scope| {
        let players: Vec<_> = (0..players).map(|_| scope.spawn(play)).collect();
        players.into_iter().flat_map(|player| player.join().unwrap()).collect()
    });
    if seeds < SEEDS {
        return;
    }
    let usual = [
        "proposed",
        "refreshed",
        "edited",
        "answered",
        "snoozed",
        "approved",
        "rejected",
        "withdrawn",
        "intent",
        "attempt_failed",
        "executed",
        "unknown",
        "reconsidered",
        "undone",
        "outcome",
        "granted",
        "revoked",
        "asked",
        "identified",
        "reopened",
        "merged",
        "unmerged",
    ];
    let missing: Vec<_> = usual.into_iter().filter(|kind| !seen.contains(*kind)).collect();
    assert_eq!(missing, [""; 0], "what never happened was not tested");
}

#[test]
fn the_same_operations_lead_to_the_same_end() {
    let operations = generate(1, 300);
    assert_eq!(run(&operations).unwrap(), run(&operations).unwrap());
}
