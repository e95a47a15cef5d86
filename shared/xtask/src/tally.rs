//! The count of a test run.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::guard;
use crate::output::{self, Stopwatch};
use crate::process::with_heartbeat;

/// How many tests ran, and how they ended.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Tally {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }

    pub(crate) fn line(self) -> String {
        match self.skipped {
            0 => format!("{} passed, {} failed", self.passed, self.failed),
            skipped => format!("{} passed, {} failed, {skipped} skipped", self.passed, self.failed),
        }
    }
}

/// Runs a program with its output shown, and adds up what `read` finds in each line.
pub(crate) fn count(title: &str, command: &mut Command, read: fn(&str) -> Option<Tally>) -> Result<(Tally, bool)> {
    let watch = Stopwatch::start();
    let mut child = guard::around(command)?.stdout(Stdio::piped()).spawn().context("cannot start the tests")?;
    let held = child.stdin.take();
    let stdout = child.stdout.take().context("no output to read")?;
    let tally = with_heartbeat("running tests", || {
        BufReader::new(stdout).lines().map_while(Result::ok).fold(Tally::default(), |tally, line| {
            println!("{line}");
            tally.plus(read(&line).unwrap_or_default())
        })
    });
    let succeeded = child.wait()?.success();
    drop(held);
    output::done(title, watch);
    Ok((tally, succeeded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_tests_are_not_hidden() {
        assert_eq!(Tally { passed: 5, failed: 0, skipped: 0 }.line(), "5 passed, 0 failed");
        assert_eq!(Tally { passed: 5, failed: 0, skipped: 2 }.line(), "5 passed, 0 failed, 2 skipped");
    }
}
