//! Runs the matcher on CSV files as production would: one event at a time, candidates by keys.
//!
//! ```text
//! matching predict  [--model M.json] --base base.csv --events events.csv --out predictions.csv
//! matching dedupe   [--model M.json] --records records.csv --out clusters.csv
//! matching estimate --start M.json --base base.csv --events events.csv [--truth truth.csv] [--origin TEXT] --out M.json
//! matching import-splink --settings splink.json [--model M.json] --out M.json
//! ```
//!
//! Models for columns other than a customer's are in `tests/matching/models`. Without `--model` the shipped one is
//! used. Without `--truth` the estimate is by expectation maximisation, without calibration.

mod arguments;
mod dedupe;
mod estimate;
mod import;
mod index;
mod predict;
mod set;

use std::{error::Error, process::ExitCode};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let arguments = arguments::Arguments::read(std::env::args().skip(1))?;
    match arguments.command.as_str() {
        "dedupe" => dedupe::run(&arguments),
        "estimate" => estimate::run(&arguments),
        "import-splink" => import::run(&arguments),
        "predict" => predict::run(&arguments),
        other => Err(format!("no such command: {other:?}").into()),
    }
}
