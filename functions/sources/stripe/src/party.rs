//! Whom an event concerns, as far as Stripe knows.

use crate::{
    stripe::Stripe,
    wire::{Contact, Related, VendorId, name},
};
use nerve_intake::Source;
use nerve_model::{Claim, ClaimKind, Role, one_line};

/// The longest mail address there can be (RFC 5321), in characters.
const EMAIL_CHARS: usize = 254;

/// The customer of an invoice or a payment.
#[derive(Debug)]
pub(crate) struct Party {
    /// Strongest first; empty when Stripe knows nobody.
    pub(crate) claims: Vec<Claim>,
    pub(crate) name: Option<String>,
}

impl Party {
    /// The customer object, and what else the event says about the same party, the most telling first.
    pub(crate) fn new(account: Option<&VendorId>, customer: Option<Related>, contacts: Vec<Contact>) -> Self {
        let (id, own) = customer.map(Related::into_parts).unzip();
        let contacts: Vec<Contact> = own.into_iter().chain(contacts).collect();
        let emails = contacts.iter().filter_map(|contact| email(contact.email.0.as_deref()?));
        let phones = contacts.iter().filter_map(|contact| phone(contact.phone.0.as_deref()?));
        let mut claims = Vec::new();
        for claim in id.map(|id| external(account, &id)).into_iter().chain(emails).chain(phones) {
            if !claims.contains(&claim) {
                claims.push(claim);
            }
        }
        Self { claims, name: contacts.iter().find_map(|contact| name(contact.name.0.as_deref()?)) }
    }
}

/// A customer of a connected account is a different party from one of our own, whatever the ids.
fn external(account: Option<&VendorId>, id: &VendorId) -> Claim {
    let account = account.map(|account| format!("{}/", account.as_str())).unwrap_or_default();
    Claim::external(&Stripe::NAME, "customer", &format!("{account}{}", id.as_str()), Role::Customer)
}

/// In lower case, when it could be an address at all.
fn email(text: &str) -> Option<Claim> {
    // Anything that has to be cleaned to stand on one line is no address.
    let text = text.trim();
    let clean = one_line(text, EMAIL_CHARS) == text && !text.contains([' ', ',', ';', '<', '>', '"']);
    let (local, domain) = text.split_once('@')?;
    let plausible =
        clean && !local.is_empty() && !domain.contains('@') && domain.split('.').all(|label| !label.is_empty());
    let value = (plausible && domain.contains('.')).then(|| text.to_lowercase())?;
    Some(Claim { kind: ClaimKind::Email, value, role: Role::Customer })
}

/// In E.164, when it is written with its country code: without one it would be a guess.
fn phone(text: &str) -> Option<Claim> {
    let number = text.trim().strip_prefix('+')?;
    let digits: String = number.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '(' | ')')).collect();
    let plausible = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let value = (plausible && !digits.starts_with('0')).then(|| format!("+{digits}"))?;
    Some(Claim { kind: ClaimKind::Phone, value, role: Role::Customer })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(claim: Option<Claim>) -> Option<String> {
        claim.map(|claim| claim.value)
    }

    #[test]
    fn an_address_is_lower_case_or_no_address() {
        assert_eq!(value(email("  Ada.Lovelace+crm@Example.COM ")).as_deref(), Some("ada.lovelace+crm@example.com"));
        assert_eq!(value(email("jürgen@müller.example")).as_deref(), Some("jürgen@müller.example"));
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@example",
            "ada@.com",
            "ada@example.",
            "a@b@c.de",
            "ada lovelace@example.com",
            "Ada <ada@example.com>",
            "ada@example.com,eve@example.com",
            "ada@example.com\r\nbcc: eve@example.com",
            "ada\u{202e}@example.com",
            &format!("{}@example.com", "a".repeat(1_000_000)),
        ] {
            assert_eq!(email(wrong), None, "{wrong:.60}");
        }
    }

    #[test]
    fn a_number_has_its_country_code_or_is_none() {
        for right in ["+49 30 901820", " +49 (30) 9018-20", "+4930901820"] {
            assert_eq!(value(phone(right)).as_deref(), Some("+4930901820"), "{right}");
        }
        for wrong in [
            "",
            "+",
            "030 901820",
            "0049 30 901820",
            "+49",
            "+0491234567",
            "+49 30 901820 ext. 5",
            "+4930901820901820",
            "+٤٩٣٠٩٠١٨٢",
        ] {
            assert_eq!(phone(wrong), None, "{wrong}");
        }
    }
}
