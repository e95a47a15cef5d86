//! Puts the pinned tools into the project. Fast when there is nothing to do.

use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::process::{capture, run as step};
use crate::project::Project;

/// What workers are compiled to.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The version that `Cargo.lock` has of the library: the two understand only their equals.
const WASM_BINDGEN: &str = "0.2.129";

/// The version that `Cargo.toml` has of the `worker` crate.
const WORKER_BUILD: &str = "0.8.7";

/// The oldest Node.js that can install the pinned one.
const OLDEST_NODE: u32 = 20;

/// Sets up everything that any command needs. Two at a time would trip over each other.
pub(crate) fn run(project: &Project) -> Result<()> {
    let _lock = lock(project)?;
    check_prerequisites(project)?;
    add_wasm_target(project)?;
    install_npm_packages(project)?;
    install_cargo_tools(project)
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

fn check_prerequisites(project: &Project) -> Result<()> {
    let rust = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
    let node = "curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - && sudo apt-get install -y nodejs";
    version(project, "rustup", rust)?;
    version(project, "rustc", rust)?;
    let found = version(project, "node", node)?;
    if major(&found).is_none_or(|major| major < OLDEST_NODE) {
        bail!("node is {}, but {OLDEST_NODE} or later is needed; install it with: {node}", found.trim());
    }
    version(project, "npm", node).map(|_| ())
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
    step(
        "Installing the npm packages",
        project.command("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]),
    )?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// One call for both tools, so that they share what they are built from. Without optimization:
/// they are as good as instantaneous either way, and build in a third of the time.
fn install_cargo_tools(project: &Project) -> Result<()> {
    let up_to_date =
        installed(project, "wasm-bindgen", WASM_BINDGEN) && installed(project, "worker-build", WORKER_BUILD);
    if up_to_date {
        return Ok(());
    }
    let target = project.path(".tools/target");
    let mut cargo = project.cargo();
    cargo.args(["install", "--locked", "--debug", "--force", "--root"]).arg(project.path(".tools"));
    cargo.arg(format!("wasm-bindgen-cli@{WASM_BINDGEN}")).arg(format!("worker-build@{WORKER_BUILD}"));
    cargo.env("CARGO_TARGET_DIR", &target);
    step("Compiling the build tools, once (2 to 8 minutes)", &mut cargo)?;
    fs::remove_dir_all(&target).with_context(|| format!("cannot remove {}", target.display()))
}

/// Whether a tool is there in exactly this version: it prints `0.8.7` or `wasm-bindgen 0.2.129`.
fn installed(project: &Project, tool: &str, version: &str) -> bool {
    let path = project.tool(tool);
    path.is_file()
        && capture(project.command(path).arg("--version"))
            .is_ok_and(|printed| printed.split_whitespace().last() == Some(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("22.1.0"), None);
    }

    #[test]
    fn tools_and_libraries_have_the_same_version() {
        let lock = fs::read_to_string(Project::find().unwrap().path("Cargo.lock")).unwrap();
        let has = |name, version| lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n"));
        assert!(has("wasm-bindgen", WASM_BINDGEN));
        assert!(has("worker", WORKER_BUILD));
    }
}
