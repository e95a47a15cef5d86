use std::fmt;

/// A shared secret. Prints as redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret's bytes, for keying.
    pub const fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// The secrets of one source. Several at once allow a secret to be rotated without a gap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// From a comma-separated list, as in `STRIPE_SECRETS`; blanks around and between are dropped.
    pub fn parse(list: &str) -> Self {
        let secrets = list.split(',').map(str::trim).filter(|secret| !secret.is_empty());
        Self(secrets.map(|secret| Secret(secret.to_owned())).collect())
    }

    /// Whether there is none: nothing can then be verified.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each secret.
    pub fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_and_blanks_are_no_secret() {
        assert_eq!(Secrets::parse(" a, ,b,").iter().count(), 2);
        assert!(Secrets::parse(" , ").is_empty() && Secrets::parse("").is_empty());
    }

    #[test]
    fn secrets_never_print() {
        assert_eq!(format!("{:?}", Secrets::parse("whsec_hush")), "Secrets([Secret(redacted)])");
    }
}
