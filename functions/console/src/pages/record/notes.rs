//! The notes of a record.

use super::{
    super::{clock, params},
    panel::panel,
    refused::{Part, Refused},
};
use maud::{Markup, html};
use nerve_ledger::notes::Note;
use nerve_model::{ActionKind, RecordId, Timestamp};

/// The notes; with a form while the record can be changed.
pub(super) fn list(record: RecordId, notes: &[Note], now: Timestamp, open: bool, refused: Option<&Refused>) -> Markup {
    let line = |note: &Note| {
        html! {
            p.said.undone[note.undone_at.is_some()] { bdi { (note.text) } }
            p.small.muted {
                @if let Some(by) = &note.created_by { "By " bdi { (by) } ", " }
                (clock::ago(note.created_at, now))
            }
        }
    };
    let form = html! { @if open { (form(record, refused)) } };
    panel("Notes", "No notes.", notes.iter().map(line), &form)
}

fn form(record: RecordId, refused: Option<&Refused>) -> Markup {
    let (typed, open) = Refused::typed(refused, Part::Notes);
    html! {
        details.add open[open] {
            summary.button data-key="w" { "Add a note" kbd aria-hidden="true" { "w" } }
            form.fields method="post" action={ "/records/" (record) "/notes" } data-swap {
                (params::inputs(ActionKind::AddNote, &typed))
                div.end { button.primary { "Save the note" } }
            }
        }
    }
}
