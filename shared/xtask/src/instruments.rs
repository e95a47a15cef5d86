//! `cargo xtask simulate | torture | bench`: what proves or breaks the promises, and what counts the cost. Each takes
//! its own options; `--help` lists them.

use anyhow::Result;

use crate::profile::Profile;
use crate::project::Project;
use crate::{build, process, workers};

/// Plays faults from seeds against the core, natively.
pub(crate) fn simulate(project: &Project, options: &[String]) -> Result<()> {
    let mut cargo = project.cargo();
    cargo.args(["run", "--release", "--quiet", "--package", "nerve-simulation", "--"]).args(options);
    process::run("Simulation", &mut cargo)
}

/// Kills the real runtime again and again while it works.
pub(crate) fn torture(project: &Project, options: &[String]) -> Result<()> {
    on_built_workers(project, "Torture", "tests/torture/run.mjs", options)
}

/// Measures the built workers, and writes `docs/benchmarks`.
pub(crate) fn bench(project: &Project, options: &[String]) -> Result<()> {
    on_built_workers(project, "Benchmarks", "tests/bench/run.mjs", options)
}

fn on_built_workers(project: &Project, title: &str, program: &str, options: &[String]) -> Result<()> {
    build::build(project, &workers::all(project)?, Profile::Release)?;
    process::run(title, project.node().args(["--no-warnings", program]).args(options))
}
