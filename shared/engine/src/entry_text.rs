//! Ledger entries as text.

use nerve_ledger::chain::{EntryKind, StoredEntry};
use nerve_model::{Action, FieldChange};

/// The entry in one line, for example `Approved: Call Ada; soon`.
pub(crate) fn said(entry: &StoredEntry) -> String {
    let action = entry.body.as_ref().and_then(|body| body.recommended_action.as_ref());
    let did = match action {
        Some(action) if entry.kind == EntryKind::Executed.as_str() => action.kind().spec().done.to_owned(),
        _ => capitalized(&entry.kind.replace('_', " ")),
    };
    let Some(body) = &entry.body else { return format!("{did} (erased)") };
    let failed = entry.kind.ends_with("failed") || entry.kind == EntryKind::Unknown.as_str();
    let ended = entry.kind == EntryKind::Outcome.as_str();
    let parts = [
        action.map(Action::headline),
        body.final_outcome.as_deref().filter(|_| ended),
        body.execution_result.as_deref().filter(|_| failed),
        body.human_override.as_deref(),
        body.note.as_deref(),
    ];
    // The first entry of a record, task or note shows only its name: the record's history has the rest.
    let began = |kind: EntryKind| entry.kind == kind.as_str();
    let named = match &body.related_record {
        Some(record) if began(EntryKind::RecordCreated) => Some(record.name.as_str()),
        _ if began(EntryKind::TaskAdded) || began(EntryKind::NoteAdded) => {
            body.changes.first().and_then(|change| change.after.as_deref())
        }
        _ => None,
    };
    let changes = body.changes.iter().filter(|_| named.is_none()).map(changed);
    let said = said_once(entry, named.into_iter().chain(parts.into_iter().flatten()).map(str::to_owned).chain(changes));
    if said.is_empty() { did } else { format!("{did}: {}", said.join("; ")) }
}

/// The parts without repetition: an error is the result of an attempt and the note of its entry, and what a person did
/// may begin with the kind of the entry.
fn said_once(entry: &StoredEntry, parts: impl Iterator<Item = String>) -> Vec<String> {
    let kind = format!("{}: ", entry.kind);
    let mut said: Vec<String> = Vec::new();
    for part in parts {
        let part = part.strip_prefix(&kind).map_or(part.clone(), str::to_owned);
        if !said.contains(&part) {
            said.push(part);
        }
    }
    said
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The change as text, for example `stage: new → won`.
fn changed(FieldChange { field, before, after }: &FieldChange) -> String {
    let field = field.strip_prefix("attributes.").unwrap_or(field);
    match (before, after) {
        (None, Some(after)) => format!("{field}: {after}"),
        (Some(before), None) => format!("{field}: no longer {before}"),
        (before, after) => {
            format!("{field}: {} → {}", before.as_deref().unwrap_or_default(), after.as_deref().unwrap_or_default())
        }
    }
}
