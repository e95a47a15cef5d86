//! Requests and responses as plain values: everything behind them is tested without a runtime.

use nerve_csv::MAX_FILE_BYTES;

/// The largest accepted request body, in bytes: the longest draft, escaped as a form, with room to spare.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// The largest accepted body at a path, in bytes: only files are larger than a form.
pub fn max_body_bytes(path: &str) -> usize {
    match path {
        "/api/imports" => MAX_FILE_BYTES,
        "/records/import" => MAX_FILE_BYTES + MAX_BODY_BYTES,
        _ => MAX_BODY_BYTES,
    }
}

/// A request method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`.
    Head,
    /// `POST`.
    Post,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
    /// Any other method; no route has it.
    Other,
}

impl Method {
    /// From the name in the request line.
    pub fn parse(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => Self::Other,
        }
    }

    /// The name in the request line; empty for [`Self::Other`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Other => "",
        }
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path as it stands on the wire, starting with `/`.
    pub path: String,
    /// The query string without its question mark; empty when there is none.
    pub query: String,
    /// Names and values; names may be in any case.
    pub headers: Vec<(String, String)>,
    /// The body, at most [`max_body_bytes`].
    pub body: Vec<u8>,
    /// True if it came over TLS.
    pub https: bool,
}

impl Request {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The first cookie of this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.header("cookie")?.split(';');
        cookies.filter_map(|cookie| cookie.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The origin the request was sent to, as browsers write it in `Origin`.
    pub fn own_origin(&self) -> Option<String> {
        let scheme = if self.https { "https" } else { "http" };
        self.header("host").map(|host| format!("{scheme}://{host}"))
    }

    /// True for the JSON API, false for pages.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response with a body of this type; no cache may keep it.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", content_type.to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// Sends the browser to another place of this site, with a GET.
    pub fn see_other(location: impl Into<String>) -> Self {
        Self::new(303, "text/plain; charset=utf-8", "").with("location", location)
    }

    /// Sets a header, in place of the one of that name if there is one.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(key, _)| *key != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The header of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}
