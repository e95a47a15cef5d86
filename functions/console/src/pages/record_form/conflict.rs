//! The changes that others made to a record while a person edited it.

use super::super::history;
use crate::{problem::Problem, routes::Call, services::Services};
use maud::{Markup, html};
use nerve_ledger::{
    PageRequest,
    chain::{self, EntryKind},
    records::StoredRecord,
};
use nerve_model::{FieldChange, RecordId};

/// The changes of the latest versions, oldest first; `None` when they span more than one page of the history.
pub(super) async fn changes_since<S: Services>(
    call: &Call<'_, S>,
    record: &StoredRecord,
    versions: u32,
) -> Result<Option<Vec<FieldChange>>, Problem> {
    let page = PageRequest::new(100, None).unwrap_or_default();
    let history = chain::history(call.services.db(), record.id, &page).await?.items;
    let chain = record.id.to_string();
    let edits = history.into_iter().filter(|e| e.kind == EntryKind::RecordEdited.as_str() && e.chain == chain);
    let versions = usize::try_from(versions).unwrap_or(usize::MAX);
    let mut edits: Vec<_> = edits.take(versions).filter_map(|edit| edit.body).map(|body| body.changes).collect();
    edits.reverse();
    Ok((edits.len() == versions).then(|| edits.concat()))
}

/// The changes above the form.
pub(super) fn changes(record: RecordId, changes: Option<&[FieldChange]>) -> Markup {
    html! {
        section.panel {
            h2 { "Changes by others" }
            div.pad {
                @if let Some(changes) = changes {
                    (history::changes(changes))
                    p.small.muted { "The form holds your changes, and theirs in the fields you left unchanged. Check it, then save." }
                } @else {
                    p { "Too many changes to list. The form holds your changes; read " a href={ "/records/" (record) "/history" } { "the history" } " before you save." }
                }
            }
        }
    }
}
