//! The headers that the gateway adds to answers. Pure.

/// Added to answers of the console, and of the gateway itself, that lack the header. The content security policy is
/// absent on purpose: the console sets it for its pages.
const SECURITY: &[(&str, &str)] = &[
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Two years, in seconds; only for this host, because its neighbors are not Nerve's.
const STRICT_TRANSPORT: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000");

/// The headers of an answer, by the request's use of TLS: on plain HTTP browsers ignore the transport header, and a
/// local instance has nothing else.
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
