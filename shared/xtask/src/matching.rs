//! `cargo xtask matching`: compares the matcher with Splink and dedupe. Only these two need Python.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{capture, run as step};
use crate::project::Project;

/// The Python environment of the tools compared with.
const ENVIRONMENT: &str = "target/matching/venv";
const REQUIREMENTS: &str = "tests/matching/requirements.txt";

/// Builds the matcher, installs the other tools, and runs all on the same data.
pub(crate) fn run(project: &Project, options: &[String]) -> Result<()> {
    let python = install(project)?;
    let mut build = project.cargo();
    build.args(["build", "--release", "--quiet", "--package", "nerve-matching", "--example", "matching"]);
    step("Matcher", &mut build)?;
    let matcher = project.path("target/release/examples/matching");
    let mut measure = project.command(python);
    measure.arg("tests/matching/run.py").arg("--matcher").arg(matcher).args(options);
    step("Matching", &mut measure)
}

/// The Python of an environment with the pinned packages.
fn install(project: &Project) -> Result<PathBuf> {
    let python = project.path(ENVIRONMENT).join("bin/python");
    if !python.exists() {
        capture(project.command("python3").args(["-m", "venv", ENVIRONMENT]))
            .context("Python 3.11 or later with its venv module is needed; on Debian: apt-get install python3-venv")?;
    }
    let mut pip = project.command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]);
    step("Splink and dedupe", &mut pip)?;
    Ok(python)
}
