//! The text of a mail that has no plain version.

use html5gum::{
    Span, Tokenizer,
    emitters::callback::{CallbackEmitter, CallbackEvent},
};
use std::convert::Infallible;

/// The HTML that is read, in bytes. Newsletters come to a tenth of it.
const MAX_HTML_BYTES: usize = 2_000_000;

/// The most lists within lists.
const MAX_DEPTH: usize = 20;

/// Elements that begin and end a line.
const BLOCKS: [&[u8]; 32] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"caption",
    b"center",
    b"dd",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"li",
    b"main",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"table",
    b"tr",
    b"ul",
    b"html",
];

/// Elements whose content no reader sees.
const UNSEEN: [&[u8]; 8] = [b"style", b"script", b"title", b"template", b"noscript", b"select", b"object", b"xml"];

/// Elements without content: they have no end.
const VOID: [&[u8]; 11] =
    [b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"wbr"];

/// Declarations, without spaces, of what mails hide: lines that only the list of mails shows, and pictures that count
/// readers.
const HIDING: [&str; 6] =
    ["display:none", "visibility:hidden", "mso-hide:all", "max-height:0", "font-size:0", "opacity:0"];

/// The text that a reader sees, about `max_bytes` of it. It is plain text, not safe HTML: pages escape it like any other
/// text. The cells of a row are parted by tabs.
pub(crate) fn text(html: &str, max_bytes: usize) -> String {
    let end = html.floor_char_boundary(MAX_HTML_BYTES);
    let html = html.get(..end).unwrap_or_default();
    let mut page = Page { max_bytes, ..Page::default() };
    let read = |event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        page.read(event);
        None
    };
    let mut emitter = CallbackEmitter::new(read);
    // Scripts and styles end as in a browser.
    emitter.naively_switch_states(true);
    // Text in memory can be read: nothing is left to fail.
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    max_bytes: usize,
    /// The tag that is open now, and whether an attribute hides its element.
    tag: Tag,
    /// The element that is not shown, and how many of its name are open in it.
    hidden: Option<(Vec<u8>, usize)>,
    /// The open lists; a number for those that count.
    lists: Vec<Option<usize>>,
    preformatted: usize,
}

#[derive(Default)]
struct Tag {
    name: Vec<u8>,
    attribute: Vec<u8>,
    hides: bool,
}

impl Page {
    fn read(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag = Tag { name: name.to_vec(), ..Tag::default() },
            CallbackEvent::AttributeName { name } => {
                self.tag.hides |= name == b"hidden";
                self.tag.attribute = name.to_vec();
            }
            CallbackEvent::AttributeValue { value } if self.tag.attribute == b"style" => {
                self.tag.hides |= hides(&String::from_utf8_lossy(value));
            }
            CallbackEvent::CloseStartTag { .. } => self.begin(),
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } if self.hidden.is_none() && self.text.len() < self.max_bytes => {
                self.write(&String::from_utf8_lossy(value));
            }
            _ => {}
        }
    }

    fn begin(&mut self) {
        let Tag { name, hides, .. } = std::mem::take(&mut self.tag);
        let name = name.as_slice();
        if let Some((hidden, depth)) = &mut self.hidden {
            *depth += usize::from(hidden == name);
            // A head without an end hides no body.
            return;
        }
        let empty = VOID.contains(&name);
        if !empty && (hides || UNSEEN.contains(&name)) {
            self.hidden = Some((name.to_vec(), 1));
            return;
        }
        if BLOCKS.contains(&name) {
            self.new_line();
        }
        match name {
            b"br" => self.text.push('\n'),
            b"td" | b"th" if !self.text.is_empty() && !self.text.ends_with('\n') => self.text.push('\t'),
            b"ul" => self.open_list(None),
            b"ol" => self.open_list(Some(0)),
            b"li" => self.item(),
            b"pre" => self.preformatted += 1,
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        if let Some((hidden, depth)) = &mut self.hidden {
            *depth -= usize::from(hidden == name);
            if *depth == 0 {
                self.hidden = None;
            }
            return;
        }
        match name {
            b"ul" | b"ol" => drop(self.lists.pop()),
            b"pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.new_line();
        }
    }

    fn open_list(&mut self, numbers: Option<usize>) {
        if self.lists.len() < MAX_DEPTH {
            self.lists.push(numbers);
        }
    }

    fn item(&mut self) {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                let mark = format!("{number}. ");
                self.text.push_str(&mark);
            }
            _ => self.text.push_str("- "),
        }
    }

    fn new_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// White space is one space, and none begins a line. A no-break space is no white space.
    fn write(&mut self, value: &str) {
        if self.preformatted > 0 {
            self.text.push_str(value);
            return;
        }
        for character in value.chars() {
            if !character.is_ascii_whitespace() {
                self.text.push(character);
            } else if !self.text.is_empty() && !self.text.ends_with(['\n', '\t', ' ']) {
                self.text.push(' ');
            }
        }
    }
}

/// True if a `style` hides its element. `max-height:0.5em` and the like hide nothing.
fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.split(';').any(|declaration| {
        let rest = HIDING.iter().find_map(|hiding| declaration.strip_prefix(hiding));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c == '.' || c.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_the_one_that_a_reader_sees() {
        for (html, expected) in [
            ("<p>Hello <b>Ada</b>,</p>\r\n <p>a &lt; b &amp; c</p>", "Hello Ada,\na < b & c\n"),
            ("<style>p > b { color: red }</style>x<SCRIPT>alert('<p>')</SCRIPT >y", "xy"),
            ("a<br/>b<br>c", "a\nb\nc"),
            ("<div>a<br></div><div><br></div><div>b</div>", "a\n\nb\n"),
            ("no tags", "no tags"),
            ("a < b, c > d & e &amp f", "a < b, c > d & e & f"),
            (
                "Sch&ouml;ne Gr&uuml;&szlig;e &#8211; h&#xE4;tten 3&nbsp;T&uuml;ren",
                "Schöne Grüße – hätten 3\u{a0}Türen",
            ),
            ("&#128512; &euro; &#x80; &unknown;", "😀 € € &unknown;"),
            ("<!--[if mso]><p>Outlook</p><![endif]--><!-- a > b --><![if !mso]><p>all</p><![endif]>", "all\n"),
            ("a<!-- never closed <p>b", "a"),
            ("a<!-->b<!--->c", "abc"),
            ("<html><head><title>t</title><style>p{}</style><body><p>no end of the head</p>", "no end of the head\n"),
            ("<p title='a > b' data-x=\"<p>\">x</p>", "x\n"),
            ("<ul><li>one</li><li>two<ol><li>a<li>b</ol></ul>c", "- one\n- two\n1. a\n2. b\nc"),
            (
                "<table><tr><td>Name</td><td>Ada</td></tr><tr><th>Mail<td><b>a@b.example</b></table>",
                "Name\tAda\nMail\ta@b.example\n",
            ),
            ("<div style='display: none; font-size:1px'>preview <div>of it</div></div>seen", "seen"),
            ("<span style=\"font-size:0px\">count</span><span style='max-height:0.5em'>half</span>", "half"),
            ("<p hidden>x</p><p style='color:#000'>y</p>", "y\n"),
            ("<img style='display:none' src=x>after", "after"),
            ("<pre>a\n  b</pre>c", "a\n  b\nc"),
            ("<a href='https://a.example'>our site</a>", "our site"),
            ("<script>never closed", ""),
            ("x<unclosed", "x"),
            ("</p></ul></li>x", "x"),
        ] {
            assert_eq!(text(html, 1_000), expected, "{html}");
        }
    }

    #[test]
    fn an_endless_page_is_read_in_part() {
        assert!(text(&"<p>x".repeat(1_000_000), 100).len() < 200);
        assert!(text(&"é".repeat(2_000_000), 10).len() <= 2 * MAX_HTML_BYTES);
        assert!(text(&"<ol><li>".repeat(500_000), usize::MAX).len() < 10_000_000);
    }
}
