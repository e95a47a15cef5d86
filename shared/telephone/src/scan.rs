//! The runs of characters in a text that can be numbers.

use crate::number::{Numbers, Reach};
use nerve_model::Region;
use std::ops::Range;

/// Words after which digits are an extension or an id, not a number of their own.
const EXTENSION: [&str; 22] = [
    "x",
    "ext",
    "extn",
    "extension",
    "xtn",
    "int",
    "interno",
    "anexo",
    "poste",
    "toestel",
    "durchwahl",
    "dw",
    "nst",
    "nebenstelle",
    "app",
    "apparat",
    "доб",
    "w",
    "p",
    "id",
    "pin",
    "code",
];

/// The fewest digits of a number.
const FEWEST: usize = 5;

/// The numbers in a plain text with their places, in order.
pub(crate) fn numbers(text: &str, home: Option<Region>) -> Vec<(Range<usize>, String)> {
    let Some(numbers) = Numbers::at(home) else { return Vec::new() };
    let runs: Vec<Range<usize>> = runs(text).into_iter().filter(|run| stands_alone(text, run)).collect();
    let long = runs.iter().filter(|run| text.get((*run).clone()).is_some_and(|run| digits(run) >= FEWEST)).count();
    let scan = Scan { text, numbers, reach: if long > 1 { Reach::Certain } else { Reach::Likely } };
    let found: Vec<_> = runs.into_iter().flat_map(|run| scan.run(run)).collect();
    if found.is_empty() { scan.spelled().into_iter().collect() } else { found }
}

/// The stretches of digits and of what stands between the digits of one number. A `+` begins another.
fn runs(text: &str) -> Vec<Range<usize>> {
    let (mut runs, mut open, mut dialed) = (Vec::new(), None, false);
    for (at, c) in text.char_indices() {
        let belongs = c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '.' | '/' | '(' | ')' | '[' | ']' | '~');
        if !belongs || (c == '+' && dialed) {
            runs.extend(open.take().filter(|_| dialed).map(|start| start..at));
            dialed = false;
        }
        if belongs {
            open = open.or(Some(at));
            dialed |= c.is_ascii_digit();
        }
    }
    runs.extend(open.filter(|_| dialed).map(|start| start..text.len()));
    runs.into_iter().map(|run| trimmed(text, run)).collect()
}

/// The run from its first digit, or what opens it, to its last digit.
fn trimmed(text: &str, run: Range<usize>) -> Range<usize> {
    let part = text.get(run.clone()).unwrap_or_default();
    let opens = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | '[');
    let start = part.find(opens).unwrap_or_default();
    let end = part.rfind(|c: char| c.is_ascii_digit()).map_or(part.len(), |last| last + 1);
    run.start + start..run.start + end.max(start)
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// False for a part of a word, an address or a masked number, and for the digits of an extension.
fn stands_alone(text: &str, run: &Range<usize>) -> bool {
    let (before, after) = (text.get(..run.start).unwrap_or_default(), text.get(run.end..).unwrap_or_default());
    let begins = text.get(run.clone()).is_some_and(|run| run.starts_with('+'));
    !follows_a_mark(before, begins) && !is_masked(after)
}

fn follows_a_mark(before: &str, begins: bool) -> bool {
    let touches = before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '@' | '*'));
    let trimmed = before.trim_end_matches([' ', '.', ':', '=', '-', '(']);
    let word = trimmed.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let is_label = word.chars().count() == 1 || word.to_lowercase().starts_with("tel");
    trimmed.ends_with('#') || (!begins && (EXTENSION.contains(&word.to_lowercase().as_str()) || (touches && !is_label)))
}

/// True if characters follow in place of digits, or the text goes on as a word that is no extension.
fn is_masked(after: &str) -> bool {
    let rest = after.trim_start_matches([' ', '-', '.', '/']);
    let mut next = rest.chars();
    let first = next.next();
    let masks = first.is_some_and(|c| matches!(c, 'x' | 'X' | '*' | '•' | '?' | '_' | '#' | '…'));
    if masks && (first == Some('…') || next.next() == first) {
        return true;
    }
    let touching = after.chars().next();
    let word: String = after.chars().take_while(|c| c.is_alphabetic()).collect();
    touching.is_some_and(|c| matches!(c, '@' | '_' | '*' | '•' | '%' | '=' | '…'))
        || (!word.is_empty() && !EXTENSION.contains(&word.to_lowercase().as_str()))
}

struct Scan<'t> {
    text: &'t str,
    numbers: Numbers,
    reach: Reach,
}

impl Scan<'_> {
    fn get(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The numbers of a run: several if each part is certainly one, else one.
    fn run(&self, run: Range<usize>) -> Vec<(Range<usize>, String)> {
        let text = self.get(&run);
        if digits(text) < FEWEST {
            return Vec::new();
        }
        let parts = |separator: &str| -> Vec<usize> { text.match_indices(separator).map(|(at, _)| at).collect() };
        let strong: Vec<usize> = ["/", "  ", " - ", " ~ "].iter().flat_map(|separator| parts(separator)).collect();
        if let Some(split) = self.split(&run, &strong) {
            return split;
        }
        if let Some(number) = self.numbers.read(text, self.reach) {
            return vec![(run, number)];
        }
        self.split(&run, &parts(" ")).unwrap_or_default()
    }

    /// The numbers on both sides of one of these places, if both sides are; of the left one if too few digits follow
    /// it to be anything but another ending.
    fn split(&self, run: &Range<usize>, places: &[usize]) -> Option<Vec<(Range<usize>, String)>> {
        places.iter().find_map(|place| {
            let middle = run.start + place;
            let left = trimmed(self.text, run.start..middle);
            let right = trimmed(self.text, middle..run.end);
            let number = self.numbers.read(self.get(&left), Reach::Certain)?;
            let after = digits(self.get(&right));
            let is_ending = after <= 2 && self.get(&(middle..run.end)).starts_with('/') && number.len() > 10;
            let others = self.run(right);
            (is_ending || !others.is_empty()).then(|| std::iter::once((left, number)).chain(others).collect())
        })
    }

    /// A number whose digits are letters on the keys: `1-800-FLOWERS`.
    fn spelled(&self) -> Option<(Range<usize>, String)> {
        let text = self.text;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')');
        let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
        let one_word = !text.contains(' ') || !text.contains(|c: char| c.is_ascii_lowercase());
        let starts = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('));
        if !text.chars().all(fits) || letters < 3 || digits(text) < 3 || !one_word || !starts {
            return None;
        }
        self.numbers.spelled(text).map(|number| (0..text.len(), number))
    }
}
