//! Makes of a compiled worker what is uploaded or run: one file of JavaScript, one of WebAssembly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::process::capture;
use crate::profile::Profile;
use crate::project::Project;
use crate::workers::Worker;

/// Beside a bundle: the digest of what it was made from.
const STAMP: &str = ".made-from";

/// What a bundle consists of.
pub(crate) const FILES: [&str; 2] = ["index.js", "index_bg.wasm"];

/// The package that makes the bindings.
pub(crate) const BUNDLER: &str = "bundler";

/// Where cargo puts it.
fn bundler(worker: &Worker) -> PathBuf {
    worker.target.join("debug").join(BUNDLER)
}

/// Over the compiled code, and whatever turns it into a bundle.
pub(crate) fn digest(project: &Project, worker: &Worker, profile: Profile) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(include_bytes!("bundle.rs"));
    for input in [&worker.wasm(profile), &bundler(worker), &project.path("package-lock.json")] {
        let bytes = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    Ok(hex::encode(hash.finalize()))
}

/// Whether the bundle was made from what `digest` says.
pub(crate) fn is_made(worker: &Worker, profile: Profile, digest: &str) -> bool {
    let folder = worker.bundle(profile);
    FILES.iter().all(|file| folder.join(file).is_file())
        && fs::read_to_string(folder.join(STAMP)).is_ok_and(|stamp| stamp == digest)
}

/// The stamp goes first and comes last, so that a bundle without one is never taken for complete.
pub(crate) fn make(project: &Project, worker: &Worker, profile: Profile, digest: &str) -> Result<()> {
    let folder = worker.bundle(profile);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    let parts = folder.join("parts");
    fs::create_dir_all(&parts).with_context(|| format!("cannot create {}", parts.display()))?;
    capture(project.command(bundler(worker)).arg(worker.wasm(profile)).arg(&parts))
        .with_context(|| format!("bundling {}", worker.name))?;
    let wasm = folder.join("index_bg.wasm");
    fs::rename(parts.join("index_bg.wasm"), &wasm).with_context(|| format!("{} has no code", worker.name))?;
    join(project, &parts, &folder.join("index.js")).with_context(|| format!("bundling {}", worker.name))?;
    fs::remove_dir_all(&parts).with_context(|| format!("cannot remove {}", parts.display()))?;
    if profile == Profile::Release {
        capture(&mut optimize(project, &wasm)).with_context(|| format!("optimizing {}", worker.name))?;
    }
    let stamp = folder.join(STAMP);
    fs::write(&stamp, digest).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Everything that the shim imports, in one file. What the platform imports by `import source` it does by itself for
/// any WebAssembly module.
fn join(project: &Project, parts: &Path, to: &Path) -> Result<()> {
    let mut esbuild = project.command(project.npm_bin("esbuild"));
    esbuild.current_dir(parts).args(["./shim.js", "--bundle", "--format=esm", "--minify", "--log-level=error"]);
    esbuild.args(["--external:./index_bg.wasm", "--external:cloudflare:*"]);
    let script = capture(&mut esbuild)?.replace("import source ", "import ");
    fs::write(to, script).with_context(|| format!("cannot write {}", to.display()))
}

/// Without the names of functions, a sixth of the size; nothing reads them: a panic is reported with its place in the
/// source. Functions are inlined only where they are tiny: the optimizer's own limits make what is uploaded a twentieth
/// larger.
fn optimize(project: &Project, wasm: &Path) -> Command {
    let mut command = project.command(project.npm_bin("wasm-opt"));
    // The features that the compiler uses, and no newer ones.
    let features = ["bulk-memory", "exception-handling", "multivalue", "mutable-globals", "nontrapping-float-to-int"];
    command.args(features.map(|feature| format!("--enable-{feature}")));
    command.args(["--enable-reference-types", "--enable-sign-ext", "-Os", "--strip-debug", "--strip-producers"]);
    command.args(["--always-inline-max-function-size", "2", "--flexible-inline-max-function-size", "10"]);
    command.args(["--one-caller-inline-max-function-size", "5"]);
    // Functions of one library next to one another compress better.
    command.args(["--reorder-functions-by-name", "-o"]).arg(wasm).arg(wasm);
    command
}
