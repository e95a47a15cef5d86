//! The decisions that a proposal allows, as forms that work without a script.

use super::{labels, opened::Opened, params};
use crate::{access::Caller, input::Form};
use maud::{Markup, html};
use nerve_engine::{ANSWER_CHARS, OUTCOME_CHARS, REASON_CHARS, REVIEWER_CHARS};
use nerve_model::{Executable, Lack, Proposal, ProposalStatus};

/// The lengths of a snooze: key, hours, and label.
const SNOOZES: [(char, u32, &str); 4] =
    [('1', 1, "An hour"), ('2', 24, "A day"), ('3', 72, "Three days"), ('4', 168, "A week")];

/// The bar at the bottom of the card.
pub(crate) fn show(opened: &Opened<'_>) -> Markup {
    let proposal = opened.proposal;
    html! {
        div.bar {
            @match (proposal.status, proposal.card.action.executable()) {
                (ProposalStatus::Pending, Some(_)) => { (approve(opened)) (others(opened)) },
                (ProposalStatus::Pending, None) => { (outcome(opened)) (others(opened)) },
                (ProposalStatus::Failed, _) => {
                    (button(opened, "retry", "primary", "Retry", Some('a')))
                    (reject(opened))
                },
                (ProposalStatus::Unknown, _) => {
                    p { "The outcome is unknown. Check the tool first." }
                    (button(opened, "found_done", "primary", "Confirm it took effect", Some('a')))
                    (button(opened, "retry", "", "Retry", None))
                },
                (ProposalStatus::Done, Some(_)) if proposal.card.reversible => {
                    (button(opened, "undo", "", "Undo", Some('u')))
                    (outcome(opened))
                },
                (ProposalStatus::Approved, _) => {
                    p role="status" { "Nerve executes the action now." }
                    (button(opened, "undo", "", "Undo", Some('u')))
                },
                (ProposalStatus::Executing, _) => {
                    p role="status" { "Nerve executes the action at this moment. It can be undone once it is done." }
                },
                (ProposalStatus::Rejected, _) => {
                    (button(opened, "undo", "", "Undo the rejection", Some('u')))
                    (outcome(opened))
                },
                _ => (outcome(opened)),
            }
        }
    }
}

/// The decisions that every pending proposal allows.
fn others(opened: &Opened<'_>) -> Markup {
    html! { (reject(opened)) (snooze(opened)) (assign(opened)) }
}

fn path(proposal: &Proposal, verb: &str) -> String {
    format!("/proposals/{}/{verb}", proposal.id)
}

/// The fields of every form: the list, and the proposal to open next.
fn trail(opened: &Opened<'_>) -> Markup {
    html! {
        (opened.place.fields())
        @if let Some(next) = opened.next { input type="hidden" name="next" value=(next); }
    }
}

/// What was typed into a field of a refused form.
fn text<'a>(typed: Option<&'a Form>, field: &str) -> &'a str {
    typed.map_or("", |form| form.text(field))
}

fn key(letter: char) -> Markup {
    html! { kbd aria-hidden="true" { (letter) } }
}

fn button(opened: &Opened<'_>, verb: &str, class: &str, label: &str, letter: Option<char>) -> Markup {
    html! {
        form method="post" action=(path(opened.proposal, verb)) data-swap {
            (trail(opened))
            button class=(class) data-key=[letter] { (label) @if let Some(letter) = letter { (key(letter)) } }
        }
    }
}

/// The button that approves the card; where the action lacks something, the way to the question that asks for it.
fn approve(opened: &Opened<'_>) -> Markup {
    if let Some(lack) = lack(opened) {
        return html! {
            button.primary disabled aria-describedby="lack" { "Approve" }
            p #lack { (labels::capitalized(lack.says)) ". " a href={ "#" (LACKING) } data-key="a" { "Answer first " (key('a')) } }
        };
    }
    html! {
        form.approve method="post" action=(path(opened.proposal, "approve")) data-swap {
            (trail(opened))
            input type="hidden" name="digest" value=(opened.proposal.digest.0);
            button.primary data-key="a" { "Approve" (key('a')) }
        }
    }
}

fn reject(opened: &Opened<'_>) -> Markup {
    let typed = opened.typed("reject");
    html! {
        details name="decide" open[typed.is_some()] {
            summary.button data-key="r" { "Reject" (key('r')) }
            form.inline method="post" action=(path(opened.proposal, "reject")) data-swap {
                (trail(opened))
                label { "Reason, for the ledger" input name="reason" value=(text(typed, "reason")) data-max=(REASON_CHARS); }
                button { "Reject" }
            }
        }
    }
}

fn snooze(opened: &Opened<'_>) -> Markup {
    if opened.proposal.handling.snoozed_until.is_some_and(|until| until > opened.now) {
        return button(opened, "unsnooze", "", "Return to the queue", Some('z'));
    }
    html! {
        details name="decide" {
            summary.button data-key="z" { "Snooze" (key('z')) }
            // A button for each length: a list would open where a person presses the enter key to send.
            form.choices method="post" action=(path(opened.proposal, "snooze")) aria-label="Duration" data-swap {
                (trail(opened))
                @for (letter, hours, label) in SNOOZES {
                    button name="hours" value=(hours) data-key=(letter) { (label) (key(letter)) }
                }
            }
        }
    }
}

fn assign(opened: &Opened<'_>) -> Markup {
    let me = match opened.reader {
        Some(Caller::Person(name)) => name.as_str(),
        _ => "",
    };
    let typed = opened.typed("assign");
    let to = opened.proposal.handling.assigned_to.as_deref().unwrap_or(me);
    let to = typed.map_or(to, |form| form.text("to"));
    html! {
        details name="decide" open[typed.is_some()] {
            summary.button { "Assign" }
            form.inline method="post" action=(path(opened.proposal, "assign")) data-swap {
                (trail(opened))
                label { "Reviewer, empty for nobody" input name="to" value=(to) data-max=(REVIEWER_CHARS); }
                button { "Assign" }
            }
        }
    }
}

fn outcome(opened: &Opened<'_>) -> Markup {
    let typed = opened.typed("outcome");
    html! {
        details name="decide" open[typed.is_some()] {
            summary.button { "Record the outcome" }
            form.inline method="post" action=(path(opened.proposal, "outcome")) data-swap {
                (trail(opened))
                label { "Outcome, for the ledger" input name="outcome" value=(text(typed, "outcome")) required data-max=(OUTCOME_CHARS); }
                button { "Record" }
            }
        }
    }
}

/// The parameters as a form; after a refused edit it is open and keeps the typed values.
pub(crate) fn edit(opened: &Opened<'_>) -> Markup {
    let action = opened.proposal.card.action.executable();
    html! {
        @if let (ProposalStatus::Pending, Some(action)) = (opened.proposal.status, action) { (edit_form(opened, action)) }
    }
}

fn edit_form(opened: &Opened<'_>, action: &Executable) -> Markup {
    let typed = opened.typed("edit");
    let stored = params::fields_of(action);
    html! {
        details.edit open[typed.is_some()] {
            summary.button data-key="e" { "Edit" (key('e')) }
            form.fields method="post" action=(path(opened.proposal, "edit")) data-swap {
                (trail(opened))
                input type="hidden" name="kind" value=(action.kind());
                (params::inputs(action.kind(), typed.unwrap_or(&stored)))
                div.end { button.primary { "Save" } span.small.muted { "Saving does not approve." } }
            }
        }
    }
}

/// The field of the question that asks for what the action lacks.
const LACKING: &str = "lacking";

/// The form that answers a question of the card. The first one asks for what the action lacks, where it lacks anything.
pub(crate) fn answer(opened: &Opened<'_>, question: &str, first: bool) -> Markup {
    if opened.proposal.status != ProposalStatus::Pending {
        return html! {};
    }
    let card = &opened.proposal.card;
    let lacking = first && lack(opened).is_some();
    let typed = opened.typed("answer").filter(|form| form.optional("question").is_none_or(|asked| asked == question));
    html! {
        form.fields method="post" action=(path(opened.proposal, "answer")) data-swap {
            (trail(opened))
            @if !card.questions.is_empty() { input type="hidden" name="question" value=(question); }
            div.inline {
                @if lacking {
                    label { "Mail address" input id=(LACKING) type="email" name="answer" value=(text(typed, "answer")) required autocomplete="off" data-max=(ANSWER_CHARS); }
                } @else {
                    label { "Your answer" input name="answer" value=(text(typed, "answer")) required data-max=(ANSWER_CHARS); }
                }
                button { "Answer" }
            }
            @if lacking {
                label.check {
                    input type="checkbox" name="keep" value="true" checked[typed.is_none_or(|form| form.optional("keep").is_some())];
                    " Keep the address with " bdi { (card.record.name) }
                }
            }
        }
    }
}

/// What the action lacks.
fn lack(opened: &Opened<'_>) -> Option<&'static Lack> {
    opened.proposal.card.action.executable().and_then(Executable::lacks)
}
