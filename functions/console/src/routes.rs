//! From method and path to what answers.

use crate::{
    access::Caller,
    http::{Method, Request, Response},
    openapi::Doc,
    problem::Problem,
    services::Services,
};
use std::{future::Future, pin::Pin};

/// What a handler works with.
pub(crate) struct Call<'a, S> {
    /// The world.
    pub(crate) services: &'a S,
    /// The request.
    pub(crate) request: &'a Request,
    /// Who sent it; nobody in particular on the open routes.
    pub(crate) caller: Option<Caller>,
    /// What stands in the path at each `{...}` of the pattern, in order.
    pub(crate) captured: Vec<&'a str>,
}

/// What a handler comes to.
pub(crate) type Answer = Result<Response, Problem>;

/// A handler.
pub(crate) type Handler<S> = for<'a> fn(Call<'a, S>) -> Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// Whom a route lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// Whoever signed in or holds the token.
    Reviewer,
}

/// One method on one path.
pub(crate) struct Route<S> {
    /// The method; `GET` answers to `HEAD` as well.
    pub(crate) method: Method,
    /// The path, with `{name}` for a segment of any text.
    pub(crate) pattern: &'static str,
    /// Whom it lets in.
    pub(crate) access: Access,
    /// What answers.
    pub(crate) handler: Handler<S>,
    /// How the API document describes it; pages are not described.
    pub(crate) doc: Option<Doc>,
}

impl<S: Services> Route<S> {
    /// A page.
    pub(crate) const fn page(method: Method, pattern: &'static str, handler: Handler<S>) -> Self {
        Self { method, pattern, access: Access::Reviewer, handler, doc: None }
    }

    /// An operation of the API.
    pub(crate) const fn api(method: Method, pattern: &'static str, doc: Doc, handler: Handler<S>) -> Self {
        Self { method, pattern, access: Access::Reviewer, handler, doc: Some(doc) }
    }

    /// Lets everybody in.
    #[must_use]
    pub(crate) fn open(self) -> Self {
        Self { access: Access::Open, ..self }
    }
}

/// The route of a request, with what its path captures.
pub(crate) fn find<'r, 'p, S>(
    routes: &'r [Route<S>],
    method: Method,
    path: &'p str,
) -> Result<(&'r Route<S>, Vec<&'p str>), Problem> {
    let asked = if method == Method::Head { Method::Get } else { method };
    let mut allowed = Vec::new();
    for route in routes {
        match capture(route.pattern, path) {
            Some(captured) if route.method == asked => return Ok((route, captured)),
            Some(_) => allowed.push(route.method),
            None => {}
        }
    }
    Err(if allowed.is_empty() { Problem::NotFound("page") } else { Problem::MethodNotAllowed(allowed) })
}

fn capture<'p>(pattern: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    let mut captured = Vec::new();
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return Some(captured),
            (Some(name), Some(segment)) if name.starts_with('{') && !segment.is_empty() => captured.push(segment),
            (Some(name), Some(segment)) if name == segment => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_matches_segment_by_segment() {
        let cases: [(&str, &str, Option<&[&str]>); 8] = [
            ("/", "/", Some(&[])),
            ("/api/events", "/api/events", Some(&[])),
            ("/api/events/{id}", "/api/events/evt_1", Some(&["evt_1"])),
            ("/api/events/{id}/raw", "/api/events/evt_1/raw", Some(&["evt_1"])),
            ("/api/events/{id}", "/api/events/", None),
            ("/api/events/{id}", "/api/events/evt_1/", None),
            ("/api/events/{id}", "/api/events", None),
            ("/api/events", "/api/Events", None),
        ];
        for (pattern, path, captured) in cases {
            assert_eq!(capture(pattern, path).as_deref(), captured, "{pattern} {path}");
        }
    }
}
