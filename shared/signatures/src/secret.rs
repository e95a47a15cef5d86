use crate::Rejection;
use std::fmt;

/// What vendors write where a secret is missing. Everyone knows them, so they verify nothing.
const PLACEHOLDERS: [&str; 1] = ["no-secret-provided"];

/// A shared secret. Prints as redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret's bytes, for keying.
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

/// The secrets of one source. Several at once allow a secret to be rotated without a gap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// From a comma-separated list, as in `STRIPE_SECRETS`; blanks around and between are dropped, and so is
    /// Cal.com's `no-secret-provided`.
    pub fn parse(list: &str) -> Self {
        let secrets = list.split(',').map(str::trim);
        let secrets = secrets.filter(|secret| !secret.is_empty() && !PLACEHOLDERS.contains(secret));
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

    /// Those that begin with `prefix`, and the others: for doors where a secret says by its form what it serves for.
    pub fn divide(&self, prefix: &str) -> (Self, Self) {
        let (with, without) = self.iter().cloned().partition(|secret| secret.as_str().starts_with(prefix));
        (Self(with), Self(without))
    }

    /// Without a secret the door fails closed, before anything is looked at.
    pub(crate) const fn required(&self) -> Result<(), Rejection> {
        if self.is_empty() { Err(Rejection::NoSecret) } else { Ok(()) }
    }

    /// Each secret as the key it stands for, for schemes in which it is not its own text. Those that stand for none
    /// are passed over, as long as there is another.
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
    fn secrets_are_divided_by_what_they_begin_with() {
        let (keys, tokens) = Secrets::parse("whsec_a,b,whsec_c").divide("whsec_");
        assert_eq!((keys, tokens), (Secrets::parse("whsec_a,whsec_c"), Secrets::parse("b")));
    }

    #[test]
    fn secrets_never_print() {
        assert_eq!(format!("{:?}", Secrets::parse("whsec_hush")), "Secrets([Secret(redacted)])");
    }
}
