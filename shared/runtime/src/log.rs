use nerve_model::clip;

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Part of ordinary operation.
    Info,
    /// Something failed and will be tried again.
    Warn,
    /// Something failed that needs a person.
    Error,
}

/// Writes one line of JSON, so that logs can be queried by field. Never pass a body, a secret or a signature.
pub fn log(level: Level, part: &str, what: &str, detail: impl core::fmt::Display) {
    write(level, part, what, &detail.to_string());
}

/// Not generic, so that there is one of it in each worker. `part` and `what` are our own words: nothing in them has to be
/// escaped.
fn write(level: Level, part: &str, what: &str, detail: &str) {
    let detail = serde_json::to_string(&clip(detail, 500)).unwrap_or_default();
    let line = |level: &str| format!(r#"{{"level":"{level}","part":"{part}","what":"{what}","detail":{detail}}}"#);
    match level {
        Level::Info => worker::console_log!("{}", line("info")),
        Level::Warn => worker::console_warn!("{}", line("warn")),
        Level::Error => worker::console_error!("{}", line("error")),
    }
}
