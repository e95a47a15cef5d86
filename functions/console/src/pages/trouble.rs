//! Pages that only say what went wrong.

use super::{
    frame::{self, Frame},
    notice,
};
use crate::{access::Caller, http::Response, problem::Problem};
use maud::html;

/// For somebody who is not signed in.
pub(crate) fn turned_away(problem: &Problem) -> Response {
    let (status, _, title) = problem.kind();
    let content = html! { h1 { (title) } p.muted { (problem.detail()) } };
    problem.with_headers(frame::alone(status, title, &content))
}

/// For somebody who is, with the navigation around it.
pub(crate) fn failed(problem: &Problem, caller: Option<&Caller>) -> Response {
    let (status, _, title) = problem.kind();
    let main = html! { main #main.single tabindex="-1" data-exchangeable { header { h1 { (title) } } (notice::refused(problem)) } };
    problem.with_headers(Frame { title, place: None, caller, views: html! {} }.show(status, main))
}
