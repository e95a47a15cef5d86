//! What a page says about what was just done, or not done.

use super::{clock, words};
use crate::{input::Form, problem::Problem};
use maud::{Markup, html};
use nerve_model::ProposalId;
use serde::Deserialize;

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Did {
    Approve,
    Reject,
    Edit,
    Answer,
    Snooze,
    Unsnooze,
    Assign,
    Undo,
    Outcome,
    Retry,
    FoundDone,
}

impl Did {
    /// As it stands in an address.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Edit => "edit",
            Self::Answer => "answer",
            Self::Snooze => "snooze",
            Self::Unsnooze => "unsnooze",
            Self::Assign => "assign",
            Self::Undo => "undo",
            Self::Outcome => "outcome",
            Self::Retry => "retry",
            Self::FoundDone => "found_done",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Approve => ("Approved.", "It is being carried out."),
            Self::Reject => ("Rejected.", "Nothing will be done."),
            Self::Edit => ("Saved.", "Look at it once more, then approve."),
            Self::Answer => ("Answered.", "Your answer is part of the proposal now."),
            Self::Snooze => ("Snoozed.", "It comes back by itself."),
            Self::Unsnooze => ("Brought back.", "It is in the queue again."),
            Self::Assign => ("Assigned.", ""),
            Self::Undo => ("Undone.", "What was created is taken back."),
            Self::Outcome => ("Outcome recorded.", ""),
            Self::Retry => ("Trying again.", "It is being carried out."),
            Self::FoundDone => ("Noted as done.", ""),
        }
    }
}

/// What a page says before everything else.
#[derive(Debug, Clone)]
pub(crate) enum Notice {
    /// It was done, to this proposal.
    Did(Did, Option<ProposalId>),
    /// It was not done; the form keeps what was typed.
    Refused(Problem, Form),
}

/// The notice as it stands on the page.
pub(crate) fn show(notice: &Notice) -> Markup {
    match notice {
        Notice::Did(did, to) => {
            let (strong, words) = did.words();
            html! {
                p.notice.good {
                    strong { (strong) } span { (words) }
                    @if let Some(id) = to { a href={ "/proposals/" (id) } data-swap data-key="u" { "Show it " kbd aria-hidden="true" { "u" } } }
                }
            }
        }
        Notice::Refused(problem, _) => refused(problem),
    }
}

/// What went wrong, in the problem's own words.
pub(crate) fn refused(problem: &Problem) -> Markup {
    let (_, _, title) = problem.kind();
    let more = if matches!(problem, Problem::Stale(_)) { " Here is the new version." } else { "" };
    html! { p.notice.bad role="alert" { strong { (title) "." } span { bdi { (in_words(problem)) } (more) } } }
}

fn in_words(problem: &Problem) -> String {
    match problem {
        Problem::Decided { status, by: Some(by), at: Some(at) } => {
            format!("It is {}: decided by {by}, {}.", words::status(*status).to_lowercase(), clock::exact(*at))
        }
        _ => words::capitalized(&problem.detail()),
    }
}
