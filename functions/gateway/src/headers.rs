//! The headers that the front door adds to answers. Pure.

/// Added to every answer of the console, and of the front door itself, that does not carry the header already. The content security policy is
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

/// What an answer carries, given whether the request came over TLS: on plain HTTP browsers must
/// ignore the transport header, and a local instance has nothing else.
pub(crate) fn security(https: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    SECURITY.iter().copied().chain(https.then_some(STRICT_TRANSPORT))
}

#[cfg(test)]
mod tests {
    use super::*;

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
