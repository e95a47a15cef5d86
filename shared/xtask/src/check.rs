//! `cargo xtask check`: the checks of the code that need no run of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::modules::Modules;
use crate::output::{self, Stopwatch};
use crate::process::{self, capture};
use crate::profile::Profile;
use crate::project::Project;
use crate::rules::{self, Package};
use crate::setup::WASM_TARGET;
use crate::workers::Worker;
use crate::{build, names, setup, size, sources, workers, wrangler};

/// Runs all checks, quick ones first.
pub(crate) fn run(project: &Project) -> Result<()> {
    let watch = Stopwatch::start();
    setup::compiler_only(project)?;
    process::run("Formatting", project.cargo().args(["fmt", "--all", "--check"]))?;
    let metadata: Value =
        serde_json::from_str(&capture(project.cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?)?;
    let packages = rules::packages(&metadata, project.root())?;
    // All of these report together: none takes long, and none depends on another.
    for structure in [dependencies(&packages), imports(&packages), configuration(project), terms(project)] {
        structure?;
    }
    lints(project, &packages)?;
    documentation(project)?;
    sizes(project)?;
    output::summary("All checks passed after", watch);
    Ok(())
}

fn dependencies(packages: &[Package]) -> Result<()> {
    verdict("Dependencies", &rules::violations(packages), "all are allowed", "dependencies are not allowed")
}

/// Checks that neither crates nor modules import one another in a loop.
fn imports(packages: &[Package]) -> Result<()> {
    let mut loops = Vec::new();
    for package in packages {
        for root in &package.roots {
            let found = Modules::of(root)?.loops();
            loops.extend(found.into_iter().map(|way| format!("{}: {way}", package.name)));
        }
    }
    verdict("Modules", &loops, "no loops", "loops of modules")
}

/// Compares settings that occur in several files, each of which is read separately.
fn configuration(project: &Project) -> Result<()> {
    let workers = workers::all(project)?;
    let path = |worker: &Worker| worker.config_dir.join("wrangler.toml");
    let files: Vec<wrangler::File<'_>> =
        workers.iter().map(|worker| (relative(project, &path(worker)), &worker.config)).collect();
    let mut findings = wrangler::disagreements(&files);
    let folders = workers.iter().filter(|worker| worker.is_source());
    let folders = folders.filter_map(|worker| Some(worker.dir.file_name()?.to_str()?.to_owned())).collect();
    let front_door = workers.iter().find(|worker| worker.is_front_door()).context("the gateway is missing")?;
    let table = fs::read_to_string(project.path("docs/SOURCES.md"))?;
    findings.extend(sources::strays(&folders, &front_door.config, &table));
    verdict("Configuration", &findings, "all settings agree", "settings disagree")
}

/// Checks for names that the field has a term for.
fn terms(project: &Project) -> Result<()> {
    verdict("Names", &names::replaced(project)?, "no replaced name is in use", "replaced names are in use")
}

/// A path relative to the root of the project.
fn relative(project: &Project, path: &Path) -> String {
    path.strip_prefix(project.root()).unwrap_or(path).display().to_string()
}

/// A step that prints each finding and fails if there is one.
fn verdict(title: &str, findings: &[String], good: &str, bad: &str) -> Result<()> {
    output::section(title);
    findings.iter().for_each(|finding| output::note(finding));
    match findings.len() {
        0 => output::note(good),
        count => bail!("{count} {bad}"),
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
