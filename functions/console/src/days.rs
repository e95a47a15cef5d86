//! The days that the queue is parted by.

use nerve_ledger::queue::QueueTimes;
use nerve_model::{Millis, Timestamp};
use nerve_protocol::limits::PROPOSAL_LIFETIME;

/// The times that the bands of the queue depend on.
pub(crate) fn queue_times(now: Timestamp) -> QueueTimes {
    let day = Millis::days(1);
    let tomorrow = Timestamp::from_millis(now.as_millis() - now.as_millis().rem_euclid(day.0)) + day;
    QueueTimes { now, tomorrow, day_after: tomorrow + day, lifetime: PROPOSAL_LIFETIME }
}
