use crate::Rejection;
use std::fmt;

/// Vendors' placeholders for a missing secret. They are public, so they verify nothing.
const PLACEHOLDERS: [&str; 1] = ["no-secret-provided"];

/// A shared secret. Prints as redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret's bytes, for use as a key.
    pub const fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) const fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// The secrets of one source; several at once allow rotation without a gap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// Parses a comma-separated list, as in `STRIPE_SECRETS`. Blanks around entries, and Cal.com's
    /// `no-secret-provided`, are dropped.
    pub fn parse(list: &str) -> Self {
        let secrets = list.split(',').map(str::trim);
        let secrets = secrets.filter(|secret| !secret.is_empty() && !PLACEHOLDERS.contains(secret));
        Self(secrets.map(|secret| Secret(secret.to_owned())).collect())
    }

    /// True if there is no secret, so that nothing can be verified.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The secrets, one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }

    /// The secrets that begin with `prefix`, and the others: for sources where a secret's form shows its purpose.
    pub fn divide(&self, prefix: &str) -> (Self, Self) {
        let (with, without) = self.iter().cloned().partition(|secret| secret.as_str().starts_with(prefix));
        (Self(with), Self(without))
    }

    /// Rejects everything without a secret, before the delivery is read.
    pub(crate) const fn required(&self) -> Result<(), Rejection> {
        if self.is_empty() { Err(Rejection::NoSecret) } else { Ok(()) }
    }

    /// The key of each secret, for schemes in which the key is not the secret's text. Invalid ones are skipped as long
    /// as there is a valid one.
    pub(crate) fn keys<'a, T>(&'a self, key: impl Fn(&'a Secret) -> Option<T>) -> Result<Vec<T>, Rejection> {
        self.required()?;
        let keys: Vec<T> = self.iter().filter_map(key).collect();
        if keys.is_empty() { Err(Rejection::UnusableSecret) } else { Ok(keys) }
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
    fn a_placeholder_is_no_secret() {
        assert!(Secrets::parse(" no-secret-provided ").is_empty());
        assert_eq!(Secrets::parse("no-secret-provided,a"), Secrets::parse("a"));
    }

    #[test]
    fn secrets_are_divided_by_their_prefix() {
        let (keys, tokens) = Secrets::parse("whsec_a,b,whsec_c").divide("whsec_");
        assert_eq!((keys, tokens), (Secrets::parse("whsec_a,whsec_c"), Secrets::parse("b")));
    }

    #[test]
    fn secrets_never_print() {
        assert_eq!(format!("{:?}", Secrets::parse("whsec_hush")), "Secrets([Secret(redacted)])");
    }
}
