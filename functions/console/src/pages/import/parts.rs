//! The parts of an import's page.

use super::super::clock;
use crate::api::imports::ImportDocument;
use maud::{Markup, html};
use nerve_csv::{Encoding, Line, Refusal};
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
        ("With cells kept as written", counts.remarked, counts.remarked > 0),
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
            @if import.kept {
                @let label = if import.counts.refused > 0 { "Delete the refused rows" } else { "Delete the remarks" };
                (discard_button(import.id, label))
            }
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
                ul.things { @for line in refused { li { (reasons(line, &line.refused)) } } }
            }
            a.more href={ "/api/imports/" (import.id) "/refused" } { "Download all refused rows with their reasons" }
        }
    }
}

/// Imported rows with cells that are kept as written, and why.
pub(super) fn remarked_rows(opened: &ImportDocument) -> Markup {
    html! {
        @if !opened.remarked.is_empty() {
            h2.part { "Cells kept as written" }
            section.panel {
                p.pad.muted { "These rows are imported. A cell that is not what its column means becomes a field of the record." }
                ul.things { @for line in &opened.remarked { li { (reasons(line, &line.remarks)) } } }
            }
        }
    }
}

/// The encodings to choose from; without a chosen one, Nerve detects it.
pub(super) fn encodings(chosen: Option<&str>) -> Markup {
    html! {
        select name="encoding" {
            @if chosen.is_none() { option value="" selected { "Detect it" } }
            @for (name, usage) in Encoding::choices() {
                option value=(name) selected[chosen == Some(name)] { (usage) " (" (name) ")" }
            }
            @if let Some(name) = chosen.filter(|name| Encoding::choices().all(|(choice, _)| choice != *name)) {
                option value=(name) selected { (name) }
            }
        }
    }
}

/// The encoding in which a draft is read, and the choice of another. The first rows show its effect.
pub(super) fn encoding(opened: &ImportDocument) -> Markup {
    let ImportDocument { import, encodings: choices, .. } = opened;
    html! {
        @if !choices.is_empty() {
            section.panel {
                form.pad.fields method="post" action={ (address(import.id)) "/encoding" } data-swap {
                    p { "The file does not say its encoding. Are the names in the first rows right?" }
                    label { "Encoding" (encodings(Some(&import.encoding))) }
                    div.end { button { "Read again" } }
                }
            }
        }
    }
}

fn reasons(line: &Line, reasons: &[Refusal]) -> Markup {
    html! {
        p.muted { "Line " (line.line) }
        @for refusal in reasons {
            p { @if let Some(column) = &refusal.column { strong { bdi { (column) } } " " } bdi { (refusal.reason) } }
        }
    }
}
