//! Values that people make up where a form demands one: they are evidence of nothing.

use super::fold;
use nerve_model::{ClaimKind, names_nobody, says_nothing};

/// Names that stand for anybody.
const NAMES: [&str; 10] =
    ["test", "test test", "test user", "tester", "asdf", "anonymous", "anonym", "guest", "nobody", "user"];

/// Words of which made-up mail addresses consist, before the `@` and after it.
const WORDS: [&str; 22] = [
    "test", "none", "no", "na", "nomail", "noemail", "email", "mail", "asdf", "xxx", "xx", "x", "abc", "aa", "a",
    "null", "unknown", "nobody", "invalid", "nothing", "keine", "fake",
];

/// The digits of a number that nobody has at its end.
const COUNTED: [&str; 2] = ["123456789", "1234567890"];

/// True if a value of this kind is made up: `test@test.com`, `+490000000000`, `n/a`. Two parties who made up the same
/// value share nothing.
pub fn is_made_up(kind: ClaimKind, value: &str) -> bool {
    match kind {
        ClaimKind::Name => names_nobody(value) || NAMES.contains(&fold(value.trim()).as_str()),
        ClaimKind::Email => is_made_up_mail(value),
        ClaimKind::Phone => is_made_up_number(value),
        ClaimKind::External => value.rsplit(':').next().is_none_or(says_nothing),
        ClaimKind::Serial | ClaimKind::Domain | ClaimKind::Address => says_nothing(value),
    }
}

fn is_made_up_mail(value: &str) -> bool {
    let Some((local, domain)) = value.trim().rsplit_once('@') else { return says_nothing(value) };
    let made_up = |word: &str| says_nothing(word) || WORDS.contains(&word.to_lowercase().as_str());
    made_up(local) && domain.split('.').next().is_none_or(made_up)
}

/// The last seven digits are one digit, or all digits are counted up.
fn is_made_up_number(value: &str) -> bool {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.get(digits.len().saturating_sub(7)..).unwrap_or_default();
    let one = tail.bytes().next().is_some_and(|first| tail.bytes().all(|digit| digit == first));
    one || COUNTED.iter().any(|counted| digits.ends_with(counted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_is_told_from_what_is_rare() {
        for (kind, value, made_up) in [
            (ClaimKind::Email, "test@test.com", true),
            (ClaimKind::Email, "Test@Test.de", true),
            (ClaimKind::Email, "none@none.com", true),
            (ClaimKind::Email, "no@email.com", true),
            (ClaimKind::Email, "a@a.com", true),
            (ClaimKind::Email, "n/a", true),
            (ClaimKind::Email, "test@example.com", false),
            (ClaimKind::Email, "test@acme.example", false),
            (ClaimKind::Email, "acme@acme.example", false),
            (ClaimKind::Email, "ada@mail.example", false),
            (ClaimKind::Phone, "0000000000", true),
            (ClaimKind::Phone, "+490000000000", true),
            (ClaimKind::Phone, "+15555555555", true),
            (ClaimKind::Phone, "+49123456789", true),
            (ClaimKind::Phone, "+4930901820", false),
            (ClaimKind::Phone, "+4930123456", false),
            (ClaimKind::Phone, "+4930900000", false),
            (ClaimKind::Name, "n/a", true),
            (ClaimKind::Name, "-", true),
            (ClaimKind::Name, "Test", true),
            (ClaimKind::Name, "Test User", true),
            (ClaimKind::Name, "Ada Lovelace", false),
            (ClaimKind::Name, "Na", false),
            (ClaimKind::External, "custom:customer:0", true),
            (ClaimKind::External, "custom:customer:null", true),
            (ClaimKind::External, "custom:customer:n/a", true),
            (ClaimKind::External, "stripe:customer:cus_1", false),
            (ClaimKind::External, "hubspot:contact:1/7", false),
            (ClaimKind::Serial, "-", true),
            (ClaimKind::Serial, "SN-1", false),
        ] {
            assert_eq!(is_made_up(kind, value), made_up, "{kind} {value}");
        }
    }
}
