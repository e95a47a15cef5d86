//! `cargo xtask simulate | torture | bench`: the tests of the promises under faults, and the measurement of cost. Each
//! has its own options; `--help` lists them.

use anyhow::Result;

use crate::profile::Profile;
use crate::project::Project;
use crate::{build, process, workers};

/// Injects faults from seeds into the core, natively.
pub(crate) fn simulate(project: &Project, options: &[String]) -> Result<()> {
    let mut cargo = project.cargo();
    cargo.args(["run", "--release", "--quiet", "--package", "nerve-simulation", "--"]).args(options);
    process::run("Simulation", &mut cargo)
}

/// Kills the real runtime repeatedly while it works.
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
