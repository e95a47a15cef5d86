//! `cargo xtask test`: every test there is, and an honest count of them.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::native::{self, Effort};
use crate::output::{self, Stopwatch};
use crate::profile::Profile;
use crate::project::Project;
use crate::tally::{Tally, count};
use crate::{browser, build, workers};

/// A test that takes longer hangs.
const TEST_TIMEOUT_MS: &str = "300000";

/// The files whose tests fail when something takes long: they have the machine to themselves.
const MEASURING: [&str; 2] = ["tests/fire.test.mjs", "tests/import.test.mjs"];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only the tests that need no worker, and few rounds of those that play many
    #[arg(long)]
    native: bool,
    /// Only the tests with this in their name
    filter: Option<String>,
}

/// Runs all tests, or those that the options leave; goes on after a failed one.
pub(crate) fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    let watch = Stopwatch::start();
    let filter = options.filter.as_deref();
    let effort = if options.native { Effort::Brief } else { Effort::Full };
    let native = native::run(project, filter, effort)?;
    let whole = if options.native {
        Tally::default()
    } else {
        build::build(project, &workers::all(project)?, Profile::Release)?;
        whole_path(project, filter)?
    };
    let tally = native.plus(whole);
    output::summary("Tests ended after", watch);
    output::note(&format!("native: {}", native.line()));
    if !options.native {
        output::note(&format!("on the real runtime: {}", whole.line()));
    }
    if tally.passed + tally.failed == 0 {
        bail!("no test ran");
    }
    println!("\n{}", tally.line());
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// As many files at once as there are cores, since they wait more than they compute; then those that measure.
fn whole_path(project: &Project, filter: Option<&str>) -> Result<Tally> {
    let (alone, together): (Vec<_>, Vec<_>) =
        test_files(project, filter)?.into_iter().partition(|file| MEASURING.iter().any(|name| file.ends_with(name)));
    let chromium = browser::find(project)?;
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut tally = Tally::default();
    for (title, files, at_once) in
        [("Tests on the real runtime", together, cores), ("Tests on the real runtime that measure time", alone, 1)]
    {
        if files.is_empty() {
            continue;
        }
        output::section(title);
        let mut node = project.node();
        node.args(["--no-warnings", "--test", "--test-reporter", "spec", "--test-force-exit"]);
        node.args(["--test-timeout", TEST_TIMEOUT_MS, "--test-concurrency", &at_once.to_string()]);
        node.envs(chromium.as_ref().map(|path| ("CHROMIUM", path)));
        node.args(filter.iter().flat_map(|filter| ["--test-name-pattern", filter]));
        let (found, succeeded) = count(title, node.args(&files), runtime_result)?;
        if found == Tally::default() || (!succeeded && found.failed == 0) {
            bail!("the tests on the real runtime did not run to their end");
        }
        tally = tally.plus(found);
    }
    Ok(tally)
}

/// Reads the closing lines `ℹ pass 10`, `ℹ fail 0` and so on; a cancelled test has not passed.
fn runtime_result(line: &str) -> Option<Tally> {
    let (name, count) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let count = count.parse().ok()?;
    let mut tally = Tally::default();
    match name {
        "pass" => tally.passed = count,
        "fail" | "cancelled" => tally.failed = count,
        "skipped" | "todo" => tally.skipped = count,
        _ => return None,
    }
    Some(tally)
}

/// `*.test.mjs` below `tests/` and in the `tests/` of each worker; with a filter, those that contain it. A file without a
/// test of that name would start nothing, and fail when it stops it.
fn test_files(project: &Project, filter: Option<&str>) -> Result<Vec<PathBuf>> {
    let mut folders = vec![project.path("tests")];
    folders.extend(workers::all(project)?.iter().map(|worker| worker.dir.join("tests")));
    let mut files = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        collect(folder, &mut files)?;
    }
    if let Some(filter) = filter {
        files.retain(|file| fs::read_to_string(file).is_ok_and(|text| text.contains(filter)));
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtime_results_are_read() {
        let lines =
            ["ℹ tests 9", "ℹ pass 5", "ℹ fail 1", "ℹ cancelled 1", "ℹ skipped 2", "ℹ todo 0", "ℹ duration_ms 12.5"];
        let tally = lines.iter().filter_map(|line| runtime_result(line)).fold(Tally::default(), Tally::plus);
        assert_eq!(tally, Tally { passed: 5, failed: 2, skipped: 2 });
    }
}
