//! The worker for each request. Pure: it names no runtime type and is tested natively.

use nerve_protocol::limits;

/// A webhook source and the service binding of the worker that serves it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// The path segment after `/hooks/`.
    pub(crate) name: &'static str,
    /// The service binding, as `wrangler.toml` names it.
    pub(crate) binding: &'static str,
}

/// The sources, by name: the folders in `functions/sources`.
pub(crate) const SOURCES: &[Source] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The source whose path continues: `/hooks/custom/<mapping>`.
const MAPPED: &str = "custom";

/// The source whose senders ask by `OPTIONS` whether they may send.
const ASKED: &str = "cloudevents";

/// The service binding of the worker that serves the pages and the API.
pub(crate) const CONSOLE: &str = "CONSOLE";

/// The largest forwarded body, in bytes.
pub(crate) const MAX_BODY_BYTES: u64 = limits::MAX_BODY_BYTES as u64;

/// The destination of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// To the source behind this service binding.
    Hook(&'static str),
    /// To the console.
    Console,
    /// Back to the caller.
    Reject(Rejection),
}

/// The reason the gateway itself refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// The `Content-Length` is not a number.
    BadLength,
    /// No source has this name.
    UnknownSource,
    /// A hook was called with something other than [`Rejection::allow`].
    Method,
    /// The `Content-Length` is greater than [`MAX_BODY_BYTES`].
    TooLarge,
    /// The worker behind the binding cannot be reached.
    Unavailable,
}

impl Rejection {
    /// The HTTP status code.
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::BadLength => 400,
            Self::UnknownSource => 404,
            Self::Method => 405,
            Self::TooLarge => 413,
            Self::Unavailable => 503,
        }
    }

    /// The text that the caller reads.
    const fn reason(self) -> &'static str {
        match self {
            Self::BadLength => "content-length is not a number",
            Self::UnknownSource => "unknown source",
            Self::Method => "a hook takes POST, or GET for a handshake",
            Self::TooLarge => "the body exceeds 25 MiB",
            Self::Unavailable => "temporarily unavailable, try again",
        }
    }

    /// The JSON body of the answer. Reasons are literals that need no escaping.
    pub(crate) fn body(self) -> String {
        format!(r#"{{"status":"rejected","reason":"{}"}}"#, self.reason())
    }

    /// The header that a status code requires, if any.
    pub(crate) const fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Method => Some(("Allow", "GET, POST")),
            Self::Unavailable => Some(("Retry-After", "30")),
            Self::BadLength | Self::UnknownSource | Self::TooLarge => None,
        }
    }
}

/// Decides by the method, the unparsed path, and the `Content-Length`.
///
/// A body without a length is forwarded: the worker that reads it stops at its own limit.
pub(crate) fn route(method: &str, path: &str, content_length: Option<&str>) -> Route {
    let checked = destination(method, path).and_then(|route| check_length(content_length).map(|()| route));
    checked.unwrap_or_else(Route::Reject)
}

/// The path of an absolute URL in the platform's form, which always has one. A parser would add Unicode tables to the
/// worker.
pub(crate) fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or(path)
}

fn destination(method: &str, path: &str) -> Result<Route, Rejection> {
    let Some(name) = hook(path) else { return Ok(Route::Console) };
    // Only the source for mappings has further path segments, and checks them itself.
    let name =
        name.strip_prefix(MAPPED).filter(|door| door.len() > 1 && door.starts_with('/')).map_or(name, |_| MAPPED);
    let source = SOURCES.iter().find(|s| s.name == name).ok_or(Rejection::UnknownSource)?;
    match method {
        "GET" | "POST" => Ok(Route::Hook(source.binding)),
        "OPTIONS" if source.name == ASKED => Ok(Route::Hook(source.binding)),
        _ => Err(Rejection::Method),
    }
}

/// The path after `/hooks/`, or `None` for other paths. `/hooks` alone names no source, and does not belong to the
/// console either.
fn hook(path: &str) -> Option<&str> {
    match path.strip_prefix("/hooks")? {
        "" => Some(""),
        rest => rest.strip_prefix('/'),
    }
}

fn check_length(content_length: Option<&str>) -> Result<(), Rejection> {
    let Some(length) = content_length else { return Ok(()) };
    match length.parse::<u64>() {
        Ok(bytes) if bytes <= MAX_BODY_BYTES => Ok(()),
        Ok(_) => Err(Rejection::TooLarge),
        Err(_) => Err(Rejection::BadLength),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIPE: Route = Route::Hook("SOURCE_STRIPE");

    fn check(method: &str, path: &str, expected: Route) {
        assert_eq!(route(method, path, None), expected, "{method} {path}");
    }

    #[test]
    fn a_hook_reaches_its_source() {
        check("POST", "/hooks/stripe", STRIPE);
        check("GET", "/hooks/stripe", STRIPE);
    }

    #[test]
    fn a_mapping_is_a_door_of_the_custom_source() {
        for path in ["/hooks/custom", "/hooks/custom/tally", "/hooks/custom/tally/"] {
            check("POST", path, Route::Hook("SOURCE_CUSTOM"));
        }
        for path in ["/hooks/custom/", "/hooks/customer/x", "/hooks/stripe/tally"] {
            check("POST", path, Route::Reject(Rejection::UnknownSource));
        }
    }

    #[test]
    fn a_hook_takes_no_other_method() {
        for method in ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "post", ""] {
            check(method, "/hooks/stripe", Route::Reject(Rejection::Method));
        }
    }

    #[test]
    fn a_broker_may_ask_before_it_sends() {
        check("OPTIONS", "/hooks/cloudevents", Route::Hook("SOURCE_CLOUDEVENTS"));
        for method in ["HEAD", "PUT", "DELETE", "options"] {
            check(method, "/hooks/cloudevents", Route::Reject(Rejection::Method));
        }
    }

    #[test]
    fn an_unknown_source_is_not_found_whatever_the_method() {
        for path in [
            "/hooks",
            "/hooks/",
            "/hooks/nobody",
            "/hooks/Stripe",
            "/hooks/stripe/",
            "/hooks/stripe/x",
            "/hooks/%73tripe",
            "/hooks//stripe",
        ] {
            check("POST", path, Route::Reject(Rejection::UnknownSource));
            check("DELETE", path, Route::Reject(Rejection::UnknownSource));
        }
    }

    #[test]
    fn everything_else_is_the_consoles() {
        for path in ["/", "/api/health", "/hooksx", "/hooks.json", "/HOOKS/stripe", "//hooks/stripe"] {
            check("GET", path, Route::Console);
            check("DELETE", path, Route::Console);
        }
    }

    #[test]
    fn the_path_is_taken_as_it_stands() {
        for (url, expected) in [
            ("https://nerve.example/hooks/stripe?x=%20y#z", "/hooks/stripe"),
            ("http://127.0.0.1:8787/", "/"),
            ("https://nerve.example/?a=/hooks/stripe", "/"),
            ("https://nerve.example//hooks/%73tripe", "//hooks/%73tripe"),
            ("https://nerve.example", "/"),
        ] {
            assert_eq!(path(url), expected, "{url}");
        }
    }

    #[test]
    fn a_body_is_limited_by_its_announced_length() {
        let length = |value| route("POST", "/hooks/stripe", Some(value));
        assert_eq!(length("0"), STRIPE);
        assert_eq!(length("26214400"), STRIPE);
        assert_eq!(length("26214401"), Route::Reject(Rejection::TooLarge));
        for value in ["", "-1", "1e9", "99999999999999999999999", "1, 1"] {
            assert_eq!(length(value), Route::Reject(Rejection::BadLength), "{value:?}");
        }
    }

    #[test]
    fn the_console_has_the_same_limit() {
        assert_eq!(route("POST", "/api/x", Some("26214401")), Route::Reject(Rejection::TooLarge));
    }

    #[test]
    fn the_wrangler_file_binds_every_source_and_the_console_and_nothing_else() {
        let wrangler = include_str!("../../../wrangler.toml");
        let bound: Vec<&str> = wrangler.lines().filter_map(|line| line.strip_prefix("binding = ")).collect();
        let mut wanted: Vec<String> = SOURCES.iter().map(|source| format!("{:?}", source.binding)).collect();
        wanted.push(format!("{CONSOLE:?}"));
        assert_eq!(bound, wanted);
        assert!(SOURCES.len() >= 17);
        for source in SOURCES {
            let service = format!("binding = {:?}\nservice = \"nerve-{}\"", source.binding, source.name);
            assert!(wrangler.contains(&service), "{service}");
        }
    }

    #[test]
    fn an_answer_says_what_was_wrong() {
        assert_eq!(Rejection::UnknownSource.body(), r#"{"status":"rejected","reason":"unknown source"}"#);
        assert_eq!(Rejection::Method.header(), Some(("Allow", "GET, POST")));
    }
}
