//! Pages for requests that failed.

use super::{
    frame::{self, Frame},
    notice,
};
use crate::{access::Caller, http::Response, problem::Problem};
use maud::html;

/// The page for a caller who is not signed in.
pub(crate) fn without_caller(problem: &Problem) -> Response {
    let (status, _, title) = problem.kind();
    let content = html! { h1 { (title) } p.muted { (problem.detail()) } };
    problem.with_headers(frame::alone(status, title, &content))
}

/// The page for a signed-in caller, with the navigation.
pub(crate) fn for_caller(problem: &Problem, caller: &Caller) -> Response {
    let (status, _, title) = problem.kind();
    let content = html! { header { h1 { (title) } } (notice::refused(problem)) };
    let frame = Frame { place: None, ..Frame::new(frame::Place::Queue, title, Some(caller)) };
    problem.with_headers(frame.single(status, &content))
}
