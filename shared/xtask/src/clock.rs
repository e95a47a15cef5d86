//! Cron for a local instance: the local runtime has the triggers, but nothing that pulls them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::http::Local;

/// What the sweeper is due to.
const EVERY_MINUTE: &str = "/cdn-cgi/local/scheduled?cron=*+*+*+*+*&format=json";

/// Ticks at each full minute, for as long as this program runs.
pub(crate) fn start(server: Local) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(until_next_minute(now()));
            // The worker's own log says what went wrong; the next tick comes anyway.
            let _ = server.get(EVERY_MINUTE, &[]);
        }
    });
}

/// The time since 1970.
#[expect(clippy::disallowed_methods, reason = "a program of the developer's machine")]
pub(crate) fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn until_next_minute(now: Duration) -> Duration {
    const MINUTE_MS: u128 = 60_000;
    let ms = MINUTE_MS - now.as_millis() % MINUTE_MS;
    Duration::from_millis(u64::try_from(ms).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_fall_on_the_minute() {
        assert_eq!(until_next_minute(Duration::from_millis(59_999)), Duration::from_millis(1));
        assert_eq!(until_next_minute(Duration::from_secs(120)), Duration::from_secs(60));
    }
}
