//! The business's time zone, and the days that the queue is parted by.

use nerve_ledger::queue::QueueTimes;
use nerve_model::{TimeZone, Timestamp};
use nerve_protocol::limits::PROPOSAL_LIFETIME;
use std::{cell::RefCell, rc::Rc};

thread_local! {
    /// A setting of the deployment: it is the same for every request.
    static ZONE: RefCell<Rc<TimeZone>> = RefCell::default();
}

/// Sets the business's zone, once the worker has read it.
pub(crate) fn set(zone: Rc<TimeZone>) {
    ZONE.set(zone);
}

/// The business's zone.
pub(crate) fn business() -> Rc<TimeZone> {
    ZONE.with_borrow(Rc::clone)
}

/// The times that the bands of the queue depend on.
pub(crate) fn queue_times(now: Timestamp) -> QueueTimes {
    let zone = business();
    QueueTimes { now, tomorrow: zone.day(now, 1), day_after: zone.day(now, 2), lifetime: PROPOSAL_LIFETIME }
}
