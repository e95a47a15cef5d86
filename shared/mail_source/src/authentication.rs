//! Servers' findings about the sender of a mail. Anybody can write such headers, so only two count: those the vendor
//! adds on top, and those of a server of our own that the operator has named.

use crate::Headers;
use nerve_model::{AuthResult, Authentication, SignedBy, one_line};

/// The longest domain (RFC 1035).
const MAX_DOMAIN_CHARS: usize = 253;

/// The most signatures of a mail that are stored.
pub const MAX_SIGNATURES: usize = 10;

/// The findings of the server with this authserv-id (RFC 8601). Findings of other servers are not trusted.
pub fn found_by(server: Option<&str>, headers: &Headers) -> Authentication {
    let by = |server| headers.all("authentication-results").find(|header| is_of(header, server));
    server.and_then(by).map(results_of).unwrap_or_default()
}

fn is_of(header: &str, server: &str) -> bool {
    let id = header.split(';').next().unwrap_or_default().split_whitespace().next().unwrap_or_default();
    id.eq_ignore_ascii_case(server.trim())
}

/// `mx.example; spf=pass smtp.mailfrom=a.example; dkim=pass header.d=a.example; dmarc=pass header.from=a.example`
fn results_of(header: &str) -> Authentication {
    let mut found = Authentication::default();
    for part in header.split(';').skip(1) {
        let part = part.trim();
        let Some((method, rest)) = part.split_once('=') else { continue };
        let Some(result) = rest.split_whitespace().next().and_then(result) else { continue };
        match method.trim().to_ascii_lowercase().as_str() {
            "spf" => found.spf = Some(SignedBy { domain: property(rest, &["smtp.mailfrom", "smtp.helo"]), result }),
            "dkim" if found.dkim.len() < MAX_SIGNATURES => {
                found.dkim.push(SignedBy { domain: property(rest, &["header.d", "header.i"]), result });
            }
            "dmarc" => found.dmarc = Some(result),
            _ => {}
        }
    }
    found
}

/// The result in a `Received-SPF` header (RFC 7208): `Pass (sender SPF authorized) identity=mailfrom; client-ip=...;
/// envelope-from=ada@a.example; ...`
pub fn received_spf(header: &str) -> Option<SignedBy> {
    let result = header.split_whitespace().next().and_then(result)?;
    let envelope = header.split(';').find_map(|part| part.trim().strip_prefix("envelope-from="));
    Some(SignedBy { domain: envelope.and_then(domain), result })
}

/// The result that a word names, in any case.
pub fn result(word: &str) -> Option<AuthResult> {
    word.trim_end_matches(';').to_ascii_lowercase().parse().ok()
}

fn property(text: &str, names: &[&str]) -> Option<String> {
    let named = |word: &str| names.iter().find_map(|name| word.strip_prefix(name)?.strip_prefix('=').and_then(domain));
    text.split_whitespace().find_map(named)
}

/// The domain of an address, or a domain by itself, in lower case.
pub fn domain(text: &str) -> Option<String> {
    let text = text.trim_matches(['<', '>', '"', '\'', ' ']);
    let domain = text.rsplit_once('@').map_or(text, |(_, domain)| domain).to_lowercase();
    let clean = one_line(&domain, MAX_DOMAIN_CHARS) == domain && !domain.contains(' ');
    (clean && domain.contains('.')).then_some(domain)
}
