//! Text into rows of cells.
//!
//! Spreadsheets quote a cell that holds a separator, a quotation mark or a line break. Other programs and people leave
//! marks unclosed or unescaped. A mark that is never closed costs its own row only, and none of those after it.

/// The longest row that is imported, in bytes.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// The most unescaped quotation marks in one cell. It bounds how often the rest of a file is read.
const MAX_STRAY: usize = 50;

/// A row as it stands in the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// The line at which it begins, from 1.
    pub(crate) line: u32,
    /// Its place in the text, in bytes.
    pub(crate) start: usize,
    /// Its cells.
    pub(crate) cells: Vec<String>,
    /// A quotation mark was never closed: the row is its first line, and the mark is left out.
    pub(crate) is_broken: bool,
    /// Its length, in bytes.
    pub(crate) bytes: usize,
}

/// The rows of a text; empty lines are skipped.
#[derive(Debug, Clone)]
pub(crate) struct Rows<'t> {
    text: &'t str,
    separator: char,
    /// The number of cells that a row should have, if that is known.
    width: Option<usize>,
    at: usize,
    line: u32,
}

impl<'t> Rows<'t> {
    /// The rows of a text that begins at this line of its file.
    pub(crate) const fn new(text: &'t str, separator: u8, line: u32) -> Self {
        Self { text, separator: separator as char, width: None, at: 0, line }
    }

    /// The rows, if they should have this many cells.
    pub(crate) const fn of_width(self, width: usize) -> Self {
        Self { width: Some(width), ..self }
    }

    fn take_breaks(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let after = rest.trim_start_matches(['\r', '\n']);
        self.advance(rest.len() - after.len());
    }

    fn advance(&mut self, bytes: usize) {
        let end = self.at.saturating_add(bytes);
        let passed = self.text.get(self.at..end).unwrap_or_default();
        self.line = self.line.saturating_add(breaks(passed));
        self.at = end;
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        self.take_breaks();
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (parsed, is_broken) = row(rest, self.separator, self.width);
        let (line, start) = (self.line, self.at);
        self.advance(parsed.bytes);
        Some(Row { line, start, cells: parsed.cells, is_broken, bytes: parsed.bytes })
    }
}

/// The number of line breaks. Old files separate lines with a carriage return only.
fn breaks(text: &str) -> u32 {
    let pairs = text.matches("\r\n").count();
    let single = text.matches(['\r', '\n']).count();
    u32::try_from(single.saturating_sub(pairs)).unwrap_or(u32::MAX)
}

struct Parsed {
    cells: Vec<String>,
    /// Without the line break.
    bytes: usize,
    /// A cell has a line break.
    has_breaks: bool,
    /// A quotation mark is never closed.
    is_open: bool,
}

/// The first row, and whether it is broken: it goes on to a mark that does not close it, or takes in other rows.
fn row(text: &str, separator: char, width: Option<usize>) -> (Parsed, bool) {
    let whole = parse(text, separator);
    if !whole.is_open && (!whole.has_breaks || width.is_none_or(|width| whole.cells.len() == width)) {
        return (whole, false);
    }
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = parse(text.get(..end).unwrap_or(text), separator);
    if whole.is_open || width == Some(line.cells.len()) { (line, true) } else { (whole, false) }
}

fn parse(text: &str, separator: char) -> Parsed {
    let mut parsed = Parsed { cells: Vec::new(), bytes: 0, has_breaks: false, is_open: false };
    loop {
        let rest = text.get(parsed.bytes..).unwrap_or_default();
        let (cell, bytes) = match quoted(rest, separator) {
            Some(Quoted { cell, bytes: Some(bytes), has_breaks }) => {
                parsed.has_breaks |= has_breaks;
                (cell, bytes)
            }
            opened => {
                parsed.is_open |= opened.is_some();
                let cell = rest.get(..rest.find([separator, '\r', '\n']).unwrap_or(rest.len())).unwrap_or_default();
                let plain = if opened.is_some() { cell.trim_start().trim_start_matches('"') } else { cell };
                (plain.to_owned(), cell.len())
            }
        };
        parsed.cells.push(cell);
        parsed.bytes = parsed.bytes.saturating_add(bytes);
        let goes_on = text.get(parsed.bytes..).is_some_and(|rest| rest.starts_with(separator));
        if !goes_on {
            return parsed;
        }
        parsed.bytes = parsed.bytes.saturating_add(separator.len_utf8());
    }
}

struct Quoted {
    cell: String,
    /// The length with its marks and blanks around them; none if the cell is never closed.
    bytes: Option<usize>,
    has_breaks: bool,
}

/// The quoted cell at the start of the text, if there is one.
fn quoted(text: &str, separator: char) -> Option<Quoted> {
    let rest = text.trim_start_matches(' ').strip_prefix('"')?;
    let start = text.len() - rest.len();
    let mut quoted = Quoted { cell: String::new(), bytes: None, has_breaks: false };
    let (mut at, mut stray) = (0_usize, 0);
    while let Some((before, after)) = rest.get(at..).and_then(|rest| rest.split_once('"')) {
        quoted.cell.push_str(before);
        quoted.has_breaks |= before.contains(['\r', '\n']);
        let end = at.saturating_add(before.len()).saturating_add(1);
        if after.starts_with('"') && end <= MAX_LINE_BYTES {
            quoted.cell.push('"');
            at = end.saturating_add(1);
            continue;
        }
        let next = after.trim_start_matches(' ');
        if next.is_empty() || next.starts_with([separator, '\r', '\n']) {
            quoted.bytes = Some(start + end + (after.len() - next.len()));
            return Some(quoted);
        }
        stray += 1;
        // A mark at the start of a cell in a later line opens that cell: this one was never closed.
        let opens = before.ends_with([separator, '\r', '\n']) && quoted.has_breaks;
        if opens || stray > MAX_STRAY || end > MAX_LINE_BYTES {
            return Some(quoted);
        }
        quoted.cell.push('"');
        at = end;
    }
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>, bool)> {
        let mut rows = Rows::new(text, b',', 1);
        let width = rows.next().unwrap().cells.len();
        rows.of_width(width).map(|row| (row.line, row.cells, row.is_broken)).collect()
    }

    #[test]
    fn cells_are_read_as_spreadsheets_write_them() {
        for (row, expected) in [
            ("Ada,a@x.de", vec!["Ada", "a@x.de"]),
            ("\"Lindqvist, Ada\",\"a@x.de\"", vec!["Lindqvist, Ada", "a@x.de"]),
            ("\"Ada \"\"A\"\"\",", vec!["Ada \"A\"", ""]),
            ("\"Ada \"A\" Lind\",x", vec!["Ada \"A\" Lind", "x"]),
            ("Ada, \"x, y\" ", vec!["Ada", "x, y"]),
            ("5\" pipe,x", vec!["5\" pipe", "x"]),
            ("\"two\nlines\",x", vec!["two\nlines", "x"]),
            ("\"two\n\"\"quoted\"\" lines\",\"\"", vec!["two\n\"quoted\" lines", ""]),
            ("\"said\nthen \"so\" twice\",x", vec!["said\nthen \"so\" twice", "x"]),
        ] {
            let found = rows(&format!("Name,Note\n{row}\nLast,row\n"));
            assert_eq!(found[0].1, expected, "{row}");
            assert_eq!((found.len(), found[1].1.concat().as_str(), found[0].2), (2, "Lastrow", false), "{row}");
        }
    }

    #[test]
    fn a_mark_that_is_never_closed_costs_no_other_row() {
        let rest = [
            "Ben,b@x.de,1\nCleo,c@x.de,\"one, two\"\n",
            "Ben,b@x.de,\n\"Cleo\",\"c@x.de\",\"\"\n",
            "\"Ben\",\"b@x.de\",\"1\"\n\"Cleo\",\"c@x.de\",\"said \"\"so\"\"\"\n",
            "Ben,b@x.de,1\nCleo,c@x.de,2\n",
            "Ben,b@x.de,\"x\nCleo,c@x.de,\"y\n",
        ];
        for rest in rest {
            for (row, cells) in [
                ("Ada,\"a@x.de,1", ["Ada", "a@x.de", "1"]),
                ("\"Ada,a@x.de,1", ["Ada", "a@x.de", "1"]),
                ("\"Ada\",\"a@x.de\",\"1", ["Ada", "a@x.de", "1"]),
            ] {
                let found = rows(&format!("Name,Mail,Note\n{row}\n{rest}"));
                assert_eq!(found[0], (2, cells.map(str::to_owned).to_vec(), true), "{row}\n{rest}");
                let others: Vec<(u32, &str)> = found.iter().skip(1).map(|row| (row.0, row.1[1].as_str())).collect();
                assert_eq!(others, [(3, "b@x.de"), (4, "c@x.de")], "{row}\n{rest}");
            }
        }
    }

    #[test]
    fn a_hostile_text_takes_no_longer() {
        for line in ["x,\"a\n", "\"a\"b", "\"\n", "\"\"\"", "\"a\n\"b,\n"] {
            assert!(Rows::new(&line.repeat(100_000), b',', 1).of_width(2).count() > 0);
        }
    }
}
