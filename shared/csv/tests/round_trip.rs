//! An exported file imports unchanged.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_csv::{Decision, Existing, Exported, KnownRecords, Mapping, Reader, Sheet, csv_row, write};
use nerve_matching::Profile;
use nerve_model::{Attributes, Claim, ClaimKind, RecordFields, RecordId, RecordType, Role, Timestamp};
use proptest::{collection::vec, option::of, prelude::*, sample::select};

fn id(n: u128) -> RecordId {
    RecordId::new(Timestamp::from_millis(1_700_000_000_000), n)
}

/// Text of a field: any characters, including those of spreadsheet formulas.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{1,12}", "['=+@-]{1,2}[a-z;,\"]{0,5}", "[a-z ]{1,9}"]
}

fn exported(n: u128) -> impl Strategy<Value = Exported> {
    let attributes = vec((select(vec!["city", "=x", "Größe; \"L\"", "Betrag"]), text()), 0..4);
    let record_type = select(RecordType::ALL);
    let claims = (
        vec("[a-z]{1,5}@[a-z]{1,5}\\.com", 0..3),
        vec("[a-z]{1,4}:[!-~]{1,6} ?[a-z]", 0..3),
        vec("[=A-Z0-9]{2,9}", 0..2),
    );
    (record_type, "[=+'a-zé\u{4e00}][a-z ;]{0,9}", of(text()), of(text()), attributes, claims).prop_filter_map(
        "a name",
        move |(record_type, name, owner, stage, attributes, (emails, ids, serials))| {
            let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
            let attributes = Attributes::new(attributes).ok()?;
            let fields = RecordFields::new(&name, owner.as_deref(), stage.as_deref(), attributes).ok()?;
            let claim = |kind, value: String| Claim {
                kind,
                value: format!("{value}{}", if kind == ClaimKind::Email { String::new() } else { n.to_string() }),
                role: Role::Customer,
            };
            let emails = emails.into_iter().map(|mail| claim(ClaimKind::Email, format!("{n}{mail}")));
            let ids = ids.into_iter().map(|id| claim(ClaimKind::External, id));
            let serials = serials.into_iter().map(|serial| claim(ClaimKind::Serial, serial));
            let phone = [claim(ClaimKind::Phone, "+49309018200".to_owned())];
            let claims = emails.chain(ids).chain(serials).chain(phone).collect();
            Some(Exported { id: id(n), record_type, fields, claims })
        },
    )
}

/// The decision on each row of an exported file, given the exported records.
fn imported(records: &[Exported]) -> Vec<Decision> {
    let existing = |record: &Exported| {
        let Exported { id, record_type, fields, claims } = record.clone();
        Existing {
            id,
            parts: Vec::new(),
            record_type,
            fields,
            claims,
            shared: Vec::new(),
            profile: Profile::default(),
            version: 1,
        }
    };
    let mut known = KnownRecords::new(records.iter().map(existing));
    let sheet = Sheet::read(write(records).as_bytes()).unwrap();
    let mapping = Mapping::guessed(&sheet.header, &[]);
    mapping.check(sheet.header.len()).unwrap();
    let lines = sheet.lines().map(Result::unwrap);
    lines
        .map(|line| {
            let draft =
                Reader::new(&sheet.header, &mapping).read(&line).unwrap_or_else(|why| panic!("{why:?} {line:?}"));
            known.decide(draft, line.line, mapping.record_type, id(999))
        })
        .collect()
}

proptest! {
    #[test]
    fn an_export_changes_nothing_when_it_is_imported(records in (exported(1), exported(2), exported(3))) {
        let records = [records.0, records.1, records.2];
        let unchanged: Vec<Decision> = records.iter().map(|record| Decision::Unchanged(record.id)).collect();
        prop_assert_eq!(imported(&records), unchanged);
    }

    #[test]
    fn no_cell_begins_like_a_formula(cells in vec("\\PC*|['=+@\t\r-]{1,3}\\PC*", 1..5)) {
        let mut text = String::new();
        csv_row(&mut text, cells.clone());
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        // A row of one empty cell is an empty line.
        if let Some(row) = reader.records().next() {
            let row = row.unwrap();
            prop_assert_eq!(row.len(), cells.len());
            prop_assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
        }
    }
}

#[test]
fn a_file_is_written_for_spreadsheets() {
    let attributes = Attributes::new([("city".to_owned(), "Köln; \"am Rhein\"".to_owned())]).unwrap();
    let claims = ["a@example.com", "b@example.com"].map(|value| Claim {
        kind: ClaimKind::Email,
        value: value.to_owned(),
        role: Role::Customer,
    });
    let fields = RecordFields { attributes, ..RecordFields::named("=HYPERLINK(\"http://evil.example\")") };
    let record = Exported { id: id(1), record_type: RecordType::Customer, fields, claims: claims.to_vec() };
    let expected = format!(
        "\u{feff}record,type,name,owner,stage,email,phone,external,serial,attribute:city\r\n\
         {},customer,\"'=HYPERLINK(\"\"http://evil.example\"\")\",,,\"a@example.com; b@example.com\",,,,\"Köln; \"\"am Rhein\"\"\"\r\n",
        id(1)
    );
    assert_eq!(write(&[record]), expected);
}
