use nerve_model::clip;
use serde::Serialize;

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Part of ordinary operation.
    Info,
    /// Something failed and will be tried again.
    Warn,
    /// Something failed that needs a person.
    Error,
}

#[derive(Serialize)]
struct Line<'a> {
    level: Level,
    part: &'a str,
    what: &'a str,
    detail: String,
}

/// Writes one line of JSON, so that logs can be queried by field. Never pass a body, a secret or a signature.
pub fn log(level: Level, part: &str, what: &str, detail: impl core::fmt::Display) {
    let line = Line { level, part, what, detail: clip(&detail.to_string(), 500) };
    let text = serde_json::to_string(&line).unwrap_or_default();
    match level {
        Level::Info => worker::console_log!("{text}"),
        Level::Warn => worker::console_warn!("{text}"),
        Level::Error => worker::console_error!("{text}"),
    }
}
