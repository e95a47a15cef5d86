//! Runs seed after seed and prints the result: `cargo xtask simulate`.

use clap::Parser;
use nerve_simulation::{Broken, Scenario, generate, run, shrink};
use std::{collections::BTreeMap, process::ExitCode, time::Instant};

/// Injects faults from seeds and checks all promises after each operation
#[derive(Parser)]
#[command(name = "cargo xtask simulate")]
struct Options {
    /// The number of seeds to run
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The number of operations for each seed
    #[arg(long, default_value_t = 300)]
    ops: usize,
}

#[expect(clippy::disallowed_methods, reason = "runs on this machine, not on the platform")]
fn main() -> ExitCode {
    let options = Options::parse();
    // A panic counts as a broken promise, and shrinking repeats it many times.
    std::panic::set_hook(Box::new(|_| {}));
    let (start, mut operations, mut entries) = (Instant::now(), 0, BTreeMap::new());
    for seed in options.seed..options.seed.saturating_add(options.seeds) {
        let scenario = generate(seed, options.ops);
        match run(&scenario) {
            Ok(report) => {
                operations += report.operations;
                report.entries.into_iter().for_each(|(kind, n)| *entries.entry(kind).or_insert(0) += n);
            }
            Err((broken, after)) => {
                println!("seed {seed} broke a promise after {} operations", operations + after);
                explain(&scenario, &broken);
                return ExitCode::FAILURE;
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = operations as f64 / seconds;
    println!("{} seeds, {operations} operations in {seconds:.1} s: {rate:.0} operations per second", options.seeds);
    println!("every promise held after every operation; the ledgers have");
    entries.iter().for_each(|(kind, n): (&String, &usize)| println!("    {n:>8} {kind}"));
    ExitCode::SUCCESS
}

fn explain(scenario: &Scenario, broken: &Broken) {
    println!("{broken}");
    let Scenario { takes_keys, operations } = shrink(scenario, broken.promise);
    println!("{} operations are enough (takes_keys: {takes_keys}):", operations.len());
    for operation in operations {
        println!("    {operation:?},");
    }
}
