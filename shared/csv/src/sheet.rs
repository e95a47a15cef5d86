//! Parsing of text into rows of cells.

use crate::{FileError, decode::decode};
use nerve_model::one_line;
use serde::{Deserialize, Serialize};

/// The largest accepted file, in bytes.
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;

/// The most rows of a file, without its header.
pub const MAX_ROWS: usize = 100_000;

/// The most columns.
pub const MAX_COLUMNS: usize = 200;

/// The longest row, in bytes: a longer one has an unclosed quote.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// The longest stored header, in characters.
const HEADER_CHARS: usize = 80;

/// Separators in order of preference, if several fit.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The number of rows used to detect the separator.
const SAMPLE: usize = 20;

/// The reason a row is not imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refusal {
    /// The header of the column at fault, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The fault, in plain words.
    pub reason: String,
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    /// The line of the file at which the row begins; the header is line 1.
    pub line: u32,
    /// Its cells, unchanged.
    pub cells: Vec<String>,
    /// The reasons it is refused; empty if it is imported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
}

impl Line {
    /// Erases all but the line number: the row is about an erased person.
    pub fn erase(&mut self) {
        self.cells.clear();
        self.refused = vec![Refusal { column: None, reason: "It is about somebody who was erased.".to_owned() }];
    }
}

/// A file parsed into rows of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    text: String,
    separator: u8,
    /// Lines before the header.
    skipped: u32,
    /// The headers, each on one line; empty if a column has none.
    pub header: Vec<String>,
}

impl Sheet {
    /// Parses a file; detects its encoding and separator.
    ///
    /// # Errors
    ///
    /// It is no text, has no header or no rows, or exceeds a limit that shows before its rows are parsed.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(FileError::TooLarge);
        }
        let text = decode(bytes)?;
        let (said, text) = said_separator(&text);
        let (skipped, separator) = (u32::from(said.is_some()), said.unwrap_or_else(|| sniff(text)));
        let mut rows = records(text, separator);
        let header = rows.next().ok_or(FileError::Empty)?;
        let header: Vec<String> = header.iter().map(|cell| one_line(cell, HEADER_CHARS)).collect();
        if header.len() > MAX_COLUMNS {
            return Err(FileError::TooManyColumns);
        }
        rows.next().ok_or(FileError::NoRows)?;
        Ok(Self { text: text.to_owned(), separator, skipped, header })
    }

    /// The rows in order; rows without text are skipped.
    ///
    /// # Errors
    ///
    /// An item is an error if a limit is exceeded; ignore the items after it.
    pub fn lines(&self) -> impl Iterator<Item = Result<Line, FileError>> {
        let mut at = Place { text: &self.text, byte: 0, line: self.skipped + 1 };
        let rows = records(&self.text, self.separator).map(move |row| (at.line_of(&row), row)).skip(1);
        let rows = rows.filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()));
        rows.enumerate().map(|(n, (line, row))| {
            if n >= MAX_ROWS {
                Err(FileError::TooManyRows)
            } else if row.as_slice().len() > MAX_LINE_BYTES {
                Err(FileError::LongLine(line))
            } else {
                Ok(Line { line, cells: row.iter().map(str::to_owned).collect(), refused: Vec::new() })
            }
        })
    }
}

/// The line number. The parser's own count would start a row before the empty lines, and the second half of a line
/// break, that precede it.
struct Place<'t> {
    text: &'t str,
    byte: usize,
    line: u32,
}

impl Place<'_> {
    fn line_of(&mut self, row: &csv::StringRecord) -> u32 {
        let after = row.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        let rest = self.text.get(after..).unwrap_or_default();
        let begins = after + (rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        let passed = self.text.get(self.byte..begins).unwrap_or_default();
        // Old files separate lines with a carriage return only.
        let breaks = passed.matches('\n').count().max(passed.matches('\r').count());
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.byte = begins;
        self.line
    }
}

/// The separator that a first line `sep=;` tells spreadsheets.
fn said_separator(text: &str) -> (Option<u8>, &str) {
    let said = text.split_once('\n').and_then(|(first, rest)| {
        let separator = first.trim_end().strip_prefix("sep=")?.as_bytes();
        Some((separator.first().copied().filter(|_| separator.len() == 1)?, rest))
    });
    said.map_or((None, text), |(separator, rest)| (Some(separator), rest))
}

/// The separator for which most rows have as many cells as the header; of several, the one that gives more cells.
fn sniff(text: &str) -> u8 {
    let score = |separator: u8| {
        let counts: Vec<usize> = records(text, separator).take(SAMPLE).map(|row| row.len()).collect();
        let cells = counts.first().copied().unwrap_or_default();
        let alike = counts.iter().filter(|count| **count == cells).count();
        // With a wrong separator, quotes are plain characters, and a cell of several lines becomes several rows.
        if cells > 1 { (alike * 100 / counts.len(), cells) } else { (0, 0) }
    };
    // Of equals, `max_by_key` returns the last, so the preferred one is last.
    SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

fn records(text: &str, separator: u8) -> impl Iterator<Item = csv::StringRecord> + '_ {
    let mut builder = csv::ReaderBuilder::new();
    let reader = builder.has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    // Parsing text in memory does not fail.
    reader.into_records().map_while(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> (Vec<String>, Vec<(u32, Vec<String>)>) {
        let sheet = Sheet::read(text.as_bytes()).unwrap();
        let lines = sheet.lines().map(|line| line.map(|line| (line.line, line.cells)).unwrap()).collect();
        (sheet.header, lines)
    }

    #[test]
    fn the_separator_is_found_out() {
        for text in [
            "name,city\nAda,London\nGrace,New York\n",
            "name;city\r\nAda;London\r\nGrace;New York\r\n",
            "name\tcity\nAda\tLondon\nGrace\tNew York",
            "name|city\nAda|London\nGrace|New York\n",
            "sep=;\nname;city\nAda;London\nGrace;New York\n",
            "\"name\",\"city\"\n\"Ada\",London\nGrace,\"New York\"\n",
        ] {
            let (header, lines) = cells(text);
            assert_eq!(header, ["name", "city"], "{text}");
            assert_eq!(
                lines.iter().map(|(_, cells)| cells.concat()).collect::<Vec<_>>(),
                ["AdaLondon", "GraceNew York"]
            );
        }
        assert_eq!(cells("name;amount\nAda;1,5\nGrace;2,5\n").0, ["name", "amount"], "a comma in every row");
        assert_eq!(cells("email\na@example.com\n").0, ["email"]);
    }

    #[test]
    fn rows_say_on_which_line_they_begin() {
        let text = "name,note\nAda,\"two\nlines \"\"quoted\"\"\"\n,\n\nGrace,x\n";
        for (text, expected) in [
            (text.to_owned(), [2, 6]),
            (text.replace('\n', "\r\n"), [2, 6]),
            (text.replace('\n', "\r"), [2, 6]),
            (format!("sep=,\n{text}"), [3, 7]),
            (format!("\n{}", text.trim_end()), [3, 7]),
        ] {
            let (_, lines) = cells(&text);
            assert_eq!(lines.iter().map(|(line, _)| *line).collect::<Vec<_>>(), expected, "{text:?}");
            assert!(lines[0].1[1].ends_with("lines \"quoted\""), "{lines:?}");
        }
    }

    #[test]
    fn a_file_that_is_no_table_is_refused_as_a_whole() {
        let long = format!("a,b\n1,2\n\"{}", "x\n".repeat(40_000));
        let many = format!("a,b\n{}", "1,2\n".repeat(MAX_ROWS + 1));
        let wide = format!("{}\n1,2\n", "a,".repeat(MAX_COLUMNS + 1));
        let cases = [
            ("", FileError::Empty),
            ("name,city\n", FileError::NoRows),
            (long.as_str(), FileError::LongLine(3)),
            (many.as_str(), FileError::TooManyRows),
            (wide.as_str(), FileError::TooManyColumns),
        ];
        for (text, expected) in cases {
            let read = Sheet::read(text.as_bytes()).and_then(|sheet| sheet.lines().collect::<Result<Vec<_>, _>>());
            assert_eq!(read.unwrap_err(), expected);
        }
        assert_eq!(Sheet::read(&vec![b'x'; MAX_FILE_BYTES + 1]), Err(FileError::TooLarge));
    }
}
