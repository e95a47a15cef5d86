//! The text of a mail that has no plain version.

/// The text without tags, styles and scripts, clipped after `max_bytes` to a whole character. It is plain text, not
/// safe HTML: pages escape it like any other text.
pub(crate) fn text(html: &str, max_bytes: usize) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        push(&mut text, before, max_bytes);
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default().to_ascii_lowercase();
        rest = match name.as_str() {
            "style" | "script" | "head" => skip(after, &name),
            _ => after,
        };
        let closes = tag.trim_start_matches('/').to_ascii_lowercase();
        if ["br", "p", "div", "tr", "li", "h1", "h2", "h3"]
            .iter()
            .any(|block| closes.split_whitespace().next() == Some(block))
        {
            text.push('\n');
        }
        if text.len() >= max_bytes {
            return text;
        }
    }
    push(&mut text, rest, max_bytes);
    text
}

/// The text after the closing tag.
fn skip<'a>(html: &'a str, name: &str) -> &'a str {
    let close = format!("</{name}");
    let lower = html.to_ascii_lowercase();
    let end = lower.find(&close).and_then(|at| lower.get(at..)?.find('>').map(|end| at + end + 1));
    end.and_then(|end| html.get(end..)).unwrap_or("")
}

fn push(text: &mut String, piece: &str, max_bytes: usize) {
    if text.len() < max_bytes {
        let piece = piece.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        text.push_str(&piece.replace("&#39;", "'").replace("&amp;", "&"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_the_one_that_a_reader_sees() {
        for (html, expected) in [
            ("<p>Hello <b>Ada</b>,</p><p>a &lt; b &amp; c</p>", "Hello Ada,a < b & c"),
            ("<style>p { color: red }</style>x<SCRIPT>alert(1)</SCRIPT >y", "xy"),
            ("a<br/>b<br>c", "abc"),
            ("no tags", "no tags"),
            ("<unclosed", ""),
            ("a < b", "a "),
        ] {
            assert_eq!(text(html, 1_000).replace('\n', ""), expected, "{html}");
        }
        assert!(text(&"<p>x".repeat(1_000_000), 100).len() < 200);
    }
}
