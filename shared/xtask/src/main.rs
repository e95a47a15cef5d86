//! The project's own commands: `cargo xtask dev | test | check | build | new-source | fuzz | simulate | torture |
//! bench | matching`.
//!
//! Each sets up what it needs first, says what it is doing, and stops at the first failure with
//! one line of reason.

#![allow(clippy::indexing_slicing, reason = "all of it is JSON, where what is missing reads as null")]

mod browser;
mod build;
mod bundle;
mod check;
mod clock;
mod demo;
mod dev;
mod fuzz;
mod guard;
mod http;
mod instance;
mod instruments;
mod matching;
mod modules;
mod names;
mod native;
mod output;
mod process;
mod profile;
mod project;
mod rules;
mod scaffold;
mod schema;
mod server;
mod setup;
mod size;
mod sources;
mod suite;
mod tally;
mod tokens;
mod vars;
mod workers;
mod wrangler;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, run and check Nerve")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install the pinned tools; every other command does this by itself
    Setup,
    /// Build all workers, or the named ones, and print their sizes
    Build { workers: Vec<String> },
    /// Start every worker on one port of this machine
    Dev(dev::Options),
    /// Run every test, or those that the options leave
    Test(suite::Options),
    /// Make the folder of a new source, with a failing test to start from
    NewSource { name: String },
    /// Feed any bytes to a source, for as long as one likes; options are libFuzzer's, such as `-max_total_time=60`
    #[command(disable_help_flag = true)]
    Fuzz {
        source: String,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Check formatting, lints, documentation, dependencies and sizes
    Check,
    /// Play faults from seeds against the core and check every promise after every step
    #[command(disable_help_flag = true)]
    Simulate {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Kill the real runtime again and again while it works, and check that nothing was lost or done twice
    #[command(disable_help_flag = true)]
    Torture {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Measure the built workers and write docs/benchmarks
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Measure identity resolution against Splink and dedupe and write docs/benchmarks/matching.md
    #[command(disable_help_flag = true)]
    Matching {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Run a program so that it cannot outlive this one's parent
    #[command(hide = true)]
    Guard {
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        program: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::Guard { program } = command {
        return guard::run(&program);
    }
    let project = project::Project::find()?;
    match command {
        Command::Setup => setup::run(&project)?,
        Command::Build { workers } => build::run(&project, &workers)?,
        Command::Dev(options) => return dev::run(&project, &options),
        Command::Test(options) => return suite::run(&project, &options),
        Command::NewSource { name } => scaffold::run(&project, &name)?,
        Command::Fuzz { source, options } => fuzz::run(&project, &source, &options)?,
        Command::Check => check::run(&project)?,
        Command::Simulate { options } => instruments::simulate(&project, &options)?,
        Command::Torture { options } => instruments::torture(&project, &options)?,
        Command::Bench { options } => instruments::bench(&project, &options)?,
        Command::Matching { options } => matching::run(&project, &options)?,
        Command::Guard { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}
