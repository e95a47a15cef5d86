//! Lines with counts of old events, like `2026-03: 14 invoices paid, last 2026-03-02`.

use crate::line::Line;
use nerve_model::EventKind;
use nerve_protocol::record::Earlier;
use std::collections::BTreeSet;

/// The number of latest months with a line of their own.
const MONTHS: usize = 12;

/// The length of the periods that counts are given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// The latest months one by one, then years.
    Months,
    /// Years.
    Years,
    /// The whole time in one.
    All,
}

/// The lines for these counts, latest first.
pub(crate) fn condensed(counted: Vec<Earlier>, grain: Grain) -> Vec<Line> {
    let months: BTreeSet<String> = counted.iter().map(|earlier| earlier.month.clone()).collect();
    let latest: BTreeSet<String> = months.into_iter().rev().take(MONTHS).collect();
    let period = |month: &str| match grain {
        Grain::Months if latest.contains(month) => month.to_owned(),
        Grain::Months | Grain::Years => month.chars().take(4).collect(),
        Grain::All => String::new(),
    };
    let coarser = counted.into_iter().map(|earlier| Earlier { month: period(&earlier.month), ..earlier });
    Earlier::summed(coarser).iter().map(line).collect()
}

fn line(earlier: &Earlier) -> Line {
    let Earlier { kind, month, n, last_at } = earlier;
    let period = if month.is_empty() { String::new() } else { format!("{month}: ") };
    Line { at: None, text: format!("{period}{n} {}, last {}", counted(*kind, *n), last_at.date()) }
}

const fn counted(kind: EventKind, n: u32) -> &'static str {
    match (kind, n) {
        (EventKind::FormSubmitted, 1) => "form submitted",
        (EventKind::FormSubmitted, _) => "forms submitted",
        (EventKind::MeetingTranscribed, 1) => "meeting transcribed",
        (EventKind::MeetingTranscribed, _) => "meetings transcribed",
        (EventKind::CallEnded, 1) => "call",
        (EventKind::CallEnded, _) => "calls",
        (EventKind::EmailReceived, 1) => "message received",
        (EventKind::EmailReceived, _) => "messages received",
        (EventKind::FileUploaded, 1) => "file uploaded",
        (EventKind::FileUploaded, _) => "files uploaded",
        (EventKind::InvoicePaid, 1) => "invoice paid",
        (EventKind::InvoicePaid, _) => "invoices paid",
        (EventKind::PaymentFailed, 1) => "payment failed",
        (EventKind::PaymentFailed, _) => "payments failed",
        (EventKind::PaymentClosed, 1) => "payment closed",
        (EventKind::PaymentClosed, _) => "payments closed",
        (EventKind::BookingCreated, 1) => "booking made",
        (EventKind::BookingCreated, _) => "bookings made",
        (EventKind::BookingCanceled, 1) => "booking canceled",
        (EventKind::BookingCanceled, _) => "bookings canceled",
        (EventKind::VendorReplied, 1) => "reply of a vendor",
        (EventKind::VendorReplied, _) => "replies of vendors",
        (EventKind::SupportEscalated, 1) => "case escalated",
        (EventKind::SupportEscalated, _) => "cases escalated",
        (EventKind::SupportSolved, 1) => "case solved",
        (EventKind::SupportSolved, _) => "cases solved",
        (EventKind::AutomationFailed, 1) => "run of an automation",
        (EventKind::AutomationFailed, _) => "runs of automations",
        (EventKind::RecordStageChanged, 1) => "change of stage",
        (EventKind::RecordStageChanged, _) => "changes of stage",
        (EventKind::RecordMerged, 1) => "merge in another tool",
        (EventKind::RecordMerged, _) => "merges in other tools",
    }
}
