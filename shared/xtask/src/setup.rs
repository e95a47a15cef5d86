//! Puts the pinned tools into the project. Fast when there is nothing to do.

use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::process::{aside, capture, run as step};
use crate::project::Project;

/// What workers are compiled to.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Node.js that can install the pinned one.
const OLDEST_NODE: u32 = 20;

/// Sets up everything that any command needs. Two at a time would trip over each other.
pub(crate) fn run(project: &Project) -> Result<()> {
    let _lock = lock(project)?;
    compiler(project)?;
    packages(project)
}

/// Held until dropped; waits for whoever holds it.
pub(crate) fn lock(project: &Project) -> Result<File> {
    let folder = project.path(".tools");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let file = File::create(folder.join("lock")).context("cannot create the lock file")?;
    if file.try_lock().is_err() {
        crate::output::note("waiting for another xtask of this project to finish its set-up or build");
        file.lock().context("cannot lock the project")?;
    }
    Ok(file)
}

/// What compiling takes, for whoever builds no worker.
pub(crate) fn compiler_only(project: &Project) -> Result<()> {
    let _lock = lock(project)?;
    compiler(project)
}

/// What compiling takes.
pub(crate) fn compiler(project: &Project) -> Result<()> {
    let rust = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
    version(project, "rustup", rust)?;
    version(project, "rustc", rust)?;
    add_wasm_target(project)
}

/// What bundling and running take.
pub(crate) fn packages(project: &Project) -> Result<()> {
    let node = "curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - && sudo apt-get install -y nodejs";
    let found = version(project, "node", node)?;
    if major(&found).is_none_or(|major| major < OLDEST_NODE) {
        bail!("node is {}, but {OLDEST_NODE} or later is needed; install it with: {node}", found.trim());
    }
    version(project, "npm", node)?;
    install_npm_packages(project)
}

fn version(project: &Project, program: &str, install: &str) -> Result<String> {
    capture(project.command(program).arg("--version"))
        .with_context(|| format!("{program} is needed; install it with: {install}"))
}

/// `22` of `v22.12.0`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn add_wasm_target(project: &Project) -> Result<()> {
    let mut rustc = project.command("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    if PathBuf::from(capture(&mut rustc)?.trim()).is_dir() {
        return Ok(());
    }
    step(
        "Adding the WebAssembly target to the Rust toolchain",
        project.command("rustup").args(["target", "add", WASM_TARGET]),
    )
}

/// The stamp is the lock file that was installed, beside what was installed from it.
fn install_npm_packages(project: &Project) -> Result<()> {
    let wanted = fs::read(project.path("package-lock.json")).context("cannot read package-lock.json")?;
    let stamp = project.path("node_modules/.installed-package-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    aside("npm packages", project.command("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]))?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("22.1.0"), None);
    }
}
