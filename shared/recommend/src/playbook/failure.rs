//! Failures with several reports, and the report that counts.

use nerve_model::{Event, Fact, Millis, RunState, Timestamp};

/// The longest time between two reports of one failed payment.
const SAME_FAILURE: Millis = Millis::minutes(15);

/// One report of a failure makes another moot: it is of a later attempt, or of the same failure with its invoice.
pub(crate) fn replaces(newer: &Event, older: &Event) -> bool {
    (newer.subject == older.subject && is_later(newer, older)) || is_same_failure_in_full(newer, older)
}

/// One failure is a later attempt than the other; the vendor's count decides where there is one.
fn is_later(newer: &Event, older: &Event) -> bool {
    match (&newer.fact, &older.fact) {
        (Fact::PaymentFailed(a), Fact::PaymentFailed(b)) => {
            (a.attempt, newer.occurred_at, newer.id) > (b.attempt, older.occurred_at, older.id)
        }
        (Fact::AutomationFailed(_), Fact::AutomationFailed(_)) if is_failure(&newer.fact) => {
            (newer.occurred_at, newer.id) > (older.occurred_at, older.id)
        }
        _ => false,
    }
}

/// The fact is a failure, which may be settled later.
pub(crate) fn is_failure(fact: &Fact) -> bool {
    match fact {
        Fact::PaymentFailed(_) => true,
        Fact::AutomationFailed(run) => run.state == RunState::Failed,
        _ => false,
    }
}

/// The newer event settles the failure.
pub(crate) fn settles(newer: &Event, failure: &Event) -> bool {
    newer.subject == failure.subject && newer.fact.settles() && reaches_back(newer, failure.occurred_at)
}

/// Whether an event may settle what failed at this time. A payment may, whenever it was made; an automation may have
/// failed again after it ran well, whatever is reported first.
pub(crate) fn reaches_back(event: &Event, failed_at: Timestamp) -> bool {
    matches!(event.fact, Fact::InvoicePaid(_)) || event.occurred_at >= failed_at
}

/// The reason for withdrawing a proposal that answers the older report. Without counts on both sides the two may be one
/// failure.
pub(crate) fn replacement(newer: &Event, older: &Event) -> String {
    match (attempt(&newer.fact), attempt(&older.fact)) {
        (Some(attempt), Some(_)) => format!("Attempt {attempt} failed since."),
        _ => "A fuller or newer report of the failure replaces it.".to_owned(),
    }
}

/// The number of the failed attempt, where the vendor counts.
pub(crate) fn attempt(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::PaymentFailed(failed) => failed.attempt,
        _ => None,
    }
}

/// `full` is the failure of `partial`, reported with the invoice that `partial` lacks. A vendor reports payment and
/// invoice separately; reports of another vendor or its test mode are about something else.
fn is_same_failure_in_full(full: &Event, partial: &Event) -> bool {
    let (Fact::PaymentFailed(a), Fact::PaymentFailed(b)) = (&full.fact, &partial.fact) else { return false };
    let apart = full.occurred_at.since(partial.occurred_at).0.unsigned_abs();
    let alike = (&full.source, full.test, a.amount) == (&partial.source, partial.test, b.amount);
    alike && a.invoice.is_some() && b.invoice.is_none() && apart <= SAME_FAILURE.0.unsigned_abs()
}
