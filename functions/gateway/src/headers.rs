//! The headers that the front door takes from requests and adds to answers. Pure.

/// Headers that workers set for one another start with this; a caller's own are not let in.
const INTERNAL_PREFIX: &str = "x-nerve-";

/// Added to every answer that does not carry the header already. The content security policy is
/// missing on purpose: it belongs to the pages, and so to the console.
const SECURITY: &[(&str, &str)] = &[
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Two years, in seconds; only for the host itself, whose neighbours are not Nerve's to bind.
const STRICT_TRANSPORT: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000");

/// Whether a request header is reserved for the workers themselves.
pub(crate) fn is_internal(name: &str) -> bool {
    name.get(..INTERNAL_PREFIX.len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case(INTERNAL_PREFIX))
}

/// What an answer carries, given whether the request came over TLS: on plain HTTP browsers must
/// ignore the transport header, and a local instance has nothing else.
pub(crate) fn security(https: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    SECURITY.iter().copied().chain(https.then_some(STRICT_TRANSPORT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_headers_are_recognized_in_any_case() {
        for name in ["x-nerve-actor", "X-Nerve-Actor", "X-NERVE-"] {
            assert!(is_internal(name), "{name}");
        }
        for name in ["x-nerv", "x-nerve", "stripe-signature", "", "ä-nerve-x", "x-nervé-"] {
            assert!(!is_internal(name), "{name}");
        }
    }

    #[test]
    fn only_tls_promises_tls() {
        let has = |https| security(https).any(|(name, _)| name == "Strict-Transport-Security");
        assert!(has(true));
        assert!(!has(false));
    }

    #[test]
    fn no_header_is_set_twice() {
        let mut names: Vec<_> = security(true).map(|(name, _)| name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
