use super::{fold, table};
use std::{collections::BTreeSet, sync::LazyLock};

/// A mail address, split into its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The whole address in lower case.
    pub address: String,
    /// The text before the `@`, without a plus-tag; for Gmail also without dots.
    pub local: String,
    /// The text after the `@`, in lower case, in Unicode.
    pub domain: String,
    /// The local part names a function (`info`, `billing`) and so no person.
    pub is_role: bool,
}

impl Mailbox {
    /// The mailbox: equal for addresses that differ by a plus-tag, by Gmail's dots or by Gmail's second domain.
    pub fn delivers_to(&self) -> String {
        let domain = if self.is_gmail() { "gmail.com" } else { &self.domain };
        format!("{}@{domain}", self.local)
    }

    /// The domain, if it belongs to a company.
    pub fn company_domain(&self) -> Option<&str> {
        (!is_free_mail(&self.domain)).then_some(self.domain.as_str())
    }

    fn is_gmail(&self) -> bool {
        matches!(self.domain.as_str(), "gmail.com" | "googlemail.com")
    }
}

/// Parses a mail address, with or without a display name (`Ada <ada@example.com>`).
///
/// Internationalised domains are compared in Unicode: `xn--…` is decoded (RFC 3492).
pub fn mailbox(text: &str) -> Option<Mailbox> {
    let text = text.rsplit_once('<').map_or(text, |(_, rest)| rest.split('>').next().unwrap_or(rest));
    let address = text.trim().trim_start_matches("mailto:").to_lowercase();
    let (local, domain) = address.rsplit_once('@')?;
    let domain = unicode_domain(domain.trim_end_matches('.'));
    if local.is_empty() || domain.is_empty() || address.contains(char::is_whitespace) {
        return None;
    }
    let untagged = local.split('+').next().filter(|untagged| !untagged.is_empty()).unwrap_or(local);
    let is_gmail = matches!(domain.as_str(), "gmail.com" | "googlemail.com");
    let local_part = if is_gmail { untagged.replace('.', "") } else { untagged.to_owned() };
    let is_role = is_role(untagged);
    Some(Mailbox { address: format!("{local}@{domain}"), local: local_part, domain, is_role })
}

/// True if the domain belongs to a public mail provider.
pub fn is_free_mail(domain: &str) -> bool {
    static FREE: LazyLock<BTreeSet<&str>> = LazyLock::new(|| table::set(include_str!("../../data/freemail.txt")));
    FREE.contains(domain)
}

fn is_role(local: &str) -> bool {
    static ROLES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| table::set(include_str!("../../data/roles.txt")));
    let letters: String = fold(local).chars().filter(char::is_ascii_alphabetic).collect();
    ROLES.contains(letters.as_str())
}

/// The domain in Unicode (UTS 46); an invalid one stays as it is.
fn unicode_domain(domain: &str) -> String {
    let (unicode, valid) = idna::domain_to_unicode(domain);
    if valid.is_ok() { unicode } else { domain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        for (text, address, delivers_to) in [
            ("Ada@Example.COM", "ada@example.com", "ada@example.com"),
            ("Ada Lovelace <ada@example.com>", "ada@example.com", "ada@example.com"),
            ("<ada@example.com>", "ada@example.com", "ada@example.com"),
            ("mailto:ada@example.com", "ada@example.com", "ada@example.com"),
            ("ada+crm@example.com", "ada+crm@example.com", "ada@example.com"),
            ("+ada@example.com", "+ada@example.com", "+ada@example.com"),
            ("a.da+x@gmail.com", "a.da+x@gmail.com", "ada@gmail.com"),
            ("a.da@googlemail.com", "a.da@googlemail.com", "ada@gmail.com"),
            ("a.da@example.com", "a.da@example.com", "a.da@example.com"),
            ("ada@xn--mller-kva.example", "ada@müller.example", "ada@müller.example"),
            ("ada@MÜLLER.example", "ada@müller.example", "ada@müller.example"),
            ("ada@example.com.", "ada@example.com", "ada@example.com"),
        ] {
            let mailbox = mailbox(text).unwrap();
            assert_eq!((mailbox.address.as_str(), mailbox.delivers_to().as_str()), (address, delivers_to), "{text}");
        }
        for wrong in ["", "ada", "@example.com", "ada@", "a b@example.com", "<>"] {
            assert_eq!(mailbox(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_function_is_nobody_in_particular() {
        for (text, is_role) in [
            ("info@example.com", true),
            ("Billing+42@example.com", true),
            ("no-reply@example.com", true),
            ("ada@example.com", false),
            ("infography@example.com", false),
        ] {
            assert_eq!(mailbox(text).unwrap().is_role, is_role, "{text}");
        }
    }

    #[test]
    fn a_free_provider_is_no_company() {
        assert_eq!(mailbox("ada@gmail.com").unwrap().company_domain(), None);
        assert_eq!(mailbox("ada@acme.example").unwrap().company_domain(), Some("acme.example"));
    }
}
