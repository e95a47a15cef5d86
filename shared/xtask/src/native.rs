//! The tests that need neither workers nor the runtime: everything that `cargo test` runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::output;
use crate::project::Project;
use crate::tally::{Tally, count};
use crate::workers;

/// How much of what may be tried without end is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// As much as fits in between two changes.
    Brief,
    Full,
}

/// What tests that play many cases read, and how many they play when it has to be brief. Without these variables each
/// plays as many as its source says.
const BRIEF: [(&str, &str); 2] = [("PROPTEST_CASES", "4"), ("SIMULATION_SEEDS", "10")];

/// Runs all native tests, or those whose name contains the filter; goes on after a failed one.
pub(crate) fn run(project: &Project, filter: Option<&str>, effort: Effort) -> Result<Tally> {
    let title = "Native tests";
    output::section(title);
    let Some(mut cargo) = command(project, filter, effort)? else {
        output::note(&format!("none has \"{}\" in its name", filter.unwrap_or_default()));
        return Ok(Tally::default());
    };
    let (tally, succeeded) = count(title, &mut cargo, result)?;
    if !succeeded && tally.failed == 0 {
        bail!("the native tests did not compile or did not run");
    }
    Ok(tally)
}

/// Nothing to call where no test can match.
fn command(project: &Project, filter: Option<&str>, effort: Effort) -> Result<Option<Command>> {
    let mut cargo = project.cargo();
    cargo.args(["test", "--no-fail-fast", "--quiet"]);
    if effort == Effort::Brief {
        // Not the examples in the documentation, which take a compiler for each crate.
        cargo.arg("--tests").envs(BRIEF);
    }
    let Some(filter) = filter else {
        cargo.arg("--workspace");
        return Ok(Some(cargo));
    };
    let packages = naming(project, filter)?;
    for package in &packages {
        cargo.args(["--package", package]);
    }
    cargo.arg("--").arg(filter);
    Ok((!packages.is_empty()).then_some(cargo))
}

/// The packages in which a test can match: what is not written there need not be compiled.
fn naming(project: &Project, filter: &str) -> Result<Vec<String>> {
    let metadata = workers::metadata(project)?;
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().context("no packages")? {
        let manifest = Path::new(package["manifest_path"].as_str().context("no manifest path")?);
        let folder = manifest.parent().context("a manifest without a folder")?;
        if names(folder, filter)? {
            found.push(package["name"].as_str().context("a package without a name")?.to_owned());
        }
    }
    Ok(found)
}

/// Whether a function or module below the folder may make up a name with the filter in it. A name is a path, so each
/// part of it may stand elsewhere.
fn names(folder: &Path, filter: &str) -> Result<bool> {
    let mut texts = Vec::new();
    read(&folder.join("src"), &mut texts)?;
    read(&folder.join("tests"), &mut texts)?;
    Ok(filter.split("::").all(|part| texts.iter().any(|text| declares(text, part))))
}

fn read(folder: &Path, texts: &mut Vec<String>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            read(&path, texts)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?);
        }
    }
    Ok(())
}

/// A macro that makes tests is given their names wherever it is called.
fn declares(text: &str, part: &str) -> bool {
    let by_macro = text.contains("fn $") && text.contains(part);
    let mut lines = text.lines().filter(|line| line.contains("fn ") || line.contains("mod "));
    by_macro || lines.any(|line| line.contains(part))
}

/// Reads `test result: ok. 12 passed; 0 failed; 1 ignored; ...`.
fn result(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let number = |name: &str| {
        let found = counts.split("; ").find_map(|part| part.strip_suffix(name));
        found.and_then(|count| count.trim().parse().ok())
    };
    Some(Tally { passed: number("passed")?, failed: number("failed")?, skipped: number("ignored")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s";
        assert_eq!(result(line), Some(Tally { passed: 12, failed: 2, skipped: 1 }));
        assert_eq!(result("test a_result ... ok"), None);
    }

    #[test]
    fn a_test_is_looked_for_where_its_name_is_declared() {
        let project = Project::find().unwrap();
        let this = "native::tests::a_test_is_looked_for_where_its_name_is_declared";
        assert_eq!(naming(&project, this).unwrap(), ["xtask"]);
        assert!(naming(&project, &this.replace("declared", "called")).unwrap().is_empty());
        let made = "macro_rules! settled {\n    ($test:ident) => { #[test] fn $test() {} };\n}\nsettled!(once);";
        assert!(declares(made, "once") && !declares(made, "twice"));
        assert!(!declares("// once\nfn other() {}\nmod another;", "once"));
    }
}
