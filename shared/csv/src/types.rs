//! The type of a record, as files write it.

use crate::fold::fold;
use nerve_model::RecordType;

/// Names of record types in files, besides Nerve's own.
const TYPES: [(RecordType, &[&str]); 5] = [
    (
        RecordType::Customer,
        &["contact", "client", "company", "person", "account", "lead", "kunde", "kundin", "kontakt", "interessent"],
    ),
    (RecordType::Deal, &["opportunity", "quote", "chance", "angebot", "geschaft"]),
    (RecordType::Project, &["job", "projekt", "auftrag"]),
    (RecordType::Asset, &["device", "equipment", "vehicle", "anlage", "gerat", "fahrzeug"]),
    (RecordType::Vendor, &["supplier", "lieferant", "kreditor", "dienstleister"]),
];

/// The type that a text names.
pub(crate) fn record_type(text: &str) -> Option<RecordType> {
    let folded = fold(text);
    let singular = folded.strip_suffix('s').unwrap_or(&folded);
    let named = |name: &str| name.parse().ok();
    let called = |name: &str| TYPES.iter().find(|(_, names)| names.contains(&name)).map(|(found, _)| *found);
    [folded.as_str(), singular].into_iter().find_map(|name| named(name).or_else(|| called(name)))
}
