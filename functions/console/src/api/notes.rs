//! Notes.

use super::list::RecordListQuery;
use crate::{
    http::Method::{Get, Post},
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page,
    notes::{self, Note},
};
use nerve_model::AddNote;

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/notes", "Notes, newest first", handler!(list))
            .query::<RecordListQuery>()
            .answers::<Page<Note>>(),
        Route::api(Post, "/api/records/{id}/notes", "Add a note to a record", handler!(add))
            .body::<AddNote>()
            .answers::<Note>(),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, page) = call.query::<RecordListQuery>()?.parts();
    json(&notes::list(call.services.db(), record, &page).await?)
}

async fn add<S: Services>(call: Call<'_, S>) -> Answer {
    let note: AddNote = call.json()?;
    json(&call.editor()?.add_note(call.id("record")?, &note).await?)
}
