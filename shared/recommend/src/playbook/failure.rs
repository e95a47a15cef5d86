//! Several reports of failures, and which of them counts.

use nerve_model::{Event, Fact, Millis, RunState, Timestamp};

/// Two reports of one failed payment come within this time.
const SAME_FAILURE: Millis = Millis::minutes(15);

/// Whether one report of a failure leaves nothing to do about another: it is of a later attempt to collect the same,
/// or of the same failure with its invoice.
pub(crate) fn replaces(newer: &Event, older: &Event) -> bool {
    (newer.subject == older.subject && is_later(newer, older)) || is_same_failure_in_full(newer, older)
}

/// Whether one failure is a later attempt than another; the vendor's count decides where there is one.
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

/// Whether something went wrong that may be settled later.
pub(crate) fn is_failure(fact: &Fact) -> bool {
    match fact {
        Fact::PaymentFailed(_) => true,
        Fact::AutomationFailed(run) => run.state == RunState::Failed,
        _ => false,
    }
}

/// Whether one event settles the failure that another reports.
pub(crate) fn settles(newer: &Event, failure: &Event) -> bool {
    newer.subject == failure.subject && newer.fact.settles() && reaches_back(newer, failure.occurred_at)
}

/// Whether an event may settle what failed at this time. A payment may, whenever it was made; an automation may have
/// failed again after it ran well, whatever is reported first.
pub(crate) fn reaches_back(event: &Event, failed_at: Timestamp) -> bool {
    matches!(event.fact, Fact::InvoicePaid(_)) || event.occurred_at >= failed_at
}

/// Why a proposal that answers the older report is withdrawn. Without counts on both sides the two may be one failure.
pub(crate) fn replacement(newer: &Event, older: &Event) -> String {
    match (attempt(&newer.fact), attempt(&older.fact)) {
        (Some(attempt), Some(_)) => format!("Attempt {attempt} failed since."),
        _ => "A fuller or newer report of the failure replaces it.".to_owned(),
    }
}

/// Which attempt failed, where the vendor counts.
pub(crate) fn attempt(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::PaymentFailed(failed) => failed.attempt,
        _ => None,
    }
}

/// Whether `full` is the failure of `partial`, reported with the invoice that `partial` does not know. A vendor
/// reports the payment and the invoice each for itself; another vendor, or its test mode, speaks of something else.
fn is_same_failure_in_full(full: &Event, partial: &Event) -> bool {
    let (Fact::PaymentFailed(a), Fact::PaymentFailed(b)) = (&full.fact, &partial.fact) else { return false };
    let apart = full.occurred_at.since(partial.occurred_at).0.unsigned_abs();
    let alike = (&full.source, full.test, a.amount) == (&partial.source, partial.test, b.amount);
    alike && a.invoice.is_some() && b.invoice.is_none() && apart <= SAME_FAILURE.0.unsigned_abs()
}
