//! Chromium for the tests that look at the pages.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::output;
use crate::process::run;
use crate::project::Project;

const CANDIDATES: &[&str] = &["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// Where Chromium is. Under CI it is installed if absent, since a check that is left out there
/// is never made at all.
pub(crate) fn find(project: &Project) -> Result<Option<PathBuf>> {
    if let Some(path) = installed() {
        return Ok(Some(path));
    }
    if !is_ci() {
        output::warn("Chromium is not installed: THE BROWSER TESTS ARE SKIPPED (apt-get install chromium)");
        return Ok(None);
    }
    run("Looking for Debian's Chromium", project.command("apt-get").args(["update", "--quiet"]))?;
    let mut install = project.command("apt-get");
    install.args(["install", "--yes", "--quiet", "--no-install-recommends", "chromium"]);
    run("Installing Chromium", install.env("DEBIAN_FRONTEND", "noninteractive"))?;
    match installed() {
        Some(path) => Ok(Some(path)),
        None => bail!("Chromium is not there although it was installed"),
    }
}

fn installed() -> Option<PathBuf> {
    let chosen = std::env::var_os("CHROMIUM").map(PathBuf::from);
    chosen.into_iter().chain(CANDIDATES.iter().map(PathBuf::from)).find(|path| path.is_file())
}

fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|ci| ci == "true" || ci == "1")
}
