//! The promises, under whatever a few hundred seeds come up with.

#![allow(clippy::unwrap_used, missing_docs)]

use nerve_simulation::{generate, run};
use std::collections::BTreeSet;

/// A fixed set, so that a red build is red again; `cargo xtask simulate` goes on from here.
#[test]
fn every_promise_holds_after_every_operation() {
    let mut seen = BTreeSet::new();
    for seed in 0..150 {
        match run(&generate(seed, 300)) {
            Ok(report) => seen.extend(report.entries.into_keys()),
            Err((broken, after)) => {
                panic!("{broken}\nafter {after} operations: cargo xtask simulate --seed {seed} --seeds 1")
            }
        }
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
