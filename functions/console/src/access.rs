//! Who may do what: a program with the token, or a signed-in person from our own pages.

use crate::{
    http::{Method, Request},
    problem::Problem,
    session::{AdminToken, COOKIE, Session},
};
use nerve_model::{Actor, Timestamp};

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A person signed in to the console.
    Person(String),
    /// A program that holds the admin token.
    Token,
}

impl Caller {
    /// How the ledger names them.
    pub(crate) fn actor(&self) -> Actor {
        match self {
            Self::Person(name) => Actor::Person(name.clone()),
            Self::Token => Actor::Token("admin".to_owned()),
        }
    }
}

/// Lets the request in, or says why not.
///
/// An `Authorization` header settles it alone: a wrong token is not saved by a good cookie. A browser attaches the
/// cookie to whatever any page makes it send, so a change made by cookie has to come from our own origin.
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

/// Whether the browser says that one of our own pages sent it. Browsers that send neither header are refused.
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
