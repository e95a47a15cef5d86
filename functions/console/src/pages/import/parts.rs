//! The parts of an import's page.

use super::super::clock;
use crate::api::imports::ImportDocument;
use maud::{Markup, html};
use nerve_csv::Line;
use nerve_ledger::{
    Page,
    imports::{Import, ImportState},
};
use nerve_model::{ImportId, Timestamp};

/// The address of an import.
pub(super) fn address(id: ImportId) -> String {
    format!("/records/import/{id}")
}

/// Earlier imports, newest first.
pub(super) fn earlier(imports: &Page<Import>, now: Timestamp) -> Markup {
    html! {
        @if !imports.items.is_empty() {
            h2.part { "Earlier imports" }
            ul.panel.things {
                @for import in &imports.items {
                    li {
                        a.wide href=(address(import.id)) {
                            strong.name { bdi { (import.file) } }
                            span.pill { (state(import.state)) }
                            span.muted { (import.counts.rows) " rows" }
                            (clock::ago(import.updated_at, now))
                        }
                    }
                }
            }
            @if let Some(cursor) = &imports.next { a.more href={ "/records/import?cursor=" (cursor) } { "Show more" } }
        }
    }
}

/// The label of a state.
pub(super) const fn state(of: ImportState) -> &'static str {
    match of {
        ImportState::Draft => "Draft",
        ImportState::Running => "Running",
        ImportState::Done => "Imported",
        ImportState::Discarded => "Discarded",
    }
}

/// The number of rows by result.
pub(super) fn counts(import: &Import) -> Markup {
    let counts = &import.counts;
    let started = import.state != ImportState::Draft;
    let figures = [
        ("Rows", counts.rows, true),
        ("New records", counts.created, started),
        ("Changed records", counts.changed, started),
        ("Unchanged records", counts.unchanged, started),
        ("Refused", counts.refused, true),
        ("Matched by text only", counts.by_text, counts.by_text > 0),
    ];
    html! {
        dl.facts { @for (name, n, _) in figures.iter().filter(|(.., shown)| *shown) { div { dt { (name) } dd { (n) } } } }
    }
}

/// The progress of a running import.
pub(super) fn running(import: &Import) -> Markup {
    html! {
        section.panel {
            div.pad.fields {
                progress max=(import.chunks) value=(import.chunks_done) aria-label="Progress" {}
                p.muted { "You may leave this page. Nerve finishes the import." }
                div.end {
                    form method="post" action=(address(import.id)) data-swap data-goes-on { button { "Continue" } }
                    (discard_button(import.id, "Stop"))
                }
            }
        }
    }
}

/// The end of an import.
pub(super) fn finished(import: &Import) -> Markup {
    html! {
        div.inline {
            a.button href="/records" { "Show the records" }
            @if import.kept { (discard_button(import.id, "Delete the refused rows")) }
        }
    }
}

/// The button that deletes the rest of the file.
pub(super) fn discard_button(id: ImportId, label: &str) -> Markup {
    html! { form method="post" action={ (address(id)) "/discard" } data-swap { button { (label) } } }
}

/// Refused rows with their reasons.
pub(super) fn refused_rows(opened: &ImportDocument) -> Markup {
    let ImportDocument { import, refused, .. } = opened;
    html! {
        @if !refused.is_empty() {
            h2.part { "Refused rows" }
            section.panel {
                ul.things { @for line in refused { li { (reasons(line)) } } }
            }
            a.more href={ "/api/imports/" (import.id) "/refused" } { "Download all refused rows with their reasons" }
        }
    }
}

fn reasons(line: &Line) -> Markup {
    html! {
        p.muted { "Line " (line.line) }
        @for refusal in &line.refused {
            p { @if let Some(column) = &refusal.column { strong { bdi { (column) } } " " } bdi { (refusal.reason) } }
        }
    }
}
