//! `cargo xtask fuzz <source>`: feeds any bytes to one source under libFuzzer, until stopped.
//!
//! The target is generated from the source's folder, so there is no list of targets to maintain. Needs a nightly
//! compiler and `cargo install cargo-fuzz`.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::project::Project;
use crate::scaffold::named;

const TEMPLATE: [(&str, &str); 2] = [
    ("Cargo.toml", include_str!("../templates/fuzz/Cargo.toml")),
    ("target.rs", include_str!("../templates/fuzz/target.rs")),
];

/// Generates the target in `target/fuzz/<source>`, next to its corpus, and runs it.
pub(crate) fn run(project: &Project, source: &str, options: &[String]) -> Result<()> {
    let sources = project.path("functions/sources");
    ensure!(sources.join(source).is_dir(), "there is no source {source} in {}", sources.display());
    let dir = project.path("target/fuzz").join(source);
    fs::create_dir_all(&dir)?;
    let root = project.root().to_str().context("the project's path is no UTF-8")?;
    for (file, text) in TEMPLATE {
        fs::write(dir.join(file), named(text, source).replace("__root__", root))?;
    }
    // The same versions as in all other builds.
    fs::copy(project.path("Cargo.lock"), dir.join("Cargo.lock"))?;
    let mut fuzz = project.command("rustup");
    fuzz.args(["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir"]).arg(&dir).arg(source).arg("--").args(options);
    process::run(&format!("Fuzzing {source}"), &mut fuzz)
}
