use crate::{
    claims::{claims, normalize, party_name},
    defaults,
    frame::Frame,
    kinds::{fields, kind},
    shape::{Faults, Shape, text, time},
};
use nerve_intake::{
    Malformed, NewEvent,
    reading::{SUMMARY_CHARS, VendorId, https, line},
};
use nerve_model::{DedupKey, Fact, SemanticKey, Subject, Timestamp};
use serde_json::{Map, Value, json};

/// The longest subject a sender may name, in characters.
const SUBJECT_CHARS: usize = 100;

/// The longest subject made of a detail's ids, in characters: with the scope it stays under a kilobyte.
const ABOUT_CHARS: usize = 180;

/// Parses a document of the input form.
///
/// # Errors
///
/// All faults of the document, by field path.
pub fn event(document: &Map<String, Value>, frame: Frame<'_>) -> Result<NewEvent, Malformed> {
    let mut faults = Faults::default();
    let fact = fact(document, &mut faults);
    let occurred_at = instant(document, &mut faults);
    let id = id(document, &mut faults);
    let mut fact = match (faults.into_text(), fact) {
        (None, Some(fact)) => fact,
        (faults, _) => return Err(Malformed(faults.unwrap_or_else(|| "detail cannot be read".to_owned()))),
    };
    normalize(&mut fact, &frame);
    let name = party_name(document, &fact);
    let said = |field: &str| document.get(field).and_then(text);
    let summary = said("summary").and_then(|text| line(&text, SUMMARY_CHARS));
    let summary = summary.or_else(|| line(&defaults::summary(&fact, name.as_deref()), SUMMARY_CHARS));
    let subject = subject(said("subject"), &fact, id.as_ref(), frame);
    Ok(NewEvent {
        dedup_key: DedupKey::new(frame.delivery),
        semantic_key: semantic_key(&subject, &fact, id.as_ref().map_or(frame.delivery, VendorId::as_str)),
        subject,
        claims: claims(document, &fact, &frame),
        party_name: name,
        test: document.get("test") == Some(&Value::Bool(true)),
        summary: summary.unwrap_or_else(|| fact.kind().to_string()),
        link: said("link").and_then(|link| https(&link)),
        occurred_at: occurred_at.unwrap_or(frame.received_at),
        fact,
    })
}

fn fact(document: &Map<String, Value>, faults: &mut Faults) -> Option<Fact> {
    let name = document.get("kind").and_then(Value::as_str).unwrap_or_default();
    let kind = kind(name).map_err(|wrong| faults.note("kind", &wrong)).ok()?;
    let empty = json!({});
    let detail = document.get("detail").unwrap_or(&empty);
    let detail = Shape::Object(fields(kind)).read(detail, "detail", faults)?;
    Fact::from_detail(kind, detail).ok()
}

fn instant(document: &Map<String, Value>, faults: &mut Faults) -> Option<Timestamp> {
    let given = document.get("occurred_at").filter(|given| !given.is_null())?;
    let at = text(given).and_then(|text| time(&text));
    if at.is_none() {
        faults.note("occurred_at", "must be an RFC 3339 time");
    }
    at
}

fn id(document: &Map<String, Value>, faults: &mut Faults) -> Option<VendorId> {
    let given = document.get("id").filter(|given| !given.is_null())?;
    let id = text(given).and_then(VendorId::new);
    if id.is_none() {
        faults.note("id", "must be 1 to 255 visible ASCII characters");
    }
    id
}

/// The key by the sender's id of the fact, which all its reports share; else by the delivery.
fn semantic_key(subject: &Subject, fact: &Fact, id: &str) -> SemanticKey {
    SemanticKey::about(subject, format_args!("{} {id}", fact.kind()))
}

fn subject(said: Option<String>, fact: &Fact, id: Option<&VendorId>, frame: Frame<'_>) -> Subject {
    // The other subjects of a merge are formed like its own.
    let said = said.filter(|_| !matches!(fact, Fact::RecordMerged(_)));
    let said = said.and_then(|text| line(&text, SUBJECT_CHARS));
    let about = said.or_else(|| line(&defaults::subject(fact)?, ABOUT_CHARS));
    let about = about.unwrap_or_else(|| format!("event:{}", id.map_or(frame.delivery, VendorId::as_str)));
    Subject::new(format!("{}:{about}", frame.scope))
}
