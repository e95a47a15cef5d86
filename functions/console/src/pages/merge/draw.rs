//! Two records before a merge, and a merge before its undoing.

use super::super::{clock, labels, record_line};
use crate::api::merges::{MergeDocument, MergePreview, MergeSide};
use maud::{Markup, html};
use nerve_ledger::{merges::Extent, records::StoredRecord};
use nerve_model::Timestamp;

/// The search for the other record.
pub(super) fn search(part: &StoredRecord, q: &str, others: &[StoredRecord], now: Timestamp) -> Markup {
    let address = format!("/records/{}/merge", part.id);
    html! {
        header {
            h1 { "Merge " bdi { (part.name) } " into another record" }
            form.search method="get" action=(&address) role="search" {
                input type="search" name="q" value=(q) placeholder="Search by name" aria-label="Search by name";
                button { "Search" }
            }
        }
        @if others.is_empty() { p.muted { "No matching records of this type." } }
        @else {
            ul.panel.things {
                @for other in others { li { (record_line::link(other, &format!("{address}?into={}", other.id), now)) } }
            }
        }
    }
}

/// Both records side by side.
pub(super) fn preview(MergePreview { part, into }: &MergePreview) -> Markup {
    html! {
        header.stack {
            h1 { "Merge " bdi { (apart(&part.record, &into.record)) } " into " bdi { (apart(&into.record, &part.record)) } "?" }
            p.muted { "Nerve then reads both as one record. No row moves, and the merge can be undone." }
        }
        section.candidates aria-label="Both records" {
            (side("Becomes part", part))
            (side("Stays", into))
        }
        form method="post" action={ "/records/" (part.record.id) "/merge" } {
            input type="hidden" name="into" value=(into.record.id);
            button.primary { "Merge" }
            " " a.button href={ "/records/" (into.record.id) "/merge?into=" (part.record.id) } { "Swap" }
            " " a.button href={ "/records/" (part.record.id) } { "Cancel" }
        }
    }
}

/// The name of a record, with its id where the other has the same name.
fn apart(record: &StoredRecord, other: &StoredRecord) -> String {
    record.reference().told_apart(&other.reference())
}

fn side(title: &str, MergeSide { record, claims, has }: &MergeSide) -> Markup {
    html! {
        article.panel {
            h2 { (title) ": " a href={ "/records/" (record.id) } { bdi { (record.name) } } }
            div.pad {
                @if let Some(owner) = &record.owner { p { "Owner: " bdi { (owner) } } }
                ul.claims aria-label="Claims" {
                    @for claim in claims { li { (labels::claimed(claim)) } }
                }
                (counts(has))
            }
        }
    }
}

/// The merge with the rows that its undoing separates.
pub(super) fn undo(MergeDocument { merge, part, has, since, whole }: &MergeDocument) -> Markup {
    let undone = merge.undone_at.is_some();
    html! {
        header.stack {
            h1 {
                @if undone { bdi { (part.name) } " is a separate record again" }
                @else { "Undo the merge of " bdi { (apart(part, whole)) } " into " bdi { (apart(whole, part)) } "?" }
            }
            p.muted { "Each record keeps the rows that it received. Decisions stay as they are." }
        }
        @if undone { a href={ "/records/" (part.id) } { "Show the record" } }
        @else if let Some(at) = part.erased_at {
            p.notice { strong { "Erased." } span { "Its data was erased on " (clock::at(at)) "." } }
        } @else {
            section.candidates aria-label="Rows of the merged record" {
                article.panel { h2 { "Rows of " bdi { (part.name) } } div.pad { (counts(has)) } }
                article.panel { h2 { "Of these, newer than the merge" } div.pad { (counts(since)) } }
            }
            form method="post" action={ "/merges/" (merge.id) "/undo" } {
                button.primary { "Undo the merge" }
                " " a.button href={ "/records/" (whole.id) } { "Cancel" }
            }
        }
    }
}

fn counts(has: &Extent) -> Markup {
    let Extent { claims, events, tasks, notes, proposals } = *has;
    let number = |n: u32| if n >= Extent::MOST { format!("{n} or more") } else { n.to_string() };
    let lines =
        [("Claims", claims), ("Events", events), ("Tasks", tasks), ("Notes", notes), ("Pending proposals", proposals)];
    html! { ul.things { @for (label, n) in lines { li { div.line { span { (label) } span.end { (number(n)) } } } } } }
}
