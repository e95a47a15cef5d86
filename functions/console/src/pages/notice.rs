//! The notice above a page: the last action, or the reason it was refused.

use super::{clock, labels};
use crate::{input::Form, problem::Problem};
use maud::{Markup, html};
use nerve_model::ProposalId;
use serde::Deserialize;

/// The decision just taken.
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
    /// Its name in an address.
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

    const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Approve => ("Approved.", "Nerve executes the action now."),
            Self::Reject => ("Rejected.", "The action is not executed."),
            Self::Edit => ("Saved.", "Check the card, then approve."),
            Self::Answer => ("Answered.", "Your answer is part of the proposal."),
            Self::Snooze => ("Snoozed.", "The proposal returns to the queue by itself."),
            Self::Unsnooze => ("Returned.", "The proposal is in the queue again."),
            Self::Assign => ("Assigned.", ""),
            Self::Undo => ("Undone.", "The effect is undone."),
            Self::Outcome => ("Outcome recorded.", ""),
            Self::Retry => ("Retrying.", "Nerve executes the action now."),
            Self::FoundDone => ("Confirmed as done.", ""),
        }
    }
}

/// The notice above a page.
#[derive(Debug, Clone)]
pub(crate) enum Notice {
    /// A decision was taken on this proposal.
    Did(Did, Option<ProposalId>),
    /// A form was refused; it keeps the typed values.
    Refused(Problem, Form),
}

/// The notice.
pub(crate) fn show(notice: &Notice) -> Markup {
    match notice {
        Notice::Did(did, to) => {
            let (strong, rest) = did.text();
            html! {
                p.notice.good {
                    strong { (strong) } span { (rest) }
                    @if let Some(id) = to { a href={ "/proposals/" (id) } data-swap data-key="u" { "Show it " kbd aria-hidden="true" { "u" } } }
                }
            }
        }
        Notice::Refused(problem, _) => refused(problem),
    }
}

/// A refusal with its reason.
pub(crate) fn refused(problem: &Problem) -> Markup {
    let (_, _, title) = problem.kind();
    let more = if matches!(problem, Problem::Stale(_)) { " The card below is current." } else { "" };
    html! { p.notice.bad role="alert" { strong { (title) "." } span { bdi { (reason(problem)) } (more) } } }
}

fn reason(problem: &Problem) -> String {
    match problem {
        Problem::Decided { status, by: Some(by), at: Some(at) } => {
            format!(
                "The proposal is {}: decided by {by}, {}.",
                labels::status(*status).to_lowercase(),
                clock::exact(*at)
            )
        }
        _ => labels::capitalized(&problem.detail()),
    }
}
