//! Templates of the playbook: texts with `{placeholders}` and `[optional parts]`.

/// A placeholder in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// The name by which the record is shown, for our own people.
    Name,
    /// The opening of a message to the customer.
    Greeting,
    /// The title of the appointment.
    Title,
    /// The start of the appointment, while it lies ahead.
    Start,
    /// The amount with its currency.
    Amount,
    /// The date of the event.
    Date,
    /// The number of the invoice.
    Invoice,
    /// The page where the invoice can be paid.
    Link,
    /// The number of the attempt.
    Attempt,
    /// The date of the next attempt, while it lies ahead.
    NextAttempt,
    /// The vendor's reason.
    Reason,
    /// The event in one line.
    Summary,
}

impl Placeholder {
    const ALL: [Self; 12] = [
        Self::Name,
        Self::Greeting,
        Self::Title,
        Self::Start,
        Self::Amount,
        Self::Date,
        Self::Invoice,
        Self::Link,
        Self::Attempt,
        Self::NextAttempt,
        Self::Reason,
        Self::Summary,
    ];

    /// The name in templates.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Greeting => "greeting",
            Self::Title => "title",
            Self::Start => "start",
            Self::Amount => "amount",
            Self::Date => "date",
            Self::Invoice => "invoice",
            Self::Link => "link",
            Self::Attempt => "attempt",
            Self::NextAttempt => "next_attempt",
            Self::Reason => "reason",
            Self::Summary => "summary",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|placeholder| placeholder.as_str() == name)
    }
}

/// The reason why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A bracket or brace has no partner.
    #[error("{0:?} has an unmatched bracket")]
    Unmatched(String),
    /// There is no such placeholder.
    #[error("{{{0}}} is not a placeholder")]
    Unknown(String),
    /// The value is for our own people.
    #[error("{{{}}} is for our own people and must not stand in a message to a customer", .0.as_str())]
    Internal(Placeholder),
    /// The value may be unknown, and the placeholder is outside an optional part.
    #[error("{{{}}} may be unknown and must stand in [brackets]", .0.as_str())]
    MayBeMissing(Placeholder),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Value(Placeholder),
    Optional(Vec<Piece<'a>>),
}

/// Checks a template; `is_certain` returns true for the values that every event of its rule has.
pub fn check(template: &str, is_certain: impl Fn(Placeholder) -> bool) -> Result<(), TemplateError> {
    for piece in parse(template)? {
        match piece {
            Piece::Value(value) if !is_certain(value) => return Err(TemplateError::MayBeMissing(value)),
            Piece::Value(_) | Piece::Text(_) | Piece::Optional(_) => {}
        }
    }
    Ok(())
}

/// Checks that a message to a customer contains nothing that is for our own people.
pub fn check_message(template: &str) -> Result<(), TemplateError> {
    let internal = |piece: &Piece<'_>| match piece {
        Piece::Value(value @ (Placeholder::Name | Placeholder::Summary | Placeholder::Reason)) => Some(*value),
        _ => None,
    };
    let pieces = parse(template)?;
    let parts = pieces.iter().filter_map(|piece| if let Piece::Optional(parts) = piece { Some(parts) } else { None });
    let mut found = pieces.iter().chain(parts.flatten()).filter_map(internal);
    found.next().map_or(Ok(()), |value| Err(TemplateError::Internal(value)))
}

/// Fills in a template. Inserted values are not expanded again: a name that contains `{link}` or `[` stays text.
pub fn render(template: &str, value: &impl Fn(Placeholder) -> Option<String>) -> Result<String, TemplateError> {
    let mut text = String::new();
    for piece in parse(template)? {
        match piece {
            Piece::Text(literal) => text.push_str(literal),
            Piece::Value(placeholder) => text.push_str(&value(placeholder).unwrap_or_default()),
            Piece::Optional(pieces) => text.push_str(&optional(&pieces, value).unwrap_or_default()),
        }
    }
    Ok(text.trim().to_owned())
}

fn optional(pieces: &[Piece<'_>], value: &impl Fn(Placeholder) -> Option<String>) -> Option<String> {
    let fill = |piece: &Piece<'_>| match piece {
        Piece::Text(literal) => Some((*literal).to_owned()),
        Piece::Value(placeholder) => value(*placeholder),
        Piece::Optional(_) => None,
    };
    pieces.iter().map(fill).collect()
}

fn parse(template: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let unmatched = || TemplateError::Unmatched(template.chars().take(60).collect());
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find(['[', ']']) {
        let (before, from) = rest.split_at_checked(open).ok_or_else(unmatched)?;
        pieces.extend(values(before)?);
        let inside = from.strip_prefix('[').ok_or_else(unmatched)?;
        let (part, after) = inside.split_once(']').ok_or_else(unmatched)?;
        if part.contains('[') {
            return Err(unmatched());
        }
        pieces.push(Piece::Optional(values(part)?));
        rest = after;
    }
    pieces.extend(values(rest)?);
    Ok(pieces)
}

fn values(text: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let unmatched = || TemplateError::Unmatched(text.chars().take(60).collect());
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        let (name, after) = from.split_once('}').ok_or_else(unmatched)?;
        pieces.push(Piece::Text(before));
        pieces.push(Piece::Value(Placeholder::parse(name).ok_or_else(|| TemplateError::Unknown(name.to_owned()))?));
        rest = after;
    }
    if rest.contains('}') {
        return Err(unmatched());
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value but the invoice and its link is known, and one contains all brackets and braces.
    fn sample(placeholder: Placeholder) -> Option<String> {
        match placeholder {
            Placeholder::Name => Some("{link}[]{".to_owned()),
            Placeholder::Invoice | Placeholder::Link => None,
            other => Some(other.as_str().to_uppercase()),
        }
    }

    #[test]
    fn a_template_is_filled_in_once() {
        let table = [
            ("", ""),
            ("  plain\n", "plain"),
            ("{amount} on {date}", "AMOUNT on DATE"),
            ("{attempt}{next_attempt}{reason}", "ATTEMPTNEXT_ATTEMPTREASON"),
            ("a[ ({attempt})] b", "a (ATTEMPT) b"),
            ("a[ ({link})] b", "a b"),
            ("a[ {attempt} {link}] b", "a b"),
            ("a[ text] b", "a text b"),
            ("a[] b", "a b"),
            ("[{link}][{date}]", "DATE"),
            ("a {invoice} b", "a  b"),
            // Inserted values are not expanded again.
            ("{name}", "{link}[]{"),
            ("[<{name}>]", "<{link}[]{>"),
            ("[{link} {name}] {name}{amount}", "{link}[]{AMOUNT"),
            ("日本 {date} é", "日本 DATE é"),
        ];
        for (template, expected) in table {
            assert_eq!(render(template, &sample).as_deref(), Ok(expected), "{template}");
        }
    }

    #[test]
    fn a_template_that_cannot_be_used_says_why() {
        let table = [
            ("a [b", "\"a [b\" has an unmatched bracket"),
            ("a b]", "\"a b]\" has an unmatched bracket"),
            ("[a] b]", "\"[a] b]\" has an unmatched bracket"),
            ("[a [b] c]", "\"[a [b] c]\" has an unmatched bracket"),
            ("[a [b] c", "\"[a [b] c\" has an unmatched bracket"),
            ("{name", "\"{name\" has an unmatched bracket"),
            ("name}", "\"name}\" has an unmatched bracket"),
            ("[{name]}", "\"{name\" has an unmatched bracket"),
            ("{nam[e}]", "\"{nam\" has an unmatched bracket"),
            ("{}", "{} is not a placeholder"),
            ("{Name}", "{Name} is not a placeholder"),
            ("{ name}", "{ name} is not a placeholder"),
            ("{{name}}", "{{name} is not a placeholder"),
            ("[{iban}]", "{iban} is not a placeholder"),
        ];
        for (template, problem) in table {
            let problem = Err(problem.to_owned());
            assert_eq!(check(template, |_| true).map_err(|error| error.to_string()), problem, "{template}");
            assert_eq!(render(template, &sample).map(drop).map_err(|error| error.to_string()), problem, "{template}");
        }
        assert!(check(&"é[".repeat(1_000), |_| true).unwrap_err().to_string().len() < 200);
    }

    #[test]
    fn a_value_that_may_be_unknown_stands_in_brackets() {
        let certain = ["name", "amount", "date"];
        for placeholder in Placeholder::ALL.map(Placeholder::as_str) {
            let problem = || Err(format!("{{{placeholder}}} may be unknown and must stand in [brackets]"));
            let (bare, optional) = (format!("a {{{placeholder}}}"), format!("a[ {{{placeholder}}}]"));
            let is_certain = |placeholder: Placeholder| certain.contains(&placeholder.as_str());
            let expected = if certain.contains(&placeholder) { Ok(()) } else { problem() };
            assert_eq!(check(&bare, is_certain).map_err(|error| error.to_string()), expected);
            assert_eq!(check(&optional, is_certain), Ok(()));
        }
    }
}
