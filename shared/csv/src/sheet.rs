//! Parsing of text into rows of cells.

use crate::{
    Encoding, FileError,
    decode::{Decoded, decode},
    guess::is_known,
    rows::{MAX_LINE_BYTES, Row, Rows},
};
use nerve_model::{bare_address, clip, one_line, visible};
use serde::{Deserialize, Serialize};

/// The largest accepted file, in bytes.
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;

/// The most rows of a file, without its header.
pub const MAX_ROWS: usize = 100_000;

/// The most columns.
pub const MAX_COLUMNS: usize = 200;

/// The longest stored header, in characters.
const HEADER_CHARS: usize = 80;

/// The longest part of a cell that is stored of a longer row, in characters.
const LONG_CELL_CHARS: usize = 200;

/// The most rows between a title of the sheet and its header.
const MAX_TITLE_ROWS: usize = 6;

/// Separators in order of preference, if several fit.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The number of rows used to detect the separator.
const SAMPLE: usize = 20;

/// The reason a row, or a cell of it, is not imported.
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    /// The line of the file at which the row begins; the header is line 1.
    pub line: u32,
    /// Its cells, unchanged.
    pub cells: Vec<String>,
    /// The reason why the row cannot be read whatever its columns mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The reasons it is refused; empty if it is imported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
    /// The bytes of its cells, a character each, while another encoding can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<String>,
    /// Its cells that are not imported as what their column means, each with the reason; they are kept as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Refusal>,
}

impl Line {
    /// True if the row is imported, but not all of its cells as what their column means.
    pub fn has_remarks_only(&self) -> bool {
        self.refused.is_empty() && !self.remarks.is_empty()
    }

    /// Reads its cells again in another encoding, if their bytes are known.
    pub fn reread(&mut self, encoding: Encoding) {
        if !self.raw.is_empty() {
            self.cells = self.raw.iter().map(|cell| encoding.cell(cell)).collect();
        }
    }

    /// Erases all but the line number: the row is about an erased person.
    pub fn erase(&mut self) {
        self.cells.clear();
        self.raw.clear();
        self.remarks.clear();
        self.refused = vec![Refusal { column: None, reason: "It is about somebody who was erased.".to_owned() }];
    }
}

/// A file parsed into rows of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    text: String,
    separator: u8,
    /// The place of the first row, in bytes, and its line.
    start: (usize, u32),
    /// The cells of the header; none if the first row is about a record.
    titles: Option<Vec<String>>,
    /// The encoding of the file.
    pub encoding: Encoding,
    /// The text has the bytes of the file: a person may choose another encoding.
    pub is_raw: bool,
    /// The headers, each on one line. A column without one is called `Column 3`, or nothing if all its cells are empty.
    pub header: Vec<String>,
}

impl Sheet {
    /// Parses a file; detects its encoding, its separator and the row of its headers.
    ///
    /// # Errors
    ///
    /// It is no text, has no header or no rows, or exceeds a limit that shows before its rows are parsed.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        Self::read_in(bytes, None)
    }

    /// Parses a file in the encoding that a person has chosen; detects it if nobody has.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn read_in(bytes: &[u8], chosen: Option<Encoding>) -> Result<Self, FileError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(FileError::TooLarge);
        }
        let Decoded { text, encoding, is_raw } = decode(bytes, chosen)?;
        let (said, text) = said_separator(&text);
        let first = 1 + u32::from(said.is_some());
        let separator = said.unwrap_or_else(|| sniff(text));
        let row = header_row(Rows::new(text, separator, first)).ok_or(FileError::Empty)?;
        let (has_titles, width) = (!is_data(&row.cells), row.cells.len());
        let mut sheet = Self {
            text: text.to_owned(),
            separator,
            start: (row.start, row.line),
            header: Vec::new(),
            titles: has_titles.then_some(row.cells),
            encoding,
            is_raw,
        };
        sheet.header = sheet.titles.as_ref().map_or_else(|| vec![String::new(); width], |cells| sheet.titles_in(cells));
        sheet.name_columns();
        if sheet.header.len() > MAX_COLUMNS {
            return Err(FileError::TooManyColumns);
        }
        sheet.lines().next().ok_or(FileError::NoRows)??;
        Ok(sheet)
    }

    fn titles_in(&self, cells: &[String]) -> Vec<String> {
        titles(cells, self.is_raw.then_some(self.encoding))
    }

    /// The bytes of the headers, a character each, if another encoding can be chosen.
    pub fn raw_header(&self) -> Vec<String> {
        self.titles.clone().filter(|_| self.is_raw).unwrap_or_default()
    }

    /// Names the columns without a header that hold something, and removes empty ones at the end.
    fn name_columns(&mut self) {
        if self.header.iter().all(|title| !title.is_empty()) {
            return;
        }
        let mut filled = vec![false; self.header.len()];
        for row in self.rows() {
            filled.iter_mut().zip(&row.cells).for_each(|(filled, cell)| *filled |= !is_blank(cell));
        }
        for (n, (title, filled)) in self.header.iter_mut().zip(&filled).enumerate() {
            if title.is_empty() && *filled {
                *title = format!("Column {}", n.saturating_add(1));
            }
        }
        while self.header.pop_if(|title| title.is_empty()).is_some() {}
    }

    /// The rows about records: not empty, and not the header once more, as in files that were joined.
    fn rows(&self) -> impl Iterator<Item = Row> {
        let (start, line) = self.start;
        let rows = Rows::new(self.text.get(start..).unwrap_or_default(), self.separator, line);
        let width = self.titles.as_ref().map_or(self.header.len(), Vec::len);
        let rows = rows.of_width(width).skip(usize::from(self.titles.is_some()));
        rows.filter(|row| !row.cells.iter().all(|cell| is_blank(cell)) && self.titles.as_ref() != Some(&row.cells))
    }

    /// The rows in order; rows without text are skipped.
    ///
    /// # Errors
    ///
    /// An item is an error if a limit is exceeded; ignore the items after it.
    pub fn lines(&self) -> impl Iterator<Item = Result<Line, FileError>> {
        let line = |(n, row): (usize, Row)| if n < MAX_ROWS { Ok(self.line(row)) } else { Err(FileError::TooManyRows) };
        self.rows().enumerate().map(line)
    }

    fn line(&self, row: Row) -> Line {
        let Row { line, mut cells, is_broken, bytes, .. } = row;
        let width = self.titles.as_ref().map_or(self.header.len(), Vec::len);
        let fault = if bytes > MAX_LINE_BYTES {
            cells.truncate(self.header.len());
            cells.iter_mut().for_each(|cell| *cell = clip(cell, LONG_CELL_CHARS));
            Some("The row is longer than 64 KB.".to_owned())
        } else if is_broken && cells.len() != width {
            let found = cells.len();
            Some(format!("A quotation mark is never closed: the row has {found} cells, the header {width}."))
        } else {
            None
        };
        if !self.is_raw || cells.iter().all(|cell| cell.is_ascii()) {
            return Line { line, cells, fault, ..Line::default() };
        }
        let mut line = Line { line, raw: cells, fault, ..Line::default() };
        line.reread(self.encoding);
        line
    }
}

/// True if nothing can be seen in the cell.
fn is_blank(cell: &str) -> bool {
    visible(cell).is_empty()
}

fn titles(cells: &[String], raw: Option<Encoding>) -> Vec<String> {
    let text = |cell: &String| raw.map_or_else(|| cell.clone(), |encoding| encoding.cell(cell));
    cells.iter().map(|cell| one_line(&text(cell), HEADER_CHARS)).collect()
}

/// The headers in another encoding, from their bytes. Headers that the file does not have stay as they are.
pub fn reread_header(header: &[String], raw: &[String], encoding: Encoding) -> Vec<String> {
    let read = titles(raw, Some(encoding));
    let one = |(at, title): (usize, &String)| read.get(at).filter(|read| !read.is_empty()).unwrap_or(title).clone();
    header.iter().enumerate().map(one).collect()
}

/// True if the row is about a record and names no columns: it has a mail address.
fn is_data(cells: &[String]) -> bool {
    let is_address = |cell: &String| {
        let address = bare_address(cell);
        address.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
            && !address.contains(' ')
    };
    cells.iter().any(is_address) && !cells.iter().any(|cell| is_known(cell))
}

/// The row that names the columns: the first, or one after a title of the sheet that names more columns.
fn header_row(rows: impl Iterator<Item = Row>) -> Option<Row> {
    let filled = |row: &Row| row.cells.iter().filter(|cell| !is_blank(cell)).count();
    let known = |row: &Row| row.cells.iter().filter(|cell| is_known(cell)).count();
    let mut rows = rows.filter(|row| filled(row) > 0);
    let first = rows.next()?;
    let is_header = |row: &Row| filled(row) > 1 && filled(row) >= 2 * filled(&first) && known(row) > known(&first);
    let after_title = rows.take(MAX_TITLE_ROWS).find(is_header);
    Some(after_title.unwrap_or(first))
}

/// The separator that a first line `sep=;` tells spreadsheets.
fn said_separator(text: &str) -> (Option<u8>, &str) {
    let said = || {
        let (first, rest) = text.split_once(['\r', '\n'])?;
        let first = first.trim_matches(['"', ' ']);
        let (_, separator) = first.split_at_checked(4).filter(|(word, _)| word.eq_ignore_ascii_case("sep="))?;
        let separator = match separator.as_bytes() {
            [separator] => *separator,
            // Some editor has taken the tab off.
            [] => b'\t',
            _ => return None,
        };
        Some((separator, rest.strip_prefix('\n').unwrap_or(rest)))
    };
    said().map_or((None, text), |(separator, rest)| (Some(separator), rest))
}

/// The separator for which most rows have as many cells as the header, or fewer, as programs write that leave out empty
/// cells at the end; of several separators, the one that gives more cells.
fn sniff(text: &str) -> u8 {
    let score = |separator: u8| {
        let rows = Rows::new(text, separator, 1).take(SAMPLE);
        let Some(header) = header_row(rows.clone()).filter(|header| header.cells.len() > 1) else { return (0, 0) };
        let cells = header.cells.len();
        let counts: Vec<usize> = rows.skip_while(|row| row.line < header.line).map(|row| row.cells.len()).collect();
        let alike = |count: &usize| if *count == cells { 2 } else { usize::from(*count < cells && *count > 1) };
        // With a wrong separator, quotes are plain characters, and a cell of several lines becomes several rows.
        (counts.iter().map(alike).sum::<usize>() * 100 / counts.len().max(1), cells)
    };
    // Of equals, `max_by_key` returns the last, so the preferred one is last.
    SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(b',')
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
        assert_eq!(cells("email\na@example.com; b@example.com\n").0, ["email"]);
        assert_eq!(cells("Titel; alle\nName,Email\nAda,a@example.com\n").0, ["Name", "Email"]);
        assert_eq!(cells("a;b;c\n1;2,0\n3;4,0;5\n").0, ["a", "b", "c"], "short rows");
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
        let many = format!("a,b\n{}", "1,2\n".repeat(MAX_ROWS + 1));
        let wide = format!("{}\n1,2\n", "a,".repeat(MAX_COLUMNS + 1));
        let cases = [
            ("", FileError::Empty),
            ("name,city\n", FileError::NoRows),
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
