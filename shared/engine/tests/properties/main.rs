//! Properties that hold in any order of events: the record of each event, and the state after merges are undone.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod happening;
mod known;
mod order;
mod undoing;
mod world;

use proptest::test_runner::{Config, RngSeed};

/// The same cases in each run. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` find others.
fn config(cases: u32) -> Config {
    let asked = Config::default();
    let said = |variable| std::env::var_os(variable).is_some();
    Config {
        cases: if said("PROPTEST_CASES") { asked.cases } else { cases },
        rng_seed: if said("PROPTEST_RNG_SEED") { asked.rng_seed } else { RngSeed::Fixed(1) },
        max_shrink_iters: 200,
        failure_persistence: None,
        ..asked
    }
}
