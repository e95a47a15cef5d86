//! Compiles workers and bundles those that changed.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, anyhow};
use sha2::{Digest, Sha256};

use crate::output::{self, Stopwatch};
use crate::process::{self, capture};
use crate::project::Project;
use crate::setup::{self, WASM_TARGET};
use crate::size;
use crate::workers::{self, Worker};

/// Beside a bundle: the digest of what it was made from.
const STAMP: &str = ".made-from";

/// Sets up, builds all or the named workers, and prints their sizes.
pub(crate) fn run(project: &Project, names: &[String]) -> Result<()> {
    setup::run(project)?;
    let workers = workers::named(project, names)?;
    build(project, &workers)?;
    println!("\n{}", size::table(&size::measure(&workers)?));
    Ok(())
}

/// Compiles all workers in one go, then bundles those whose code is not what it was.
///
/// `worker-build` alone would optimize every worker anew each time; and one worker after the
/// other, it would compile shared crates once for each set of features.
pub(crate) fn build(project: &Project, workers: &[Worker]) -> Result<()> {
    let _lock = setup::lock(project)?;
    process::run(&format!("Compiling {} workers", workers.len()), project.cargo().args(compile(workers)))?;
    let mut changed = Vec::new();
    for worker in workers {
        let digest = digest(project, worker)?;
        if !is_bundled(worker, &digest) {
            changed.push((worker, digest));
        }
    }
    bundle_all(project, workers, &changed)
}

/// What `worker-build` calls cargo with, and so what finds everything fresh when it does.
fn compile(workers: &[Worker]) -> Vec<String> {
    let fixed = ["build", "--lib", "--release", "--target", WASM_TARGET];
    fixed.into_iter().map(String::from).chain(packages(workers)).collect()
}

fn packages(workers: &[Worker]) -> impl Iterator<Item = String> {
    workers.iter().flat_map(|worker| ["--package".to_owned(), worker.package.clone()])
}

/// Over the compiled code, the versions of whatever turns it into a bundle, and how this file does it.
fn digest(project: &Project, worker: &Worker) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(include_bytes!("build.rs"));
    for input in [&worker.wasm, &project.path("package-lock.json"), &project.path(".tools/.crates.toml")] {
        let bytes = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    Ok(hex::encode(hash.finalize()))
}

fn is_bundled(worker: &Worker, digest: &str) -> bool {
    let bundle = worker.bundle();
    ["index.js", "index_bg.wasm"].iter().all(|file| bundle.join(file).is_file())
        && fs::read_to_string(bundle.join(STAMP)).is_ok_and(|stamp| stamp == digest)
}

/// As many at a time as there are cores: most of it is one optimizer with one thread.
fn bundle_all(project: &Project, workers: &[Worker], changed: &[(&Worker, String)]) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    output::section(&format!("Bundling {} workers", changed.len()));
    let watch = Stopwatch::start();
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let work = || {
        while let Some((worker, digest)) = changed.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = bundle(project, workers, worker, digest) {
                next.store(changed.len(), Ordering::Relaxed);
                failure.lock().map(|mut slot| slot.get_or_insert(error).to_string()).ok();
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(changed.len()));
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    match failure.into_inner().map_err(|_| anyhow!("a bundling thread panicked"))? {
        Some(error) => Err(error),
        None => {
            output::note(&format!("done in {}", output::duration(watch.elapsed())));
            Ok(())
        }
    }
}

/// The stamp goes first and comes last, so that a bundle without one is never taken for complete.
fn bundle(project: &Project, workers: &[Worker], worker: &Worker, digest: &str) -> Result<()> {
    let watch = Stopwatch::start();
    let stamp = worker.bundle().join(STAMP);
    if stamp.exists() {
        fs::remove_file(&stamp).with_context(|| format!("cannot remove {}", stamp.display()))?;
    }
    capture(&mut worker_build(project, workers, &worker.dir)).with_context(|| format!("bundling {}", worker.name))?;
    capture(&mut optimize(project, worker)).with_context(|| format!("optimizing {}", worker.name))?;
    fs::write(&stamp, digest).with_context(|| format!("cannot write {}", stamp.display()))?;
    output::note(&format!("{}: {}", worker.name, output::duration(watch.elapsed())));
    Ok(())
}

/// Not left to `worker-build`, which insists on keeping the names of functions, a sixth of the size; nothing reads them:
/// a panic is reported with its place in the source. Functions are inlined only where they are tiny: the optimizer's own
/// limits make what is uploaded a twentieth larger.
fn optimize(project: &Project, worker: &Worker) -> Command {
    let wasm = worker.bundle().join("index_bg.wasm");
    let mut command = project.command(project.npm_bin("wasm-opt"));
    // The features that the compiler uses, and no newer ones.
    let features = ["bulk-memory", "exception-handling", "multivalue", "mutable-globals", "nontrapping-float-to-int"];
    command.args(features.map(|feature| format!("--enable-{feature}")));
    command.args(["--enable-reference-types", "--enable-sign-ext", "-Os", "--strip-debug", "--strip-producers"]);
    command.args(["--always-inline-max-function-size", "2", "--flexible-inline-max-function-size", "10"]);
    command.args(["--one-caller-inline-max-function-size", "5"]);
    // Functions of one library next to one another compress better.
    command.args(["--reorder-functions-by-name", "-o"]).arg(&wasm).arg(&wasm);
    command
}

fn worker_build(project: &Project, workers: &[Worker], dir: &Path) -> Command {
    let mut command = project.command(project.tool("worker-build"));
    command.current_dir(dir).args(["--release", "--no-opt", ".", "--"]).args(packages(workers));
    for (variable, tool) in [
        ("WASM_BINDGEN_BIN", project.tool("wasm-bindgen")),
        ("WASM_OPT_BIN", project.npm_bin("wasm-opt")),
        ("ESBUILD_BIN", project.npm_bin("esbuild")),
    ] {
        command.env(variable, tool);
    }
    command
}
