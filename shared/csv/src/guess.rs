//! The meaning of columns, guessed from their headers and cells.

use crate::{Column, Line, fold::fold, types::record_type};
use nerve_model::says_nothing;

/// Headers of known tools; the file names its sources.
const HEADERS: &str = include_str!("headers.txt");

/// Words that say which address or number of several a column has.
const WHICH: &str = "e address adresse value wert number nummer nr no work home other main business personal private primary \
    secondary alternate alternative office direct mobile cell car geschaeftlich geschäftlich privat privater private dienstlich \
    beruflich arbeit buero büro weitere weiteres haupt zentrale person people contact customer client lead kontakt kunde";

/// Words that call a mail address.
const MAIL: &str = "email emails mail mailadresse emailadresse emailaddress workemail homeemail";

/// Words that call a telephone number.
const PHONE: &str = "phone phones telephone tel telefon telefonnummer rufnummer handy handynummer mobil mobilnummer \
    mobiltelefon festnetz haupttelefon autotelefon mobilephone homephone otherphone workphone businessphone cellphone \
    phonenumber mobilenumber";

/// The things of which a tool's headers name the fields, as in `Person - Email - Work`.
const THINGS: [&str; 12] = [
    "person",
    "people",
    "organization",
    "organisation",
    "deal",
    "lead",
    "contact",
    "company",
    "account",
    "kunde",
    "kontakt",
    "firma",
];

/// Headers of the id of the row's own record, if others in the file name the ids of further records.
const OWN_IDS: [&str; 8] =
    ["recordid", "id", "contactid", "personid", "leadid", "customerid", "kundennummer", "recordidcontact"];

/// The likely meanings of a file's columns. An unknown header becomes an attribute of its own name; a column without a
/// header is ignored.
pub fn guess(header: &[String], sample: &[Line]) -> Vec<Column> {
    let known: Vec<Option<Column>> = header.iter().map(|text| text.parse().ok().or_else(|| called(text))).collect();
    let is_person = known.iter().flatten().any(|column| matches!(column, Column::GivenName | Column::FamilyName));
    let has_family = known.contains(&Some(Column::FamilyName));
    let own_id = own_id(header, &known);
    let mut guessed: Vec<Column> = Vec::new();
    for (at, (text, known)) in header.iter().zip(known).enumerate() {
        let own_name = || Column::attribute(text).unwrap_or(Column::Ignored);
        let column = match known {
            // Beside a first name only, the name is the last one.
            Some(Column::Name) if is_person && !has_family && fold(text) == "name" => Column::FamilyName,
            Some(Column::Name) if is_person => company_or_title(text),
            // The id of another record would belong to several rows.
            Some(Column::ExternalId) if own_id.is_some_and(|own| own != at) => own_name(),
            Some(Column::Type) if !are_types(at, sample) => own_name(),
            Some(column) => column,
            None if holds_mail(at, sample) => Column::Email,
            None => own_name(),
        };
        guessed.push(if column.repeats() { column } else { free(&guessed, [column, own_name()], text) });
    }
    guessed
}

/// The first of the two columns that is not taken, else an attribute with a number.
fn free(taken: &[Column], columns: [Column; 2], text: &str) -> Column {
    let numbered = (2..100).filter_map(|n| Column::attribute(&format!("{} {n}", nerve_model::clip(text, 50))));
    columns.into_iter().chain(numbered).find(|column| !taken.contains(column)).unwrap_or(Column::Ignored)
}

/// In a file with first and last names, a further name column is both names together, the company's, or a title.
fn company_or_title(text: &str) -> Column {
    let folded = fold(text);
    let whole = ["name", "fullname", "displayname", "personname", "contactname", "vollstandigername"];
    if whole.contains(&folded.as_str()) {
        return Column::Name;
    }
    let name = if folded.ends_with("title") { text } else { "company" };
    Column::attribute(name).unwrap_or(Column::Ignored)
}

/// The column with the id of the row's own record.
fn own_id(header: &[String], known: &[Option<Column>]) -> Option<usize> {
    let ids = || known.iter().enumerate().filter(|(_, column)| **column == Some(Column::ExternalId)).map(|(at, _)| at);
    let own = |at: &usize| header.get(*at).is_some_and(|text| OWN_IDS.contains(&fold(text).as_str()));
    ids().find(own).or_else(|| ids().next())
}

/// True if a known tool or Nerve itself names a column so.
pub(crate) fn is_known(header: &str) -> bool {
    header.parse::<Column>().is_ok() || called(header).is_some()
}

fn called(header: &str) -> Option<Column> {
    let rest =
        header.split_once(" - ").filter(|(thing, _)| THINGS.contains(&fold(thing).as_str())).map(|(_, rest)| rest);
    listed(header).or_else(|| contact(header)).or_else(|| listed(rest?))
}

/// The meaning of a header in the list.
fn listed(header: &str) -> Option<Column> {
    let wanted = fold(header);
    let lines = HEADERS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(": "));
    let mut lines = lines.filter(|(_, names)| names.split(", ").any(|name| fold(name) == wanted));
    lines.next().and_then(|(column, _)| column.parse().ok())
}

/// The meaning of a header that calls one of several addresses or numbers, as in `E-mail 2 - Value` or `Telefon privat`.
fn contact(header: &str) -> Option<Column> {
    let lower = header.to_lowercase();
    let words = || lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let among = |list: &str, word: &str| list.split_ascii_whitespace().any(|known| known == word);
    let calls = |list: &str| words().any(|word| among(list, word));
    let which = |word: &str| among(WHICH, word) || word.bytes().all(|b| b.is_ascii_digit());
    let only = |list: &str| words().all(|word| among(list, word) || which(word));
    if calls(MAIL) && only(MAIL) {
        Some(Column::Email)
    } else if calls(PHONE) && only(PHONE) {
        Some(Column::Phone)
    } else {
        None
    }
}

/// True if the cells of a column are mail addresses, whatever its header.
fn holds_mail(at: usize, sample: &[Line]) -> bool {
    let cells = sample.iter().filter_map(|line| line.cells.get(at)).map(|cell| cell.trim());
    let filled: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let mails = filled.iter().filter(|cell| cell.contains('@') && !cell.contains(' ')).count();
    mails > 0 && mails * 10 >= filled.len() * 8
}

/// True if some cell of the column is a type of record, or all are empty.
fn are_types(at: usize, sample: &[Line]) -> bool {
    let cells = sample.iter().filter_map(|line| line.cells.get(at)).map(|cell| cell.trim());
    let mut filled = cells.filter(|cell| !cell.is_empty() && !says_nothing(cell)).peekable();
    filled.peek().is_none() || filled.any(|cell| record_type(cell).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(headers: &[&str]) -> Vec<String> {
        let headers: Vec<String> = headers.iter().map(|text| (*text).to_owned()).collect();
        guess(&headers, &[]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn columns_are_recognized_by_the_headers_of_known_tools() {
        let cases: [(&[&str], &[&str]); 9] = [
            (
                &["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Contact owner", "Lead Status"],
                &["external_id", "given_name", "family_name", "email", "phone", "owner", "stage"],
            ),
            (
                &["Kunden-Nr.", "Firma", "E-Mail-Adresse", "Telefon", "Straße", "PLZ", "Ort"],
                &[
                    "external_id",
                    "name",
                    "email",
                    "phone",
                    "attribute:street",
                    "attribute:postal code",
                    "attribute:city",
                ],
            ),
            (&["Vorname", "Nachname", "Firma"], &["given_name", "family_name", "attribute:company"]),
            (&["Name", "Company"], &["name", "attribute:Company"]),
            (&["Email", "E-mail 1 - Value", "Mail"], &["email", "email", "email"]),
            (
                &["Favourite colour", "", "attribute:x", "status", "Phase"],
                &["attribute:Favourite colour", "ignore", "attribute:x", "stage", "attribute:Phase"],
            ),
            (&["record", "type", "name", "email"], &["record", "type", "name", "email"]),
            (&["Notes", "Notes", "Notes"], &["attribute:notes", "attribute:Notes", "attribute:Notes 2"]),
            (&["Account ID", "Contact ID"], &["attribute:Account ID", "external_id"]),
        ];
        for (headers, expected) in cases {
            assert_eq!(guessed(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn mail_addresses_are_known_by_their_looks() {
        let line = |cell: &str| Line { line: 2, cells: vec![cell.to_owned()], ..Line::default() };
        let of =
            |cells: &[&str]| guess(&["Login".to_owned()], &cells.iter().map(|cell| line(cell)).collect::<Vec<_>>());
        assert_eq!(of(&["a@example.com", "", "b@example.com"]), [Column::Email]);
        assert_eq!(of(&["ada", "b@example.com"]), [Column::Attribute("Login".to_owned())]);
    }

    #[test]
    fn every_line_of_the_table_reads_and_no_name_stands_twice() {
        let mut names = std::collections::BTreeSet::new();
        for line in HEADERS.lines().filter(|line| !line.starts_with('#')) {
            let (column, called) = line.rsplit_once(": ").expect(line);
            assert!(column.parse::<Column>().is_ok(), "{line}");
            for name in called.split(", ") {
                assert!(names.insert(fold(name)), "{name} stands twice");
            }
        }
        assert!(names.len() > 150);
    }
}
