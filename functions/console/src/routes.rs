//! Routes: a method and a path, the function that answers, and its description for the API document.

use crate::{
    access::Caller,
    http::{Method, Request, Response},
    problem::Problem,
    services::Services,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use std::{future::Future, pin::Pin};

/// The input of a handler.
pub(crate) struct Call<'a, S> {
    /// The database, the clock and the other workers.
    pub(crate) services: &'a S,
    /// The request.
    pub(crate) request: &'a Request,
    /// The sender; none on open routes.
    pub(crate) caller: Option<Caller>,
    /// The path's segments at each `{...}` of the pattern, in order.
    pub(crate) captured: Vec<&'a str>,
}

/// The result of a handler.
pub(crate) type Answer = Result<Response, Problem>;

/// A handler.
pub(crate) type Handler<S> = for<'a> fn(Call<'a, S>) -> Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// An async function as a [`Handler`]: its future is boxed.
macro_rules! handler {
    ($function:path) => {
        |call| Box::pin($function(call))
    };
}
pub(crate) use handler;

/// An answer that carries a document.
pub(crate) fn json(document: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(document).map_err(|error| Problem::Damaged(error.to_string()))?;
    Ok(Response::new(200, "application/json", body))
}

/// The callers a route admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// Signed-in people and programs with the token.
    Reviewer,
}

/// The schema of a type, named types by reference.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The description of a route in the API document.
#[derive(Clone, Copy)]
pub(crate) struct Doc {
    /// The operation in one line.
    pub(crate) summary: &'static str,
    /// The parameters of the query string.
    pub(crate) query: Option<SchemaOf>,
    /// The request's JSON body.
    pub(crate) body: Option<SchemaOf>,
    /// The response's JSON body; none where the response is bytes.
    pub(crate) answer: Option<SchemaOf>,
}

/// One method on one path.
pub(crate) struct Route<S> {
    /// The method; `GET` answers to `HEAD` as well.
    pub(crate) method: Method,
    /// The path, with `{name}` for a segment of any text.
    pub(crate) pattern: &'static str,
    /// The callers it admits.
    pub(crate) access: Access,
    /// The function that answers.
    pub(crate) handler: Handler<S>,
    /// Its description in the API document; pages have none.
    pub(crate) doc: Option<Doc>,
}

impl<S: Services> Route<S> {
    /// A page.
    pub(crate) const fn page(method: Method, pattern: &'static str, handler: Handler<S>) -> Self {
        Self { method, pattern, access: Access::Reviewer, handler, doc: None }
    }

    /// An operation of the API, without parameters, whose response is bytes.
    pub(crate) const fn api(method: Method, pattern: &'static str, summary: &'static str, handler: Handler<S>) -> Self {
        let doc = Some(Doc { summary, query: None, body: None, answer: None });
        Self { method, pattern, access: Access::Reviewer, handler, doc }
    }

    /// The fields of `T` are the parameters of the query string.
    #[must_use]
    pub(crate) fn query<T: JsonSchema>(self) -> Self {
        self.described(|doc| Doc { query: Some(T::json_schema), ..doc })
    }

    /// The request's body is a `T`.
    #[must_use]
    pub(crate) fn body<T: JsonSchema>(self) -> Self {
        self.described(|doc| Doc { body: Some(SchemaGenerator::subschema_for::<T>), ..doc })
    }

    /// The response's body is a `T`.
    #[must_use]
    pub(crate) fn answers<T: JsonSchema>(self) -> Self {
        self.described(|doc| Doc { answer: Some(SchemaGenerator::subschema_for::<T>), ..doc })
    }

    fn described(self, change: impl FnOnce(Doc) -> Doc) -> Self {
        Self { doc: self.doc.map(change), ..self }
    }

    /// Admits everybody.
    #[must_use]
    pub(crate) fn open(self) -> Self {
        Self { access: Access::Open, ..self }
    }
}

/// The route of a request, with the segments its path captures.
pub(crate) fn find<'r, 'p, S>(
    routes: &'r [Route<S>],
    method: Method,
    path: &'p str,
) -> Result<(&'r Route<S>, Vec<&'p str>), Problem> {
    let served = if method == Method::Head { Method::Get } else { method };
    let mut allowed = Vec::new();
    for route in routes {
        match capture(route.pattern, path) {
            Some(captured) if route.method == served => return Ok((route, captured)),
            Some(_) => allowed.push(route.method),
            None => {}
        }
    }
    Err(if allowed.is_empty() { Problem::NotFound("page") } else { Problem::MethodNotAllowed(allowed) })
}

fn capture<'p>(pattern: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let (mut expected, mut found) = (pattern.split('/'), path.split('/'));
    let mut captured = Vec::new();
    loop {
        match (expected.next(), found.next()) {
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
