//! Addresses in the form of a mailbox that are nobody's: made up by a tool that needs one, or by a person who has none.
//!
//! Relays that deliver (`privaterelay.appleid.com`, `marketplace.amazon.com`) are addresses like any other, and so are the
//! domains that are reserved for examples.

use super::nobody::{is_nobody, plain_local};

/// Domains whose addresses a tool makes up.
const DOMAINS: [&str; 6] =
    ["sms.cal.com", "users.noreply.github.com", "users.noreply.gitlab.com", "s.whatsapp.net", "c.us", "anonymous.com"];

/// Those of them whose addresses are telephone numbers.
const NUMBERS: [&str; 3] = ["sms.cal.com", "s.whatsapp.net", "c.us"];

/// Last labels that no mail reaches.
const ENDS: [&str; 5] = ["invalid", "local", "localhost", "localdomain", "internal"];

/// Words for no address, without what is neither a letter nor a digit. As a local part they belong to nobody at these
/// words' own domains, whatever their end: `none@none.com`.
const WORDS: [&str; 16] = [
    "no",
    "none",
    "na",
    "nn",
    "null",
    "nil",
    "noemail",
    "nomail",
    "keine",
    "keinemail",
    "unknown",
    "unbekannt",
    "email",
    "mail",
    "test",
    "anonymous",
];

/// Words for no address that no mailbox or domain is called by.
const NO_MAIL: [&str; 4] = ["noemail", "nomail", "keinemail", "nomailaddress"];

/// True if an address in lower case is nobody's.
pub(super) fn is_invented(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return true };
    let plain = plain_local(local);
    let first = domain.split('.').next().unwrap_or_default();
    let end = domain.rsplit('.').next().unwrap_or_default();
    let is_word = |text: &str| WORDS.contains(&text);
    DOMAINS.contains(&domain)
        || ENDS.contains(&end)
        || is_nobody(address)
        || [&plain, &plain_local(first)].into_iter().any(|word| NO_MAIL.contains(&word.as_str()))
        || (is_word(&plain) && (is_word(first) || first == plain))
}

/// The telephone number of which a tool made an address: `+4915112345678` for `4915112345678@sms.cal.com`.
pub(super) fn number(address: &str) -> Option<String> {
    let (digits, domain) = address.rsplit_once('@')?;
    let digits = digits.trim_start_matches('+');
    let plain = (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    (plain && NUMBERS.contains(&domain)).then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_a_tool_or_a_person_made_up_is_nobodys() {
        for address in [
            "4915112345678@sms.cal.com",
            "49151123@s.whatsapp.net",
            "1234567+octocat@users.noreply.github.com",
            "noreply@shop.example",
            "no-reply@shop.example",
            "No_Reply+x@shop.example".to_lowercase().as_str(),
            "do-not-reply@shop.example",
            "x@no-email.invalid",
            "guest-42@anonymous.invalid",
            "ada@printer.local",
            "root@server.localdomain",
            "none@none.com",
            "no@email.com",
            "na@na.de",
            "n.a@na.de",
            "test@test.de",
            "noemail@acme.example",
            "no-email@acme.example",
        ] {
            assert!(is_invented(address), "{address}");
        }
        for address in [
            "ada@example.com",
            "ada@acme.example",
            "test@acme.example",
            "mail@acme.example",
            "email@acme.example",
            "anonymous@acme.example",
            "no@acme.example",
            "nora@nora.example",
            "noah@test.de",
            "mail@mailbox.org",
            "dpdcs4bxq4@privaterelay.appleid.com",
            "xj3k9@marketplace.amazon.de",
            "ada.1234@guest.booking.com",
            "info@local.example",
            "4915112345678@acme.example",
        ] {
            assert!(!is_invented(address), "{address}");
        }
    }

    #[test]
    fn the_number_behind_an_address_is_a_number() {
        for (address, expected) in [
            ("4915112345678@sms.cal.com", Some("+4915112345678")),
            ("+15551234567@sms.cal.com", Some("+15551234567")),
            ("15551234567@s.whatsapp.net", Some("+15551234567")),
            ("ada@sms.cal.com", None),
            ("123@sms.cal.com", None),
            ("4915112345678@acme.example", None),
        ] {
            assert_eq!(number(address).as_deref(), expected, "{address}");
        }
    }
}
