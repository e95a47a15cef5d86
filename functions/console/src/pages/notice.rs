//! The notice above a page: the last action, or the reason it was refused.

use super::{clock, labels, view::ListPlace};
use crate::{input::Form, problem::Problem};
use maud::{Markup, html};
use nerve_ledger::questions::Question;
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
    Fill,
    FillAndKeep,
    FillOnly,
    Snooze,
    Unsnooze,
    Assign,
    Undo,
    Reconsider,
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
            Self::Fill => "fill",
            Self::FillAndKeep => "fill_and_keep",
            Self::FillOnly => "fill_only",
            Self::Snooze => "snooze",
            Self::Unsnooze => "unsnooze",
            Self::Assign => "assign",
            Self::Undo => "undo",
            Self::Reconsider => "reconsider",
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
            Self::Answer => {
                ("Answered.", "Your answer is part of the proposal. Edit the text if it should say so too.")
            }
            Self::Fill => ("Answered.", "The message has its recipient. Check the card, then approve."),
            Self::FillAndKeep => (
                "Answered.",
                "The message has its recipient, and the record has the address. Check the card, then approve.",
            ),
            Self::FillOnly => (
                "Answered.",
                "The message has its recipient. The address could not be added to the record: the ledger says why. Check the card, then approve.",
            ),
            Self::Snooze => ("Snoozed.", "The proposal returns to the queue by itself."),
            Self::Unsnooze => ("Returned.", "The proposal is in the queue again."),
            Self::Assign => ("Assigned.", ""),
            Self::Undo => ("Undone.", "What was done is undone. The proposal is now under Undone."),
            Self::Reconsider => ("Taken back.", "Nothing was done yet. The proposal waits for a decision again."),
            Self::Outcome => ("Outcome recorded.", ""),
            Self::Retry => ("Retrying.", "Nerve executes the action now."),
            Self::FoundDone => ("Confirmed as done.", ""),
        }
    }

    /// The form that takes the decision back.
    const fn undo(self) -> Option<&'static str> {
        match self {
            Self::Approve | Self::Reject => Some("undo"),
            Self::Snooze => Some("unsnooze"),
            _ => None,
        }
    }

    /// The proposal stays open after the decision.
    pub(crate) const fn stays(self) -> bool {
        matches!(
            self,
            Self::Edit
                | Self::Answer
                | Self::Fill
                | Self::FillAndKeep
                | Self::FillOnly
                | Self::Assign
                | Self::Outcome
                | Self::Undo
                | Self::Reconsider
                | Self::Unsnooze
        )
    }
}

/// The notice above a page.
#[derive(Debug, Clone)]
pub(crate) enum Notice {
    /// A decision was taken on this proposal.
    Did(Did, Option<ProposalId>),
    /// This identity question was answered.
    Answered(Box<Question>),
    /// The form of this decision was refused; it keeps the typed values.
    Refused(Problem, String, Form),
}

/// The notice on a page of the queue.
pub(crate) fn show(notice: &Notice, place: &ListPlace) -> Markup {
    match notice {
        Notice::Did(did, to) => {
            let (strong, rest) = did.text();
            html! {
                div.notice.good {
                    strong { (strong) } span { (rest) }
                    @if let Some(id) = to { (back(*did, *id, place)) }
                }
            }
        }
        Notice::Answered(question) => answered(question),
        Notice::Refused(problem, ..) => refused(problem),
    }
}

/// The answer that a person just gave to an identity question, with the way back.
pub(crate) fn answered(question: &Question) -> Markup {
    let Some(answer) = &question.answer else { return html! {} };
    let record = &question.whole;
    html! {
        div.notice.good {
            strong {
                @if answer.record.is_some() { "Matched to " bdi { (record.name) } "." }
                @else { bdi { (record.name) } " is a new record." }
            }
            span { "Nerve considers the event now. What it proposes appears in the queue." }
            a.end href={ "/records/" (record.id) } { "Show the record" }
            form method="post" action={ "/questions/" (question.id) "/undo" } data-swap {
                button data-key="u" { "Undo" kbd aria-hidden="true" { "u" } }
            }
        }
    }
}

/// An answer was taken back.
pub(crate) fn reopened() -> Markup {
    html! { div.notice.good { strong { "Taken back." } span { "The question is open again, and the event waits." } } }
}

/// Where the decision can be taken back, a button for it: the proposal then opens on this page again. Else a link.
fn back(did: Did, id: ProposalId, place: &ListPlace) -> Markup {
    html! {
        @match did.undo() {
            Some(verb) => {
                a.end href={ "/proposals/" (id) } data-swap { "Show it" }
                form method="post" action={ "/proposals/" (id) "/" (verb) } data-swap {
                    (place.fields())
                    button data-key="u" { "Undo" kbd aria-hidden="true" { "u" } }
                }
            },
            None => a.end href={ "/proposals/" (id) } data-swap data-key="u" { "Show it " kbd aria-hidden="true" { "u" } },
        }
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
