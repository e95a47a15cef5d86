use nerve_model::clip;

/// The severity of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Normal operation.
    Info,
    /// A failure that will be retried.
    Warn,
    /// A failure that needs a person.
    Error,
}

/// Writes one line of JSON, so that logs can be queried by field. Never pass a body, a secret or a signature.
pub fn log(level: Level, part: &str, what: &str, detail: impl core::fmt::Display) {
    write(level, part, what, &detail.to_string());
}

/// Not generic, so that each worker carries one copy of it. `part` and `what` are literals of this program and need no
/// escaping.
fn write(level: Level, part: &str, what: &str, detail: &str) {
    let detail = serde_json::to_string(&clip(detail, 500)).unwrap_or_default();
    let line = |level: &str| format!(r#"{{"level":"{level}","part":"{part}","what":"{what}","detail":{detail}}}"#);
    match level {
        Level::Info => worker::console_log!("{}", line("info")),
        Level::Warn => worker::console_warn!("{}", line("warn")),
        Level::Error => worker::console_error!("{}", line("error")),
    }
}
