//! Rust, read as far as the checks need it: words and punctuation with their lines, without comments and literals.

/// A word, `::`, or a single sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: usize,
}

impl Token<'_> {
    /// Whether it is a name or a keyword.
    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(is_start)
    }
}

/// The tokens of a file, without those of anything that stands behind `#[cfg(test)]`.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    without_tests(&all(text))
}

/// All tokens of a file.
pub(crate) fn all(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let length = if is_start(first) {
                rest.find(|c| !is_part(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push(Token { text: &rest[..length], line });
            length
        });
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How many bytes of white space, a comment or a literal the text begins with.
fn skipped(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if first.is_whitespace() {
        Some(first.len_utf8())
    } else if text.starts_with("//") {
        Some(text.find('\n').unwrap_or(text.len()))
    } else if text.starts_with("/*") {
        Some(block_comment(text))
    } else if first == '\'' {
        Some(character(text))
    } else if first.is_ascii_digit() {
        Some(text.find(|c| !is_part(c)).unwrap_or(text.len()))
    } else {
        string(text)
    }
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    loop {
        let rest = &text[at..];
        let (step, change) = match (rest.get(..2), rest.chars().next()) {
            (Some("/*"), _) => (2, 1),
            (Some("*/"), _) => (2, -1),
            (_, Some(c)) => (c.len_utf8(), 0),
            (_, None) => return at,
        };
        (at, depth) = (at + step, depth + change);
        if depth == 0 {
            return at;
        }
    }
}

/// A character, or the tick of a lifetime.
fn character(text: &str) -> usize {
    let mut inside = text.char_indices().skip(1);
    match (inside.next(), inside.next()) {
        (Some((_, '\\')), Some((escaped, _))) => {
            text[escaped + 1..].find('\'').map_or(text.len(), |end| escaped + 2 + end)
        }
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 1,
    }
}

/// A string of any sort: plain, of bytes, raw.
fn string(text: &str) -> Option<usize> {
    let body = text.trim_start_matches(['b', 'c']);
    let prefix = text.len() - body.len();
    if let Some(raw) = body.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let open = prefix + 1 + hashes + 1;
        raw[hashes..].starts_with('"').then_some(())?;
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(text[open..].find(&end).map_or(text.len(), |at| open + at + end.len()));
    }
    if prefix > 1 || !body.starts_with('"') {
        return None;
    }
    let mut escaped = false;
    let end = body.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    Some(end.map_or(text.len(), |(at, _)| prefix + at + 1))
}

fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let is_test = ["#", "[", "cfg", "(", "test", ")", "]"].iter().zip(&tokens[at..]).all(|(a, b)| *a == b.text);
        if is_test && tokens.len() >= at + 7 {
            at = behind_item(tokens, at + 7);
        } else {
            kept.push(*token);
            at += 1;
        }
    }
    kept
}

/// The place behind an item: behind its `;`, or behind the braces of what is not `use`.
fn behind_item(tokens: &[Token<'_>], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut imports = false;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text {
            "use" if depth == 0 => imports = true,
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (token.text == ";" || (token.text == "}" && !imports)) {
            return at + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_and_signs_are_kept_and_the_rest_is_not() {
        let text = "use a::b; // use c;\n/* use /* d */ e; */ fn f<'a>(x: &'a str) -> char { 'x' }";
        assert_eq!(texts(text).join(" "), "use a :: b ; fn f < a > ( x : & a str ) - > char { }");
        assert_eq!(tokens("a\n\n/*\n*/ b")[1], Token { text: "b", line: 4 });
    }

    #[test]
    fn what_a_literal_holds_is_no_code() {
        for literal in [
            r#""crate::a""#,
            r#""\" crate::a""#,
            r##"r"crate::a\""##,
            r####"r#"crate::a" "#"####,
            r#"b"crate::a""#,
            "'\"'",
            r"'\''",
            r"'\\'",
            r"'\u{41}'",
            "1_000u64",
        ] {
            assert_eq!(texts(&format!("x({literal}); y")), ["x", "(", ")", ";", "y"], "{literal}");
        }
    }

    #[test]
    fn tests_are_left_out() {
        let kept = "fn kept() {}";
        for test in [
            "#[cfg(test)] mod tests { use crate::{a, b}; fn f() { if x { y } } }",
            "#[cfg(test)] mod tests;",
            "#[cfg(test)] use a::{b, c};",
            "#[cfg(test)] #[allow(x)] pub(crate) fn f(a: [u8; 2]) -> u8 { 1 }",
        ] {
            assert_eq!(texts(&format!("{test} {kept}")), texts(kept), "{test}");
        }
        assert_eq!(texts("#[cfg(unix)] mod a;").len(), 10);
    }
}
