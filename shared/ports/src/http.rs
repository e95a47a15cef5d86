use std::fmt;

/// The address of a tool outside. The address itself is a secret: only its host is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(String);

/// The error for text that is no usable address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an https address")]
pub struct NotAnEndpoint;

impl Endpoint {
    /// An `https` address; `http` is allowed only to this machine, where tests listen.
    pub fn parse(text: &str) -> Result<Self, NotAnEndpoint> {
        let text = text.trim();
        let endpoint = Self(text.to_owned());
        let (scheme, _) = text.split_once("://").ok_or(NotAnEndpoint)?;
        let host = endpoint.host();
        let local = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
        let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') && !host.is_empty();
        if plain && (scheme == "https" || (scheme == "http" && local)) { Ok(endpoint) } else { Err(NotAnEndpoint) }
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.host())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

/// A `POST` to a tool outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The address.
    pub endpoint: Endpoint,
    /// The headers, with names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// A tool's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header, unparsed.
    pub retry_after: Option<String>,
    /// The beginning of the body, as text.
    pub body: String,
}

/// There was no answer: the request may or may not have arrived. The message contains no more of the address than its
/// host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer: {0}")]
pub struct NoAnswer(pub String);

/// The client for tools outside.
#[expect(async_fn_in_trait, reason = "workers are single-threaded: no future here needs to be Send")]
pub trait HttpClient {
    /// Sends a request once and follows no redirects: a redirect is returned like any other answer.
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, NoAnswer>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_or_local_addresses_are_used_and_only_hosts_are_printed() {
        for (text, host) in [
            ("https://hooks.slack.com/services/T0/B0/secret", Some("hooks.slack.com")),
            (" https://user:secret@example.com:8443/x?y ", Some("example.com")),
            ("http://127.0.0.1:9000/team", Some("127.0.0.1")),
            ("http://example.com/", None),
            ("http://127.0.0.1.example.com/", None),
            ("http://example.com#@127.0.0.1/", None),
            ("http://example.com\\@127.0.0.1/", None),
            ("ftp://example.com/", None),
            ("https:///path", None),
            ("https://exa mple.com/", None),
            ("example.com", None),
            ("", None),
        ] {
            let printed = Endpoint::parse(text).map(|endpoint| format!("{endpoint} {endpoint:?}"));
            let expected = host.map(|host| format!("{host} Endpoint({host})")).ok_or(NotAnEndpoint);
            assert_eq!(printed, expected, "{text}");
        }
    }
}
