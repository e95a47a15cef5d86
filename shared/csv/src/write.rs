//! Records as CSV.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, and strangers choose names and other
//! values. An apostrophe before such a cell makes spreadsheets show it as text (OWASP, "CSV Injection"). A cell that
//! begins with an apostrophe gets one too, so that parsing removes exactly one.

use crate::Line;
use nerve_model::{Claim, ClaimKind, RecordFields, RecordId, RecordType};
use serde::Serialize;
use std::collections::BTreeSet;

/// A record to export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exported {
    /// The record.
    pub id: RecordId,
    /// Its type.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// Its fields.
    #[serde(flatten)]
    pub fields: RecordFields,
    /// Its claims.
    pub claims: Vec<Claim>,
}

/// The columns besides attributes; the import recognizes these names.
const COLUMNS: [&str; 9] = ["record", "type", "name", "owner", "stage", "email", "phone", "external", "serial"];

/// Records as a CSV file: UTF-8 with a byte order mark, which tells spreadsheets the encoding; lines end in CR LF (RFC
/// 4180). Several addresses of a record share a cell, separated by semicolons; several ids or serial numbers share one,
/// a line each.
pub fn write(records: &[Exported]) -> String {
    let names: BTreeSet<&str> =
        records.iter().flat_map(|record| record.fields.attributes.iter().map(|(name, _)| name)).collect();
    let header =
        COLUMNS.iter().map(|name| (*name).to_owned()).chain(names.iter().map(|name| format!("attribute:{name}")));
    let mut text = String::from("\u{feff}");
    csv_row(&mut text, header);
    for record in records {
        csv_row(
            &mut text,
            cells(record)
                .into_iter()
                .chain(names.iter().map(|name| record.fields.attributes.get(name).unwrap_or_default().to_owned())),
        );
    }
    text
}

fn cells(record: &Exported) -> [String; 9] {
    let claims = |kind: ClaimKind, separator: &str| {
        let of_kind = record.claims.iter().filter(|claim| claim.kind == kind).map(|claim| claim.value.as_str());
        of_kind.collect::<Vec<_>>().join(separator)
    };
    let RecordFields { name, owner, stage, .. } = &record.fields;
    [
        record.id.to_string(),
        record.record_type.to_string(),
        name.clone(),
        owner.clone().unwrap_or_default(),
        stage.clone().unwrap_or_default(),
        claims(ClaimKind::Email, "; "),
        claims(ClaimKind::Phone, "; "),
        claims(ClaimKind::External, "\n"),
        claims(ClaimKind::Serial, "\n"),
    ]
}

/// Refused rows as a CSV file with two more columns: the line and the reasons. Once corrected, the file can be imported
/// as it is: the import ignores those two columns.
pub fn refused<'l>(header: &[String], lines: impl IntoIterator<Item = &'l Line>) -> String {
    let mut text = String::from("\u{feff}");
    csv_row(&mut text, header.iter().cloned().chain(["line in file", "refused because"].map(str::to_owned)));
    for line in lines {
        let reason = |refusal: &crate::Refusal| match &refusal.column {
            Some(column) => format!("{column}: {}", refusal.reason),
            None => refusal.reason.clone(),
        };
        let reasons: Vec<String> = line.refused.iter().map(reason).collect();
        // Rows get as many cells as the header, so that the reasons stand in their own column.
        let cells = (0..header.len()).map(|at| line.cells.get(at).map(|cell| unguarded(cell).to_owned()));
        csv_row(&mut text, cells.map(Option::unwrap_or_default).chain([line.line.to_string(), reasons.join(" ")]));
    }
    text
}

/// Appends a row: quotes cells where necessary and guards them against spreadsheets.
pub fn csv_row(text: &mut String, cells: impl IntoIterator<Item = String>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let cell = guarded(cell);
        if cell.contains([',', ';', '"', '\n', '\r', '\t']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

const fn is_special(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\'')
}

fn guarded(cell: String) -> String {
    if cell.starts_with(is_special) { format!("'{cell}") } else { cell }
}

/// The cell without its guarding apostrophe.
pub(crate) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(is_special)).unwrap_or(cell)
}
