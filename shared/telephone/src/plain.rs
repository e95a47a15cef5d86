//! A text in plain characters: digits of any script as `0` to `9`, one sort of blank, dash and bracket.

/// The first of ten consecutive digits in each script that writes decimal numbers (Unicode, general category Nd).
const ZEROS: [u32; 52] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x1d7ce,
    0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950, 0x1fbf0,
];

/// What a link to a number begins with.
const SCHEMES: [&str; 4] = ["tel:", "callto:", "sms:", "phone:"];

/// What says no more than that a number follows, or another one.
const LABELS: [&str; 16] = [
    "tel",
    "telefon",
    "telefono",
    "telephone",
    "téléphone",
    "phone",
    "phone number",
    "fon",
    "tel nr",
    "tel no",
    "or",
    "oder",
    "and",
    "und",
    "ou",
    "et",
];

/// The text in plain characters, without its scheme.
pub(crate) fn plain(text: &str) -> String {
    let text: String = text.chars().filter_map(character).collect();
    let text = text.trim();
    let unescaped = text.replace("%2B", "+").replace("%2b", "+").replace("%20", " ");
    let scheme = SCHEMES
        .iter()
        .find(|scheme| unescaped.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let text = scheme.and_then(|scheme| unescaped.get(scheme.len()..)).unwrap_or(&unescaped).trim();
    in_context(text).or_else(|| whole(text)).unwrap_or_else(|| text.to_owned())
}

/// `901820;phone-context=+4930`, of which a link to a local number consists (RFC 3966), as one number.
fn in_context(text: &str) -> Option<String> {
    let (local, context) = text.split_once(";phone-context=+")?;
    let context = context.split(';').next()?;
    let digits = |part: &str| part.chars().any(|c| c.is_ascii_digit()) && !part.contains(char::is_alphabetic);
    (digits(local) && digits(context) && !local.contains('+')).then(|| format!("+{context} {local}"))
}

/// `4930901820.0`: a whole number that a program took for a decimal.
fn whole(text: &str) -> Option<String> {
    let digits = text.strip_suffix(".0")?;
    let is_number = digits.len() > 6 && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.to_owned())
}

fn character(c: char) -> Option<char> {
    let code = u32::from(c);
    match c {
        ' '..='~' => Some(c),
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // Marks of direction, joiners, soft hyphens, and what makes an emoji of a digit.
        '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{20e3}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{30fc}' => Some('-'),
        '\u{2044}' | '\u{2215}' => Some('/'),
        '\u{3001}' => Some(','),
        '\u{fe62}' => Some('+'),
        // The full width of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(code - 0xfee0),
        _ if c.is_whitespace() => Some(' '),
        _ if c.is_control() => None,
        _ => Some(digit(code).unwrap_or(c)),
    }
}

fn digit(code: u32) -> Option<char> {
    let value = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

/// What a reader is told of the text beside the numbers; empty if it says no more than that they are numbers.
pub(crate) fn remark(rest: &str) -> String {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let text = words.join(" ");
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '#'));
    let bare = text.replace(['.', ':', '-'], " ").to_lowercase();
    let bare: Vec<&str> = bare.split_whitespace().collect();
    let says_something = text.contains(char::is_alphanumeric) && !LABELS.contains(&bare.join(" ").as_str());
    if says_something { text.to_owned() } else { String::new() }
}
