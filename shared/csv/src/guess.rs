//! The meaning of columns, guessed from their headers and cells.

use crate::{Column, Line};

/// Headers of known tools; the file names its sources.
const HEADERS: &str = include_str!("headers.txt");

/// The likely meanings of a file's columns. An unknown header becomes an attribute of its own name; a column without a
/// header is ignored.
pub fn guess(header: &[String], sample: &[Line]) -> Vec<Column> {
    let mut guessed: Vec<Column> = Vec::new();
    for (at, text) in header.iter().enumerate() {
        let own_name = || Column::attribute(text).unwrap_or(Column::Ignored);
        let known = text.parse().ok().or_else(|| called(text));
        let column = known.unwrap_or_else(|| if holds_mail(at, sample) { Column::Email } else { own_name() });
        guessed.push(if column.repeats() { column } else { free(&guessed, [column, own_name()]) });
    }
    person_and_company(header, &mut guessed);
    guessed
}

/// The first of the two columns that is not taken.
fn free(taken: &[Column], columns: [Column; 2]) -> Column {
    columns.into_iter().find(|column| !taken.contains(column)).unwrap_or(Column::Ignored)
}

/// In a file with first and last names, a further name column is the company's, or both names together.
fn person_and_company(header: &[String], guessed: &mut [Column]) {
    let has = |column: &Column, guessed: &[Column]| guessed.contains(column);
    if !has(&Column::GivenName, guessed) && !has(&Column::FamilyName, guessed) {
        return;
    }
    for (column, text) in guessed.iter_mut().zip(header) {
        if *column == Column::Name && !matches!(fold(text).as_str(), "name" | "fullname" | "displayname") {
            *column = Column::attribute("company").unwrap_or(Column::Ignored);
        }
    }
}

/// True if a known tool or Nerve itself names a column so.
pub(crate) fn is_known(header: &str) -> bool {
    header.parse::<Column>().is_ok() || called(header).is_some()
}

fn called(header: &str) -> Option<Column> {
    let wanted = fold(header);
    let lines = HEADERS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(": "));
    let mut lines = lines.filter(|(_, names)| names.split(", ").any(|name| fold(name) == wanted));
    lines.next().and_then(|(column, _)| column.parse().ok())
}

/// Letters and digits in lower case, without the diacritics of German and neighboring languages.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::new();
    for c in text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()) {
        match c {
            'ä' | 'à' | 'á' | 'â' => folded.push('a'),
            'ö' | 'ó' | 'ô' => folded.push('o'),
            'ü' | 'ú' | 'û' => folded.push('u'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'ß' => folded.push_str("ss"),
            'ç' => folded.push('c'),
            other => folded.push(other),
        }
    }
    folded
}

/// True if the cells of a column are mail addresses, whatever its header.
fn holds_mail(at: usize, sample: &[Line]) -> bool {
    let cells = sample.iter().filter_map(|line| line.cells.get(at)).map(|cell| cell.trim());
    let filled: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let mails = filled.iter().filter(|cell| cell.contains('@') && !cell.contains(' ')).count();
    mails > 0 && mails * 10 >= filled.len() * 8
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
        let cases: [(&[&str], &[&str]); 7] = [
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
