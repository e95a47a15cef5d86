//! The running workers: one guarded wrangler, its log, and its end.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::guard;
use crate::output::Stopwatch;

/// How long the group may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// How many lines of the log are shown when the server ends unasked.
const LAST_LINES: usize = 20;

/// A running server; dropped, it takes everything it started with it.
pub(crate) struct Server {
    guard: Child,
    log: PathBuf,
    last: Arc<Mutex<VecDeque<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts `command` under a guard, in a process group of its own.
    pub(crate) fn start(command: &Command, log: &Path, verbose: bool) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut guard = guard::around(command)?;
        guard.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut guard = guard.spawn().context("cannot start the server")?;
        let last = Arc::default();
        let mut readers = Vec::new();
        let streams: [Option<Box<dyn Read + Send>>; 2] =
            [guard.stdout.take().map(|s| Box::new(s) as _), guard.stderr.take().map(|s| Box::new(s) as _)];
        for stream in streams.into_iter().flatten() {
            let (file, last) = (file.try_clone()?, Arc::clone(&last));
            readers.push(std::thread::spawn(move || follow(stream, file, &last, verbose)));
        }
        Ok(Self { guard, log: log.to_path_buf(), last, readers })
    }

    /// The status, once it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.guard.try_wait().ok().flatten()
    }

    /// The end of its log.
    pub(crate) fn last_words(&self) -> String {
        let lines = self.last.lock().map(|last| last.iter().cloned().collect::<Vec<_>>()).unwrap_or_default();
        format!("{}\n(the whole log is {})", lines.join("\n"), self.log.display())
    }

    /// Ends everything that was started.
    pub(crate) fn stop(&mut self) {
        end_group(&mut self.guard, GRACE);
        self.readers.drain(..).for_each(|reader| drop(reader.join()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Ends the process group of `leader`, first politely.
fn end_group(leader: &mut Child, grace: Duration) {
    let group = Pid::from_child(leader);
    let _ = kill_process_group(group, Signal::TERM);
    let watch = Stopwatch::start();
    while watch.elapsed() < grace && matches!(leader.try_wait(), Ok(None)) {
        std::thread::sleep(Duration::from_millis(20));
    }
    // Even after the leader ended: a member that ignored the first signal outlives it.
    let _ = kill_process_group(group, Signal::KILL);
    let _ = leader.wait();
}

/// Copies a stream to the log, and what a person should see to the terminal.
fn follow(stream: Box<dyn Read + Send>, mut log: File, last: &Mutex<VecDeque<String>>, verbose: bool) {
    let mut filter = Filter::default();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = plain(&String::from_utf8_lossy(&line));
        let _ = writeln!(log, "{line}");
        if filter.shows(&line) || verbose {
            println!("{line}");
        }
        if let Ok(mut last) = last.lock() {
            last.push_back(line);
            if last.len() > LAST_LINES {
                last.pop_front();
            }
        }
    }
}

/// Lets warnings and errors through, each up to the blank line behind it.
#[derive(Default)]
struct Filter {
    inside: bool,
}

impl Filter {
    fn shows(&mut self, line: &str) -> bool {
        if line.starts_with("✘ [ERROR]") || line.starts_with("▲ [WARNING]") {
            self.inside = !EXPECTED.iter().any(|expected| line.contains(expected));
        } else if line.trim().is_empty() {
            self.inside = false;
        }
        self.inside
    }
}

/// Warnings about what is meant to be so: the sweeper is triggered from here.
const EXPECTED: &[&str] = &["Scheduled Workers are not automatically triggered"];

/// Without terminal colors.
fn plain(line: &str) -> String {
    let mut parts = line.trim_end_matches('\r').split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;

    #[test]
    fn colors_are_removed() {
        assert_eq!(plain("\u{1b}[33m▲ \u{1b}[43;33m[\u{1b}[43;30mWARNING\u{1b}[0m] x\r"), "▲ [WARNING] x");
    }

    #[test]
    fn warnings_and_errors_are_shown_up_to_the_blank_line() {
        let lines = ["[wrangler:info] GET /", "✘ [ERROR] boom", "  at here", "", "GET /", "▲ [WARNING] careful"];
        let mut filter = Filter::default();
        assert_eq!(lines.map(|line| filter.shows(line)), [false, true, true, false, false, true]);
    }

    #[test]
    fn what_is_expected_is_not_shown() {
        let mut filter = Filter::default();
        let warning = "▲ [WARNING] Scheduled Workers are not automatically triggered during local development.";
        assert!(!filter.shows(warning));
        assert!(!filter.shows("  To manually trigger"));
    }

    #[test]
    fn a_member_that_ignores_the_signal_is_ended_too() {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' TERM; sleep 60 & echo $!; wait"]);
        let mut leader = command.process_group(0).stdout(Stdio::piped()).spawn().unwrap();
        let mut member = String::new();
        BufReader::new(leader.stdout.take().unwrap()).read_line(&mut member).unwrap();
        let watch = Stopwatch::start();
        end_group(&mut leader, Duration::from_millis(50));
        while is_running(member.trim()) {
            assert!(watch.elapsed() < GRACE, "{member} goes on");
        }
        assert!(watch.elapsed() < GRACE, "it ended by itself");
    }

    /// A process that has ended may be listed until it is reaped.
    fn is_running(pid: &str) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        status.lines().any(|line| line.starts_with("State:") && !line.contains("Z (zombie)"))
    }
}
