//! A program that cannot outlive its parent, however the parent ends.
//!
//! The guard leads its own process group and reads from a pipe that its parent holds open and never writes to. When the
//! pipe closes, the parent has ended, even by `kill -9`, and the guard ends its group with all processes in it.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use rustix::process::{Signal, getpgrp, getpid, kill_process_group};
use signal_hook::consts::{SIGINT, SIGTERM};

/// Wraps a command in this program's own `guard` command. Its processes live as long as the standard input of the guard
/// is held open.
pub(crate) fn around(command: &Command) -> Result<Command> {
    let mut guard = Command::new(std::env::current_exe().context("cannot find this program")?);
    guard.arg("guard").arg("--").arg(command.get_program()).args(command.get_args());
    guard.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(dir) = command.get_current_dir() {
        guard.current_dir(dir);
    }
    guard.process_group(0).stdin(Stdio::piped());
    Ok(guard)
}

/// Runs a program until it or the parent ends.
pub(crate) fn run(program: &[String]) -> Result<ExitCode> {
    // A group receives these signals to end gracefully; the guard stays until the program has ended.
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    let (name, arguments) = program.split_first().context("no program to guard")?;
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    std::thread::spawn(end_with_parent);
    let status = child.wait()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn end_with_parent() {
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    // Ends only its own group, so that a guard started by hand leaves the shell alone.
    if getpgrp() == getpid() {
        let _ = kill_process_group(getpgrp(), Signal::KILL);
    }
}
