//! `cargo xtask check`: what has to hold of the code without running it.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::output::{self, Stopwatch};
use crate::process::{self, capture};
use crate::profile::Profile;
use crate::project::Project;
use crate::rules::{self, Package};
use crate::setup::WASM_TARGET;
use crate::{build, setup, size, workers};

/// Runs every check, the quick ones first.
pub(crate) fn run(project: &Project) -> Result<()> {
    let watch = Stopwatch::start();
    setup::compiler_only(project)?;
    process::run("Formatting", project.cargo().args(["fmt", "--all", "--check"]))?;
    let metadata: Value =
        serde_json::from_str(&capture(project.cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?)?;
    let packages = rules::packages(&metadata, project.root())?;
    dependencies(&packages)?;
    lints(project, &packages)?;
    documentation(project)?;
    sizes(project)?;
    output::summary("All checks passed after", watch);
    Ok(())
}

fn dependencies(packages: &[Package]) -> Result<()> {
    output::section("Dependencies");
    let violations = rules::violations(packages);
    for violation in &violations {
        output::note(violation);
    }
    match violations.len() {
        0 => output::note("point one way"),
        count => bail!("{count} dependencies are not allowed"),
    }
    Ok(())
}

fn lints(project: &Project, packages: &[Package]) -> Result<()> {
    let deny = ["--", "--deny", "warnings"];
    let mut native = project.cargo();
    native.args(["clippy", "--workspace", "--all-targets"]).args(deny);
    process::run("Lints, on this machine", &mut native)?;
    let mut wasm = project.cargo();
    wasm.args(["clippy", "--target", WASM_TARGET]);
    for name in rules::in_workers(packages).iter().collect::<BTreeSet<_>>() {
        wasm.args(["--package", name]);
    }
    process::run("Lints, as compiled to workers", wasm.args(deny))
}

fn documentation(project: &Project) -> Result<()> {
    let mut cargo = project.cargo();
    cargo.args(["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "--deny warnings");
    process::run("Documentation", &mut cargo)
}

fn sizes(project: &Project) -> Result<()> {
    let workers = workers::all(project)?;
    build::build(project, &workers, Profile::Release)?;
    output::section("Sizes");
    let sizes = size::measure(&workers)?;
    println!("{}", size::table(&sizes));
    size::check(&sizes)
}
