//! A question as a page.

use super::{
    super::{clock, facts::facts, labels, waterfall},
    load::QuestionDetails,
};
use maud::{Markup, html};
use nerve_ledger::questions::Question;
use nerve_model::{Candidate, Claim, QuestionStatus, Timestamp};

/// The event, the candidates, and a form for each answer.
pub(super) fn question(details: &QuestionDetails, now: Timestamp) -> Markup {
    let question = &details.question;
    html! {
        (header(details, now))
        (answered(question, now))
        section.candidates aria-label="Candidates" {
            @for (n, (candidate, claims)) in (1..).zip(&details.candidates) { (one_of(question, n, candidate, claims)) }
        }
        @if question.status == QuestionStatus::Open {
            form method="post" action={ "/questions/" (question.id) "/answer" } data-swap {
                button data-key="n" { "No match: new record" kbd aria-hidden="true" { "n" } }
            }
        }
    }
}

fn header(details: &QuestionDetails, now: Timestamp) -> Markup {
    html! {
        header.stack {
            h1 { "Match the event to a record" }
            @if let Some(event) = &details.event {
                p.what { bdi { (event.summary) } " " (clock::ago(event.occurred_at, now)) }
                @if let Some(name) = &event.party_name { p { "Name in the event: " strong { bdi { (name) } } } }
            }
            (claims(&details.claims))
            @if let Some(event) = &details.event { (facts(&event.fact)) }
            p.muted { "Until a person answers, only tasks and notifications for the team are proposed." }
        }
    }
}

fn one_of(question: &Question, n: usize, candidate: &Candidate, known: &[Claim]) -> Markup {
    let record = &candidate.record;
    html! {
        article.panel {
            h2 { a href={ "/records/" (record.id) } { bdi { (record.name) } } " " span.muted { (labels::record_type(record.record_type)) } }
            div.pad {
                (claims(known))
                (waterfall::show(candidate.prior, candidate.against.as_deref(), &candidate.evidence, candidate.confidence))
                @if question.status == QuestionStatus::Open {
                    form method="post" action={ "/questions/" (question.id) "/answer" } data-swap {
                        input type="hidden" name="record" value=(record.id);
                        button.primary data-key=(n) { "Match " bdi { (record.name) } kbd aria-hidden="true" { (n) } }
                    }
                }
            }
        }
    }
}

fn answered(question: &Question, now: Timestamp) -> Markup {
    html! {
        @if let (QuestionStatus::Answered, Some(answer)) = (question.status, &question.answer) {
            div.notice.good {
                strong { "Answered." }
                span { "By " bdi { (answer.by) } " " (clock::ago(answer.at, now)) ": " }
                @if answer.record.is_some() { a href={ "/records/" (question.whole.id) } { bdi { (question.whole.name) } } }
                @else { "new record" }
                a.end href="/" data-swap { "Go on in the queue" }
                form method="post" action={ "/questions/" (question.id) "/undo" } data-swap {
                    button data-key="u" { "Undo" kbd aria-hidden="true" { "u" } }
                }
            }
        }
    }
}

fn claims(claims: &[Claim]) -> Markup {
    html! {
        @if !claims.is_empty() {
            ul.claims { @for claim in claims { li { (labels::claimed(claim)) } } }
        }
    }
}
