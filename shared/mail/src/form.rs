//! The fields that a form's mail lists in its text: one a line, a label and what the visitor wrote.

use nerve_intake::reading::{NAME_CHARS, line};
use nerve_model::one_line;

/// Further lines are not read.
const MAX_LINES: usize = 500;

/// The longest label, in characters.
const LABEL_CHARS: usize = 40;

/// The longest name of a person, in characters.
const PERSON_CHARS: usize = 80;

const EMAIL: [&str; 26] = [
    "email",
    "e-mail",
    "mail",
    "email address",
    "e-mail address",
    "mail address",
    "your email",
    "your e-mail",
    "your email address",
    "work email",
    "business email",
    "contact email",
    "customer email",
    "reply to",
    "reply-to",
    "e-mail-adresse",
    "email-adresse",
    "emailadresse",
    "mailadresse",
    "ihre e-mail",
    "ihre e-mail-adresse",
    "deine e-mail",
    "courriel",
    "adresse e-mail",
    "correo electrónico",
    "indirizzo email",
];

const NAME: [&str; 18] = [
    "name",
    "full name",
    "your name",
    "your full name",
    "contact name",
    "customer name",
    "contact",
    "vor- und nachname",
    "vor- und zuname",
    "vollständiger name",
    "ihr name",
    "dein name",
    "ansprechpartner",
    "nom",
    "nom complet",
    "nombre",
    "nombre completo",
    "nome",
];

const FIRST_NAME: [&str; 8] =
    ["first name", "firstname", "given name", "vorname", "prénom", "voornaam", "nombre de pila", "your first name"];

const LAST_NAME: [&str; 9] = [
    "last name",
    "lastname",
    "surname",
    "family name",
    "nachname",
    "zuname",
    "nom de famille",
    "achternaam",
    "your last name",
];

/// The fields of a form in a text. A label stands before a colon or a tab, or alone on the line above its value.
pub(crate) struct Form<'a>(Vec<(String, &'a str)>);

impl<'a> Form<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MAX_LINES).collect();
        let field = |(at, text): (usize, &&'a str)| {
            let (label, value) = text.split_once([':', '\t']).unwrap_or((text, ""));
            let below = || lines.get(at + 1).copied().unwrap_or_default();
            let value = if value.trim().is_empty() { below() } else { value };
            Some((label_of(label)?, value.trim()))
        };
        Self(lines.iter().enumerate().filter_map(field).collect())
    }

    fn values(&self, labels: &'static [&str]) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(|(label, _)| labels.contains(&label.as_str())).map(|(_, value)| *value)
    }

    /// The values of the fields that ask for a mail address: the first word of each that can be one.
    pub(crate) fn emails(&self) -> impl Iterator<Item = &'a str> {
        let wrapping = |c: char| c.is_whitespace() || ",;<>()[]|*_".contains(c);
        self.values(&EMAIL).filter_map(move |value| {
            let word = value.split(wrapping).find(|word| word.contains('@'))?;
            Some(word.strip_prefix("mailto:").unwrap_or(word).trim_matches(['.', ':', '"', '\'']))
        })
    }

    /// The name in its fields, if it is a plain one.
    pub(crate) fn name(&self) -> Option<String> {
        let whole = self.values(&NAME).next().map(str::to_owned);
        let parts = || {
            let (first, last) = (self.values(&FIRST_NAME).next()?, self.values(&LAST_NAME).next()?);
            Some(format!("{first} {last}"))
        };
        parts().or(whole).and_then(|name| plain_name(&name))
    }
}

/// A label in lower case, without decoration; `None` for a line that is too long to be one.
fn label_of(text: &str) -> Option<String> {
    let text = one_line(text, LABEL_CHARS + 1);
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "*_-–•>|()\"'[]{}#=".contains(c));
    (text.chars().count() <= LABEL_CHARS && !bare.is_empty()).then(|| bare.to_lowercase())
}

/// The text, if it can be the name of a person: neither an address nor a link nor a sentence.
pub(crate) fn plain_name(text: &str) -> Option<String> {
    let name = line(text.trim_matches(|c: char| c.is_whitespace() || "*_\"'|".contains(c)), NAME_CHARS)?;
    let plain = name.chars().count() <= PERSON_CHARS
        && name.chars().any(char::is_alphabetic)
        && !name.contains(['@', '<', '>', '{', '}', ':', '?', '!', '\u{2026}'])
        && !name.to_lowercase().contains("http");
    plain.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_lists_its_fields_line_by_line() {
        for (text, name, emails) in [
            (
                "Name: Ada Lindqvist\nEmail: ada@example.com\nMessage: call",
                Some("Ada Lindqvist"),
                vec!["ada@example.com"],
            ),
            ("*Name*\nAda Lindqvist\n\n*E-Mail*\nada@example.com\n", Some("Ada Lindqvist"), vec!["ada@example.com"]),
            (
                "Vorname: Ada\r\nNachname: Lindqvist\r\nE-Mail-Adresse: <ada@example.com>",
                Some("Ada Lindqvist"),
                vec!["ada@example.com"],
            ),
            ("Name\tAda\nYour email\tada@example.com <mailto:ada@example.com>", Some("Ada"), vec!["ada@example.com"]),
            (
                "Email: mailto:ada@example.com\nE-mail: ben@example.com",
                None,
                vec!["ada@example.com", "ben@example.com"],
            ),
            ("Name: https://spam.example\nEmail: none", None, vec![]),
            ("Name:", None, vec![]),
            ("Please write to: ada@example.com", None, vec![]),
            ("", None, vec![]),
        ] {
            let form = Form::read(text);
            assert_eq!((form.name().as_deref(), form.emails().collect::<Vec<_>>()), (name, emails), "{text}");
        }
    }

    #[test]
    fn a_name_is_a_name() {
        for (text, expected) in [
            (" Ada  Lindqvist ", Some("Ada Lindqvist")),
            ("*Zoë*", Some("Zoë")),
            ("ada@example.com", None),
            ("{name}", None),
            ("-", None),
            ("12", None),
            ("Who are you?", None),
        ] {
            assert_eq!(plain_name(text).as_deref(), expected, "{text}");
        }
    }
}
