//! Admission: a program with the token, or a signed-in person from the pages of this site.

use crate::{
    http::{Method, Request},
    problem::Problem,
    session::{AdminToken, COOKIE, Session},
};
use nerve_model::{Actor, Timestamp};

/// The sender of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A person signed in to the console.
    Person(String),
    /// A program that holds the admin token.
    Token,
}

impl Caller {
    /// Its name in the ledger.
    pub(crate) fn actor(&self) -> Actor {
        match self {
            Self::Person(name) => Actor::Person(name.clone()),
            Self::Token => Actor::Token("admin".to_owned()),
        }
    }
}

/// Admits a request; an error names the reason for a refusal.
///
/// An `Authorization` header decides alone: a valid cookie does not make up for a wrong token. A browser attaches the
/// cookie to requests that any site makes it send, so a change made by cookie must come from this origin.
pub(crate) fn admit(request: &Request, token: &AdminToken, now: Timestamp) -> Result<Caller, Problem> {
    if let Some(authorization) = request.header("authorization") {
        return bearer(authorization).filter(|text| token.is(text)).map(|_| Caller::Token).ok_or(Problem::Unauthorized);
    }
    let session = request.cookie(COOKIE).and_then(|cookie| Session::open(cookie, token, now));
    let session = session.ok_or(Problem::Unauthorized)?;
    if changes(request) && !is_same_origin(request) {
        return Err(Problem::CrossOrigin);
    }
    Ok(Caller::Person(session.name))
}

/// True if the browser names this origin as the sender. A request with neither header is refused.
pub(crate) fn is_same_origin(request: &Request) -> bool {
    match request.header("origin") {
        Some(origin) => request.own_origin().is_some_and(|own| own.eq_ignore_ascii_case(origin)),
        None => request.header("sec-fetch-site") == Some("same-origin"),
    }
}

fn changes(request: &Request) -> bool {
    !matches!(request.method, Method::Get | Method::Head)
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
