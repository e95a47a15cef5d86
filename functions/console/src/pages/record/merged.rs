//! The records merged into a record.

use super::super::clock;
use maud::{Markup, html};
use nerve_ledger::{merges::Merge, records::StoredRecord};
use nerve_model::Timestamp;

/// The merged records; nothing where there are none.
pub(super) fn list(merged: &[(StoredRecord, Merge)], now: Timestamp) -> Markup {
    html! {
        @if !merged.is_empty() {
            section.panel {
                h2 { "Merged records · " (merged.len()) }
                ul.things { @for (part, merge) in merged { li { (line(part, merge, now)) } } }
            }
        }
    }
}

fn line(part: &StoredRecord, merge: &Merge, now: Timestamp) -> Markup {
    html! {
        div.line {
            bdi { (part.name) }
            span.small.muted { "merged by " bdi { (merge.by) } }
            (clock::ago(merge.at, now))
            a href={ "/merges/" (merge.id) } { "Undo…" }
        }
    }
}
