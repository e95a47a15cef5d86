//! Compiles workers and bundles those that changed.

use std::cmp::Reverse;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Result, anyhow};

use crate::bundle::{self, BUNDLER};
use crate::output::{self, Stopwatch};
use crate::process;
use crate::profile::Profile;
use crate::project::Project;
use crate::setup::{self, WASM_TARGET};
use crate::size;
use crate::workers::{self, Worker};

/// Builds all or the named workers as they are deployed, and prints their sizes.
pub(crate) fn run(project: &Project, names: &[String]) -> Result<()> {
    let workers = workers::named(project, names)?;
    build(project, &workers, Profile::Release)?;
    println!("\n{}", size::table(&size::measure(&workers)?));
    Ok(())
}

/// Sets up what is missing, compiles all workers in one go, and bundles those whose code is not what it was.
///
/// One worker after the other, cargo would compile shared crates once for each set of features. Nothing that is
/// compiled needs the npm packages, so both come at once.
pub(crate) fn build(project: &Project, workers: &[Worker], profile: Profile) -> Result<()> {
    let _lock = setup::lock(project)?;
    setup::compiler(project)?;
    let (compiled, packages) = thread::scope(|scope| {
        let packages = scope.spawn(|| setup::packages(project));
        (compile(project, workers, profile), packages.join())
    });
    compiled?;
    packages.map_err(|_| anyhow!("the set-up panicked"))??;
    let mut changed = Vec::new();
    for worker in workers {
        let digest = bundle::digest(project, worker, profile)?;
        if !bundle::is_made(worker, profile, &digest) {
            changed.push((worker, digest));
        }
    }
    // The largest first, or the others wait for it in the end.
    changed.sort_by_key(|(worker, _)| Reverse(fs::metadata(worker.wasm(profile)).map_or(0, |file| file.len())));
    bundle_all(project, profile, &changed)
}

fn compile(project: &Project, workers: &[Worker], profile: Profile) -> Result<()> {
    let mut wasm = project.cargo();
    wasm.args(["build", "--lib", "--profile", profile.name(), "--target", WASM_TARGET]);
    for worker in workers {
        wasm.args(["--package", &worker.package]);
    }
    process::run(&format!("Compiling {} workers", workers.len()), &mut wasm)?;
    process::run("Compiling what bundles them", project.cargo().args(["build", "--package", BUNDLER]))
}

/// As many at a time as there are cores: most of it is one optimizer with one thread.
fn bundle_all(project: &Project, profile: Profile, changed: &[(&Worker, String)]) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let title = format!("Bundling {} workers", changed.len());
    output::section(&title);
    let watch = Stopwatch::start();
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let work = || {
        while let Some((worker, digest)) = changed.get(next.fetch_add(1, Ordering::Relaxed)) {
            let watch = Stopwatch::start();
            if let Err(error) = bundle::make(project, worker, profile, digest) {
                next.store(changed.len(), Ordering::Relaxed);
                failure.lock().map(|mut slot| slot.get_or_insert(error).to_string()).ok();
                continue;
            }
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            let took = output::duration(watch.elapsed());
            output::note(&format!("{done} of {}: {}, {took}", changed.len(), worker.name));
        }
    };
    let threads = thread::available_parallelism().map_or(1, |cores| cores.get().min(changed.len()));
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    match failure.into_inner().map_err(|_| anyhow!("a bundling thread panicked"))? {
        Some(error) => Err(error),
        None => {
            output::done(&title, watch);
            Ok(())
        }
    }
}
