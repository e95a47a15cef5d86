//! The output of a command for people.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The finished steps and their durations.
static STEPS: Mutex<Vec<(String, Duration)>> = Mutex::new(Vec::new());

/// Prints the title of a section.
pub(crate) fn section(title: &str) {
    println!("\n==> {title}");
}

/// Prints a line below a section.
pub(crate) fn note(line: &str) {
    println!("    {line}");
}

/// Prints the duration of a finished step.
pub(crate) fn done(title: &str, watch: Stopwatch) {
    let elapsed = watch.elapsed();
    note(&format!("done in {}", duration(elapsed)));
    if let Ok(mut steps) = STEPS.lock() {
        steps.push((title.to_owned(), elapsed));
    }
}

/// Prints all finished steps, with a title and the total time.
pub(crate) fn summary(title: &str, watch: Stopwatch) {
    section(&format!("{title} {}", duration(watch.elapsed())));
    for (step, elapsed) in STEPS.lock().map(|steps| steps.clone()).unwrap_or_default() {
        note(&format!("{step:<42} {:>12}", duration(elapsed)));
    }
}

/// Prints a warning that does not stop the command.
pub(crate) fn warn(line: &str) {
    println!("    WARNING: {line}");
}

/// A stopwatch; an xtask never runs on the platform, which has no such clock.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a program of the developer's machine")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// `850 ms`, `12.3 s` or `4 min 05 s`.
pub(crate) fn duration(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        0 => format!("{} ms", elapsed.as_millis()),
        1..=99 => format!("{:.1} s", elapsed.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_readable() {
        assert_eq!(duration(Duration::from_millis(850)), "850 ms");
        assert_eq!(duration(Duration::from_millis(12_345)), "12.3 s");
        assert_eq!(duration(Duration::from_secs(245)), "4 min 05 s");
    }
}
