//! A record as one line of a list.

use super::{clock, labels};
use maud::{Markup, html};
use nerve_ledger::records::StoredRecord;
use nerve_model::Timestamp;

/// The line, as a link to `href`.
pub(crate) fn link(record: &StoredRecord, href: &str, now: Timestamp) -> Markup {
    html! {
        a.wide href=(href) {
            strong.name { bdi { (record.name) } }
            span.muted { (labels::record_type(record.record_type)) }
            @if record.provisional { span.pill { "Provisional" } }
            @if let Some(stage) = &record.stage { span.pill.calm { bdi { (stage) } } }
            @if let Some(owner) = &record.owner { span.small.muted { "Owner: " bdi { (owner) } } }
            (clock::ago(record.updated_at, now))
        }
    }
}
