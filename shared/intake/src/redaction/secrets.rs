//! Secrets that people and tools write into free text.

use super::{Find, Redacted};

/// Names of a password. The text after `:` or `=` counts as one, whatever it looks like.
const PASSWORDS: [&str; 13] = [
    "password",
    "passwort",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "kennwort",
    "mot de passe",
    "contraseña",
    "senha",
    "wachtwoord",
    "one-time code",
    "recovery code",
];

/// Names of other secrets. The text after one counts as a secret if it looks like one.
const SECRETS: [&str; 12] = [
    "secret",
    "token",
    "api key",
    "api-key",
    "api_key",
    "apikey",
    "access key",
    "access_key",
    "secret key",
    "secret_key",
    "private key",
    "authorization",
];

/// Prefixes of well-known vendors' keys, and the least number of characters after them.
const KEYS: [(&str, usize); 37] = [
    ("sk_live_", 4),
    ("sk_test_", 4),
    ("rk_live_", 4),
    ("rk_test_", 4),
    ("whsec_", 4),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 4),
    ("glpat-", 4),
    ("xoxa-", 4),
    ("xoxb-", 4),
    ("xoxe-", 4),
    ("xoxp-", 4),
    ("xoxr-", 4),
    ("xoxs-", 4),
    ("xapp-", 4),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("SG.", 20),
    ("sk-", 20),
    ("key-", 32),
    ("shpat_", 20),
    ("shpss_", 20),
    ("npm_", 30),
    ("pypi-", 20),
    ("dop_v1_", 20),
    ("hf_", 30),
    ("PMAK-", 20),
    ("lin_api_", 20),
    ("rzp_live_", 10),
    ("sq0csp-", 20),
    // A JSON Web Token.
    ("eyJ", 30),
];

/// Schemes before a secret in an `Authorization` header.
const SCHEMES: [&str; 2] = ["bearer", "basic"];

/// The beginnings of our own marks: a mark is not a password.
const MARKS: [&str; 2] = ["[password", "[secret"];

const SHORTEST_PASSWORD: usize = 4;
const SHORTEST_SECRET: usize = 12;
const SHORTEST_TOKEN: usize = 16;

pub(super) fn find(text: &str, finds: &mut Vec<Find>) {
    private_keys(text, finds);
    named(text, finds);
    tokens(text, finds);
}

/// Private keys, up to the end of the block, or of the text if the end was cut off.
fn private_keys(text: &str, finds: &mut Vec<Find>) {
    for (start, begin) in text.match_indices("-----BEGIN ") {
        let rest = text.get(start + begin.len()..).unwrap_or_default();
        if rest.split_once("-----").is_some_and(|(what, _)| what.ends_with("PRIVATE KEY")) {
            let end = rest.find("-----END ").and_then(|at| Some(at + 9 + rest.get(at + 9..)?.find("-----")? + 5));
            let end = end.map_or(text.len(), |end| start + begin.len() + end);
            finds.push((start..end, Redacted::PrivateKey));
        }
    }
}

/// `password: hunter2`, `"api_key": "..."`, `?token=...`.
fn named(text: &str, finds: &mut Vec<Find>) {
    for (at, sign) in text.match_indices([':', '=', '：']) {
        let name = text.get(..at).unwrap_or_default().trim_end_matches([' ', '"', '\'', '*']);
        let rest = text.get(at + sign.len()..).unwrap_or_default();
        let value = rest.trim_start_matches([' ', '\n', '\r', '\t', '\u{a0}', '*']);
        let start = text.len() - value.len();
        let is = |names: &[&str]| names.iter().any(|known| ends_with_word(name, known));
        let (value, start) = unquoted(value, start);
        if MARKS.iter().any(|mark| value.starts_with(mark)) {
            continue;
        }
        if is(&PASSWORDS) && value.chars().count() >= SHORTEST_PASSWORD {
            finds.push((start..start + value.len(), Redacted::Password));
        } else if is(&SECRETS) && looks_secret(value, SHORTEST_SECRET) {
            finds.push((start..start + value.len(), Redacted::Secret));
        }
    }
}

/// The text between quotes, else up to the next blank, and its place.
fn unquoted(value: &str, start: usize) -> (&str, usize) {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return (rest.split(quote).next().unwrap_or_default(), start + 1);
        }
    }
    (value.split(char::is_whitespace).next().unwrap_or_default(), start)
}

/// Keys recognizable by themselves, and the text after the name of a scheme.
fn tokens(text: &str, finds: &mut Vec<Find>) {
    let mut before = "";
    for word in text.split(|c: char| !is_of_token(c)) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let scheme = SCHEMES.iter().any(|scheme| before.eq_ignore_ascii_case(scheme));
        let hook = word.contains("hooks.slack.com/services/");
        if is_key(word) || hook || (scheme && looks_secret(word, SHORTEST_TOKEN)) {
            finds.push((start..start + word.len(), Redacted::Secret));
        } else if let Some((name, _)) = word.rsplit_once(['=', '/']).filter(|(_, key)| is_key(key)) {
            finds.push((start + name.len() + 1..start + word.len(), Redacted::Secret));
        }
        if !word.is_empty() {
            before = word;
        }
    }
}

fn is_key(word: &str) -> bool {
    let rest = KEYS.iter().find_map(|(prefix, least)| Some((word.strip_prefix(prefix)?, *least)));
    rest.is_some_and(|(rest, least)| rest.len() >= least && (least < SHORTEST_TOKEN || looks_secret(word, least)))
}

const fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+' | '=' | '~')
}

/// Long enough, and no natural word: it has a digit, or ends in `=`.
fn looks_secret(word: &str, least: usize) -> bool {
    word.len() >= least && (word.bytes().any(|b| b.is_ascii_digit()) || word.ends_with('='))
}

/// True if the text ends with this name, in any case, and not with a longer word that ends alike.
pub(super) fn ends_with_word(text: &str, name: &str) -> bool {
    let Some(at) = text.len().checked_sub(name.len()) else { return false };
    let is_name = text.get(at..).is_some_and(|end| end.to_lowercase() == name);
    is_name && !text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric))
}
