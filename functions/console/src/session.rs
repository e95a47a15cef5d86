//! The admin token, and the session that a person starts with it.
//!
//! A session is a signed cookie. Its key is the admin token, so a new token ends every session.

use hmac::{Hmac, KeyInit, Mac};
use nerve_model::{Millis, Timestamp, typed_line};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// The name of the session cookie.
pub(crate) const COOKIE: &str = "nerve_session";

/// The lifetime of a session: a long working day.
pub(crate) const LIFETIME: Millis = Millis::minutes(12 * 60);

/// The longest name a person can sign in with, in characters.
pub(crate) const MAX_NAME_CHARS: usize = 60;

/// The prefix of every signed text: no other signature made with the token can be a session.
const PURPOSE: &[u8] = b"nerve console session\0";

/// The secret that admits to the console. Prints as redacted.
#[derive(Clone)]
pub struct AdminToken(String);

impl AdminToken {
    /// The token in the configuration; none where it is blank.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// True if `candidate` is the token. The comparison is of digests, so its duration reveals not even the length.
    pub fn is(&self, candidate: &str) -> bool {
        let (own, other) = (Sha256::digest(&self.0), Sha256::digest(candidate.trim()));
        own.as_slice().ct_eq(other.as_slice()).into()
    }

    fn mac(&self, payload: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).ok()?;
        mac.update(PURPOSE);
        mac.update(payload.as_bytes());
        Some(mac)
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminToken(redacted)")
    }
}

/// A person who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// The name that the person entered; the ledger records it.
    pub(crate) name: String,
    /// The end of the session.
    pub(crate) expires_at: Timestamp,
}

impl Session {
    /// A session that starts now; `None` where the name has no visible character, or too many.
    pub(crate) fn start(name: &str, now: Timestamp) -> Option<Self> {
        let name = typed_line("the name", name, MAX_NAME_CHARS).ok()??;
        Some(Self { name, expires_at: now + LIFETIME })
    }

    /// `v1.<expires, ms>.<name, hex>.<HMAC-SHA256 of the rest, hex>`.
    pub(crate) fn seal(&self, token: &AdminToken) -> Option<String> {
        let payload = format!("v1.{}.{}", self.expires_at.as_millis(), hex::encode(&self.name));
        let signature = hex::encode(token.mac(&payload)?.finalize().into_bytes());
        Some(format!("{payload}.{signature}"))
    }

    /// The session in a cookie, if this token sealed it and it has not ended.
    pub(crate) fn open(cookie: &str, token: &AdminToken, now: Timestamp) -> Option<Self> {
        let (payload, signature) = cookie.rsplit_once('.')?;
        token.mac(payload)?.verify_slice(&hex::decode(signature).ok()?).ok()?;
        let (expires, name) = payload.strip_prefix("v1.")?.split_once('.')?;
        let expires_at = Timestamp::from_millis(expires.parse().ok()?);
        let name = String::from_utf8(hex::decode(name).ok()?).ok()?;
        (now < expires_at).then_some(Self { name, expires_at })
    }
}

/// The `Set-Cookie` value that stores a sealed session, or ends it where `value` is empty.
pub(crate) fn set_cookie(value: &str, https: bool) -> String {
    let max_age = if value.is_empty() { 0 } else { LIFETIME.0 / 1_000 };
    let secure = if https { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn token(text: &str) -> AdminToken {
        AdminToken::new(text).unwrap()
    }

    #[test]
    fn a_session_opens_until_it_ends_and_only_with_its_token() {
        let session = Session::start("Ada Löve.lace", NOW).unwrap();
        let cookie = session.seal(&token("hush")).unwrap();
        assert_eq!(Session::open(&cookie, &token("hush"), NOW), Some(session.clone()));
        assert_eq!(Session::open(&cookie, &token("rotated"), NOW), None);
        assert!(Session::open(&cookie, &token("hush"), session.expires_at - Millis(1)).is_some());
        assert_eq!(Session::open(&cookie, &token("hush"), session.expires_at), None);
    }

    #[test]
    fn no_altered_cookie_opens() {
        let cookie = Session::start("Ada", NOW).unwrap().seal(&token("hush")).unwrap();
        for at in 0..cookie.len() {
            let mut altered = cookie.clone().into_bytes();
            altered[at] ^= 1;
            assert_eq!(Session::open(&String::from_utf8(altered).unwrap(), &token("hush"), NOW), None, "byte {at}");
        }
        for wrong in [
            "",
            ".",
            "v1..",
            "v1.1.2.3",
            cookie.trim_start_matches("v1"),
            &format!("{cookie}00"),
            &cookie[..cookie.len() - 2],
        ] {
            assert_eq!(Session::open(wrong, &token("hush"), NOW), None, "{wrong}");
        }
    }

    #[test]
    fn a_name_is_one_visible_line() {
        let name = |text: &str| Session::start(text, NOW).map(|session| session.name);
        assert_eq!(name(" Ada \n Lovelace\u{202e} "), Some("Ada Lovelace".to_owned()));
        assert_eq!(name(" \u{200b}\n"), None);
        assert_eq!(name(&"x".repeat(60)).map(|name| name.chars().count()), Some(60));
        assert_eq!(name(&"x".repeat(61)), None, "nothing is cut off");
    }

    #[test]
    fn the_token_is_compared_whole_and_never_printed() {
        let hush = token(" hush\n");
        assert!(hush.is("hush") && !hush.is("hus") && !hush.is("hushh") && !hush.is(""));
        assert!(AdminToken::new(" \n").is_none());
        assert_eq!(format!("{hush:?}"), "AdminToken(redacted)");
    }

    #[test]
    fn the_cookie_is_locked_down() {
        assert_eq!(set_cookie("v", true), "nerve_session=v; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(set_cookie("", false), "nerve_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }
}
