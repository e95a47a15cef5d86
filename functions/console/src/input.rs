//! The input of a request, parsed once: ids in the path, query strings, bodies.

use crate::{http::Request, problem::Problem, routes::Call};
use serde::de::DeserializeOwned;
use std::str::FromStr;

impl<S> Call<'_, S> {
    /// The id at the first `{...}` of the path. Text that is no id is answered with 404, as an unknown id is.
    pub(crate) fn id<T: FromStr>(&self, what: &'static str) -> Result<T, Problem> {
        self.captured.first().and_then(|text| text.parse().ok()).ok_or(Problem::NotFound(what))
    }

    /// The parameters of the query string. An empty one counts as absent: browsers send every field of a form.
    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        fields(&self.request.query)
    }

    /// The JSON body.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.request.body)
            .map_err(|error| Problem::BadRequest(format!("The body is malformed: {error}.")))
    }

    /// The fields of a submitted form.
    pub(crate) fn form(&self) -> Form {
        Form::of(self.request)
    }
}

/// Parameters from a query string.
pub(crate) fn fields<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let filled = form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty());
    let filled = form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
    serde_urlencoded::from_str(&filled)
        .map_err(|error| Problem::BadRequest(format!("The query is malformed: {error}.")))
}

/// A submitted form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    fn of(request: &Request) -> Self {
        Self(form_urlencoded::parse(&request.body).map(|(name, value)| (name.into_owned(), lines(&value))).collect())
    }

    /// From names and values.
    pub(crate) fn from_pairs(pairs: impl IntoIterator<Item = (impl Into<String>, String)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// The trimmed text of a field; empty where the field is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// The trimmed texts of all fields of this name, in the order of the form.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// The trimmed text of a field; none where it is empty.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// The value of a field that every form of this kind has.
    pub(crate) fn required<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.parse(name).ok_or_else(Problem::malformed_form)
    }

    /// The value of a field; none where it is missing or malformed.
    pub(crate) fn parse<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }
}

/// Browsers send the line breaks of a text area as CR LF.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}
