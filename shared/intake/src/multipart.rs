//! `multipart/form-data` (RFC 7578): fields and files.

use crate::Malformed;
use memchr::memmem;

/// A form with more fields is refused.
const MAX_FIELDS: usize = 1_000;

/// The fields of a form, in their order.
#[derive(Debug, Default)]
pub struct Form<'a>(Vec<Field<'a>>);

/// A field or a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name.
    pub name: String,
    /// The name of the file, if it is one.
    pub file_name: Option<String>,
    /// The media type that the sender declares.
    pub media_type: Option<String>,
    /// Its bytes.
    pub content: &'a [u8],
}

impl<'a> Form<'a> {
    /// Parses a body by the boundary in its `Content-Type`.
    ///
    /// # Errors
    ///
    /// The type is another one or names no boundary.
    pub fn read(content_type: Option<&str>, body: &'a [u8]) -> Result<Self, Malformed> {
        let boundary =
            content_type.and_then(boundary).ok_or_else(|| Malformed("not multipart/form-data".to_owned()))?;
        let parts = parts(body, &boundary);
        Ok(Self(parts.into_iter().take(MAX_FIELDS).filter_map(field).collect()))
    }

    /// The content of the first field of that name.
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.0.iter().find(|field| field.file_name.is_none() && field.name == name).map(|field| field.content)
    }

    /// The fields that are files.
    pub fn files(&self) -> impl Iterator<Item = &Field<'a>> {
        self.0.iter().filter(|field| field.file_name.is_some())
    }
}

/// `multipart/form-data; boundary=xYzZY`
fn boundary(content_type: &str) -> Option<String> {
    let (media_type, parameters) = content_type.split_once(';')?;
    let boundary = parameter(parameters, "boundary").filter(|boundary| (1..=70).contains(&boundary.len()))?;
    media_type.trim().eq_ignore_ascii_case("multipart/form-data").then_some(boundary)
}

/// The bytes between the delimiter lines, which begin with two dashes and the boundary (RFC 2046). The line break
/// before such a line belongs to it.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let line = format!("\n--{boundary}");
    let first = body.starts_with(line.trim_start().as_bytes()).then_some(line.len() - 1);
    let others = memmem::find_iter(body, &line).filter(|at| body.get(at + line.len()..).is_some_and(ends_a_line));
    let mut parts = Vec::new();
    let mut begun = first;
    for at in others {
        if let Some(part) = begun.and_then(|from| part(body.get(from..at)?)) {
            parts.push(part);
        }
        begun = Some(at + line.len());
    }
    parts
}

/// True if the delimiter ends here; otherwise it is only the beginning of a longer word.
fn ends_a_line(text: &[u8]) -> bool {
    text.starts_with(b"--") || text.first().is_none_or(u8::is_ascii_whitespace)
}

/// The rest of a part, from the line after its boundary.
fn part(text: &[u8]) -> Option<&[u8]> {
    let (_, part) = text.split_at_checked(memchr::memchr(b'\n', text)? + 1)?;
    Some(part.strip_suffix(b"\r").unwrap_or(part))
}

fn field(part: &[u8]) -> Option<Field<'_>> {
    let (head, content) = head_and_content(part)?;
    let mut field = Field { content, ..Field::default() };
    for line in String::from_utf8_lossy(head).lines() {
        match line.split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-disposition") => {
                let (_, parameters) = value.split_once(';')?;
                field.name = parameter(parameters, "name")?;
                field.file_name = parameter(parameters, "filename");
            }
            Some((name, value)) if name.eq_ignore_ascii_case("content-type") => {
                field.media_type = Some(value.split(';').next().unwrap_or_default().trim().to_owned());
            }
            _ => {}
        }
    }
    Some(field)
}

fn head_and_content(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let ends = ["\r\n\r\n", "\n\n"].map(|gap| memmem::find(part, gap.as_bytes()).map(|at| (at, at + gap.len())));
    let (head, content) = ends.into_iter().flatten().min()?;
    Some((part.get(..head)?, part.get(content..)?))
}

/// A parameter of a header: a word, or a quoted text in which a backslash escapes quotes and backslashes.
fn parameter(mut parameters: &str, wanted: &str) -> Option<String> {
    loop {
        let (name, rest) = parameters.split_once('=')?;
        let (value, rest) = value(rest.trim_start());
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        parameters = rest.split_once(';')?.1;
    }
}

fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ' ', '\r']).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        return (word.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=xYz";

    fn fields(content_type: &str, body: &str) -> Option<Vec<(String, String)>> {
        let form = Form::read(Some(content_type), body.as_bytes()).ok()?;
        let text = |field: Field<'_>| (field.name, String::from_utf8_lossy(field.content).into_owned());
        Some(form.0.into_iter().map(text).collect())
    }

    fn field(name: &str, content: &str) -> (String, String) {
        (name.to_owned(), content.to_owned())
    }

    #[test]
    fn a_form_is_read_by_its_boundary() {
        let one = "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xYz--\r\n";
        for (content_type, body, expected) in [
            (TYPE, one, Some(vec![field("a", "1")])),
            (TYPE, &one.replace("\r\n", "\n"), Some(vec![field("a", "1")])),
            (TYPE, &format!("preamble\r\n{one}epilogue"), Some(vec![field("a", "1")])),
            ("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"xYz\"", one, Some(vec![field("a", "1")])),
            (TYPE, &one.replace("1", "1\r\n--xYzZ\r\n2"), Some(vec![field("a", "1\r\n--xYzZ\r\n2")])),
            (TYPE, &one.replace("\r\n\r\n1", "\r\n\r\n"), Some(vec![field("a", "")])),
            (TYPE, &one.replace("\"a\"", "\"a \\\"b\\\\\""), Some(vec![field("a \"b\\", "1")])),
            (TYPE, "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut off", Some(vec![])),
            (TYPE, "", Some(vec![])),
            ("multipart/form-data", one, None),
            ("multipart/form-data; boundary=", one, None),
            ("multipart/mixed; boundary=xYz", one, None),
            ("application/json", "{}", None),
        ] {
            assert_eq!(fields(content_type, body), expected, "{content_type} {body}");
        }
    }

    #[test]
    fn a_file_has_a_name_and_a_type() {
        let body = "--xYz\r\ncontent-type: application/pdf; x=y\r\ncontent-disposition: form-data; filename=\"a;b.pdf\"; \
                    name=attachment1\r\n\r\n%PDF\r\n\r\n--xYz--";
        let form = Form::read(Some(TYPE), body.as_bytes()).unwrap();
        let file = form.files().next().unwrap();
        assert_eq!((file.name.as_str(), file.file_name.as_deref()), ("attachment1", Some("a;b.pdf")));
        assert_eq!((file.media_type.as_deref(), file.content), (Some("application/pdf"), b"%PDF\r\n".as_slice()));
        assert_eq!(form.get("attachment1"), None, "a file is no field");
    }

    #[test]
    fn ten_thousand_fields_are_bounded() {
        let one = "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
        assert_eq!(fields(TYPE, &format!("{}--xYz--", one.repeat(10_000))).unwrap().len(), MAX_FIELDS);
    }
}
