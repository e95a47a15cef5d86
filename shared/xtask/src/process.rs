//! Other programs: runs them, shows progress, and turns a failure into one line.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::guard;
use crate::output::{self, Stopwatch};

/// A step without output for this long is reported as still running.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Runs a step and shows its output as it comes.
pub(crate) fn run(title: &str, command: &mut Command) -> Result<()> {
    output::section(title);
    let watch = Stopwatch::start();
    let mut child = guard::around(command)?.spawn().with_context(|| cannot_start(command))?;
    let held = child.stdin.take();
    let status = with_heartbeat(title, || child.wait())?;
    drop(held);
    if !status.success() {
        bail!("{title}: {} ended with {status}", name(command));
    }
    output::done(title, watch);
    Ok(())
}

/// Runs a step beside others; shows its output only if it fails.
pub(crate) fn aside(title: &str, command: &mut Command) -> Result<()> {
    let watch = Stopwatch::start();
    output::note(&format!("{title}: ..."));
    let mut guard = guard::around(command)?;
    let mut child =
        guard.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().with_context(|| cannot_start(command))?;
    let held = child.stdin.take();
    let output = child.wait_with_output()?;
    drop(held);
    if !output.status.success() {
        bail!("{title}: {} ended with {}\n{}", name(command), output.status, text(&output));
    }
    output::done(title, watch);
    Ok(())
}

/// Runs a program and returns its output; if it fails, its error output is the reason.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        bail!("{} ended with {}\n{}", name(command), output.status, text(&output));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Both output streams of a program.
fn text(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).trim_end().to_owned()
}

/// Calls `work` and prints a line each [`HEARTBEAT`] until it returns.
pub(crate) fn with_heartbeat<T>(title: &str, work: impl FnOnce() -> T) -> T {
    let (done, waiting) = channel::<()>();
    let watch = Stopwatch::start();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while waiting.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
                output::note(&format!("... {title}: {}", output::duration(watch.elapsed())));
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// The file name of a command's program.
pub(crate) fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start {}", command.get_program().to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_is_captured() {
        assert_eq!(capture(&mut shell("echo hello")).unwrap(), "hello\n");
    }

    #[test]
    fn a_failure_carries_its_own_words() {
        let error = capture(&mut shell("echo no such thing >&2; exit 3")).unwrap_err().to_string();
        assert!(error.starts_with("sh ended with exit status: 3"), "{error}");
        assert!(error.ends_with("no such thing"), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = capture(&mut Command::new("/no/such/program")).unwrap_err();
        assert!(format!("{error:#}").starts_with("cannot start /no/such/program"));
    }
}
