//! Templates of the playbook: text with `{placeholders}` and `[optional parts]`.

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// The record's name.
    Name,
    /// The amount with its currency.
    Amount,
    /// The date of the event.
    Date,
    /// The number of the invoice.
    Invoice,
    /// Where the invoice can be paid.
    Link,
    /// The number of the attempt.
    Attempt,
    /// The date of the next attempt.
    NextAttempt,
    /// The vendor's reason.
    Reason,
}

impl Placeholder {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "amount" => Self::Amount,
            "date" => Self::Date,
            "invoice" => Self::Invoice,
            "link" => Self::Link,
            "attempt" => Self::Attempt,
            "next_attempt" => Self::NextAttempt,
            "reason" => Self::Reason,
            _ => return None,
        })
    }

    /// Whether every event has it.
    const fn is_certain(self) -> bool {
        matches!(self, Self::Name | Self::Amount | Self::Date)
    }
}

/// A template that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// An opening mark without its closing one, or the other way round.
    #[error("{0:?} has an unmatched bracket")]
    Unmatched(String),
    /// A placeholder that does not exist.
    #[error("{{{0}}} is not a placeholder")]
    Unknown(String),
    /// A value that may be unknown outside an optional part.
    #[error("{{{0:?}}} may be unknown and must stand in [brackets]")]
    MayBeMissing(Placeholder),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Value(Placeholder),
    Optional(Vec<Piece<'a>>),
}

/// Checks a template; `has_invoice` when every event it is used for has an invoice.
pub fn check(template: &str, has_invoice: bool) -> Result<(), TemplateError> {
    for piece in parse(template)? {
        match piece {
            Piece::Value(Placeholder::Invoice) if has_invoice => {}
            Piece::Value(value) if !value.is_certain() => return Err(TemplateError::MayBeMissing(value)),
            Piece::Value(_) | Piece::Text(_) | Piece::Optional(_) => {}
        }
    }
    Ok(())
}

/// Fills a template in. Values are inserted as they are and never looked at again: a name that contains `{link}` or
/// `[` stays text.
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
