use super::{Region, e164};
use nerve_model::{Claim, ClaimKind, Role, one_line};

/// The longest mail address there can be (RFC 5321), in characters.
const EMAIL_CHARS: usize = 254;

/// Tells customers from our own people, and reads telephone numbers.
#[derive(Debug, Clone, Default)]
pub struct People {
    own_domains: Vec<String>,
    region: Option<Region>,
}

impl People {
    /// `own_domains` in lower case; `region` is where numbers without a country code belong.
    pub const fn new(own_domains: Vec<String>, region: Option<Region>) -> Self {
        Self { own_domains, region }
    }

    /// A mail address in lower case, when it could be one at all; of our own people when its domain is ours.
    pub fn email(&self, text: &str) -> Option<Claim> {
        let value = email(text)?;
        let role = if self.is_ours(&value) { Role::Owner } else { Role::Customer };
        Some(Claim { kind: ClaimKind::Email, value, role })
    }

    /// The mail address among answers of which nobody says what they are: `None` unless there is exactly one.
    pub fn only_email<'a>(&self, answers: impl IntoIterator<Item = &'a str>) -> Option<Claim> {
        let found = distinct(answers.into_iter().filter_map(|answer| self.email(answer)));
        <[Claim; 1]>::try_from(found).ok().map(|[only]| only)
    }

    /// A customer's telephone number in E.164, when it is one. A number without a country code belongs to the default
    /// region; where none is set it would be a guess.
    pub fn phone(&self, text: &str) -> Option<Claim> {
        let value = self.number(text)?;
        Some(Claim { kind: ClaimKind::Phone, value, role: Role::Customer })
    }

    /// A telephone number in E.164, when it is one.
    pub fn number(&self, text: &str) -> Option<String> {
        e164(text, self.region)
    }

    /// Whether a mail address belongs to one of our own people.
    pub fn is_ours(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.is_some_and(|domain| self.own_domains.contains(&domain))
    }
}

/// In lower case, when it could be an address at all.
fn email(text: &str) -> Option<String> {
    // Anything that has to be cleaned to stand on one line is no address.
    let text = text.trim();
    let clean = one_line(text, EMAIL_CHARS) == text && !text.contains([' ', ',', ';', '<', '>', '"']);
    let (local, domain) = text.split_once('@')?;
    let plausible =
        clean && !local.is_empty() && !domain.contains('@') && domain.split('.').all(|label| !label.is_empty());
    (plausible && domain.contains('.')).then(|| text.to_lowercase())
}

/// Claims without repetitions, in order.
pub fn distinct(claims: impl IntoIterator<Item = Claim>) -> Vec<Claim> {
    let mut distinct = Vec::new();
    for claim in claims {
        if !distinct.contains(&claim) {
            distinct.push(claim);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_case_or_no_address() {
        let people = People::default();
        let value = |text: &str| people.email(text).map(|claim| claim.value);
        assert_eq!(value("  Ada.Lovelace+crm@Example.COM ").as_deref(), Some("ada.lovelace+crm@example.com"));
        assert_eq!(value("jürgen@müller.example").as_deref(), Some("jürgen@müller.example"));
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
            assert_eq!(value(wrong), None, "{wrong:.60}");
        }
    }

    #[test]
    fn two_addresses_leave_open_whose_they_are() {
        let only = |answers: &[&str]| People::default().only_email(answers.iter().copied()).map(|claim| claim.value);
        assert_eq!(only(&["Ada", "ada@example.com", "ADA@example.com "]).as_deref(), Some("ada@example.com"));
        assert_eq!(only(&["ada@example.com", "eve@example.com"]), None);
        assert_eq!(only(&["mail ada@example.com"]), None);
    }

    #[test]
    fn our_own_people_are_told_by_their_domain() {
        let people = People::new(vec!["ours.example".to_owned()], None);
        for (address, role) in [
            ("Mia@Ours.Example", Role::Owner),
            ("mia@not-ours.example", Role::Customer),
            ("mia@ours.example.org", Role::Customer),
        ] {
            assert_eq!(people.email(address).map(|claim| claim.role), Some(role), "{address}");
        }
    }
}
