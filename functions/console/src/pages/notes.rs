//! What people write down about a record.

use super::{
    clock, params,
    record::{self, Part, Refused, panel},
};
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::notes::Note;
use nerve_model::{ActionKind, AddNote, RecordId, Timestamp};

/// `POST /records/{id}/notes`.
pub(crate) async fn add<S: Services>(call: Call<'_, S>) -> Answer {
    let record = call.id("record")?;
    let note = AddNote { text: call.form().text("text").to_owned() };
    let added = call.editor()?.add_note(record, &note).await;
    record::taken(&call, record, Part::Notes, added.map_err(Problem::from)).await
}

/// The notes; with the form for one more where the record can be changed.
pub(crate) fn list(record: RecordId, notes: &[Note], now: Timestamp, open: bool, refused: Option<&Refused>) -> Markup {
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
    let (typed, open) = Refused::form(refused, Part::Notes);
    html! {
        details.add open[open] {
            summary.button data-key="w" { "Write a note" kbd aria-hidden="true" { "w" } }
            form.fields method="post" action={ "/records/" (record) "/notes" } data-swap {
                (params::inputs(ActionKind::AddNote, &typed))
                div.end { button.primary { "Save the note" } }
            }
        }
    }
}
