//! Sizes and times that several workers must agree on.

use nerve_model::Millis;

/// The largest accepted webhook body, in bytes: the largest mail that most vendors forward.
pub const MAX_BODY_BYTES: usize = 25 * 1024 * 1024;

/// The most items of one delivery. A longer list is refused as a whole: a 2xx means that all of it is stored.
pub const MAX_ITEMS: usize = 1_000;

/// The largest chunk of a body in one object row, in bytes. A row of an object's SQLite holds at most 2 MB.
pub const BODY_CHUNK_BYTES: usize = 1_900_000;

/// The least time that a dedup key is remembered.
pub const DEDUP_WINDOW: Millis = Millis::days(30);

/// The time that a proposal waits for a person.
pub const PROPOSAL_LIFETIME: Millis = Millis::days(14);

/// The wait before attempt `attempts + 1`: doubles from one second, at most ten minutes.
pub const fn backoff(attempts: u32) -> Millis {
    let doublings = if attempts > 10 { 10 } else { attempts };
    let seconds = 1_i64 << doublings;
    if seconds > 600 { Millis::seconds(600) } else { Millis::seconds(seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_stays_bounded() {
        assert_eq!(backoff(0), Millis::seconds(1));
        assert_eq!(backoff(3), Millis::seconds(8));
        assert_eq!(backoff(u32::MAX), Millis::seconds(600));
    }
}
