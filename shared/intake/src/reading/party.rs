use super::{
    NAME_CHARS, VendorId,
    invented::{is_invented, number},
    line,
};
use nerve_model::{Claim, ClaimKind, Region, Role, bare_address, one_line};

/// The longest mail address there can be (RFC 5321), in characters.
const EMAIL_CHARS: usize = 254;

/// The longest telephone number that is handed on as written, in characters.
const PHONE_CHARS: usize = 200;

/// Separates customers from our own people, and knows where we are at home.
#[derive(Debug, Clone, Default)]
pub struct People {
    own_domains: Vec<String>,
    home: Option<Region>,
}

impl People {
    /// `own_domains` in lower case; `home` is the region of telephone numbers without a country code.
    pub const fn new(own_domains: Vec<String>, home: Option<Region>) -> Self {
        Self { own_domains, home }
    }

    /// The mail domains of our own people, in lower case.
    pub fn own_domains(&self) -> &[String] {
        &self.own_domains
    }

    /// The region of telephone numbers without a country code.
    pub const fn home(&self) -> Option<Region> {
        self.home
    }

    /// A claim by mail address, in lower case, if the text can be one; of our own people if the domain is ours. An
    /// address that a tool or a person made up is nobody's.
    pub fn email(&self, text: &str) -> Option<Claim> {
        self.any_email(text).filter(|claim| claim.role == Role::Owner || !is_invented(&claim.value))
    }

    /// The same of any address, even one that is nobody's: whoever stands in a mail's `From`.
    pub fn any_email(&self, text: &str) -> Option<Claim> {
        let value = address(text)?;
        let role = if self.is_ours(&value) { Role::Owner } else { Role::Customer };
        Some(Claim { kind: ClaimKind::Email, value, role })
    }

    /// The only mail address among answers of unknown meaning; `None` if there are none or several.
    pub fn only_email<'a>(&self, answers: impl IntoIterator<Item = &'a str>) -> Option<Claim> {
        let found = distinct(answers.into_iter().filter_map(|answer| self.email(answer)));
        <[Claim; 1]>::try_from(found).ok().map(|[only]| only)
    }

    /// A claim by a customer's telephone number, as it is written: the context worker reads it.
    pub fn phone(&self, text: &str) -> Option<Claim> {
        let value = line(text, PHONE_CHARS)?;
        Some(Claim { kind: ClaimKind::Phone, value, role: Role::Customer })
    }

    /// A claim by the telephone number of which a tool made an address: `4915112345678@sms.cal.com`.
    pub fn phone_behind(&self, text: &str) -> Option<Claim> {
        self.phone(&number(&address(text)?)?)
    }

    /// A claim of any kind in normal form, a telephone number as written; `None` if the text cannot be one.
    pub fn claim(&self, kind: ClaimKind, text: &str) -> Option<Claim> {
        let of = |value: String| Claim { kind, value, role: Role::Customer };
        match kind {
            ClaimKind::Email => self.email(text),
            ClaimKind::Phone => self.phone(text),
            ClaimKind::External => external(text).map(of),
            ClaimKind::Domain => domain(text).map(of),
            ClaimKind::Name | ClaimKind::Address | ClaimKind::Serial => line(text, NAME_CHARS).map(of),
        }
    }

    /// True if a mail address belongs to one of our own people.
    pub fn is_ours(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.is_some_and(|domain| self.own_domains.contains(&domain))
    }
}

/// The address in lower case, if the text can be one; perhaps nobody's.
pub fn address(text: &str) -> Option<String> {
    let text = &bare_address(text);
    // A text that is not a single clean line is no address.
    let clean = one_line(text, EMAIL_CHARS) == *text && !text.contains([' ', ',', ';', '<', '>', '"']);
    let (local, domain) = text.split_once('@')?;
    let plausible =
        clean && !local.is_empty() && !domain.contains('@') && domain.split('.').all(|label| !label.is_empty());
    (plausible && domain.contains('.')).then(|| text.to_lowercase())
}

/// A source's complete id of the party: `stripe:customer:cus_123`.
fn external(value: &str) -> Option<String> {
    let id = VendorId::new(value.trim())?;
    let parts = id.as_str().splitn(3, ':').filter(|part| !part.is_empty()).count();
    (parts == 3).then(|| id.as_str().to_owned())
}

fn domain(value: &str) -> Option<String> {
    let domain = VendorId::new(value.trim())?.as_str().to_lowercase();
    let plain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let labels = domain.split('.').filter(|label| !label.is_empty()).count();
    (plain && labels > 1 && labels == domain.split('.').count()).then_some(domain)
}

/// The claims without repetitions, in order.
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
        assert_eq!(value("Ada <mailto:ada@example.com>").as_deref(), Some("ada@example.com"));
        assert_eq!(value("ada\u{202e}@exam\u{ad}ple.com\u{200b}").as_deref(), Some("ada@example.com"));
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@example",
            "ada@.com",
            "ada@example.",
            "a@b@c.de",
            "ada lovelace@example.com",
            "Ada <ada@example.com>, Eve <eve@example.com>",
            "ada@example.com,eve@example.com",
            "ada@example.com\r\nbcc: eve@example.com",
            &format!("{}@example.com", "a".repeat(1_000_000)),
        ] {
            assert_eq!(value(wrong), None, "{wrong:.60}");
        }
    }

    #[test]
    fn a_claim_of_any_kind_is_normal_or_none() {
        let people = People::new(Vec::new(), None);
        for (kind, text, expected) in [
            (ClaimKind::Email, " Ada@Example.com", Some("ada@example.com")),
            (ClaimKind::Phone, " 030  901820", Some("030 901820")),
            (ClaimKind::Phone, " ", None),
            (ClaimKind::External, " stripe:customer:cus_1 ", Some("stripe:customer:cus_1")),
            (ClaimKind::External, "cus_1", None),
            (ClaimKind::External, "stripe::cus_1", None),
            (ClaimKind::Domain, "Acme.example", Some("acme.example")),
            (ClaimKind::Domain, "acme", None),
            (ClaimKind::Domain, "acme..example", None),
            (ClaimKind::Serial, " SN \n 1 ", Some("SN 1")),
            (ClaimKind::Serial, " ", None),
        ] {
            assert_eq!(people.claim(kind, text).map(|claim| claim.value).as_deref(), expected, "{kind} {text}");
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
