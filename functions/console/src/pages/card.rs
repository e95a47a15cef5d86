//! The card of a proposal.

use super::{
    actions, clock, external_link::external_link, facts::facts, icon::Icon, labels, opened::Opened, params, verdicts,
    view::View, waterfall,
};
use maud::{Markup, html};
use nerve_model::{Card, Executable, Match, Priority, Proposal, ProposalStatus, Timestamp, without_name};

/// The card.
pub(crate) fn show(opened: &Opened<'_>) -> Markup {
    let proposal = opened.proposal;
    let card = &proposal.card;
    html! {
        (header(opened))
        (siblings(opened))
        (proposed(opened))
        (questions(opened))
        section.block { h2 { "Reason" } p.why { bdi { (card.reason) } } p.small.muted { "Proposed by " (card.proposed_by) } }
        (gates(card))
        section.block { h2 { "Match" } (matched(&card.matched)) }
        section.block { h2 { "Earlier events" } (timeline(card, opened.now)) }
        (meta(opened))
        (actions::show(opened))
    }
}

fn header(opened: &Opened<'_>) -> Markup {
    let (card, now) = (&opened.proposal.card, opened.now);
    html! {
        header {
            div.line {
                h1 { a href={ "/records/" (card.record.id) } { bdi { (card.record.name) } } }
                (labels::status_pill(opened.proposal.status))
                @if card.event.test { span.pill.warn { "Test mode" } }
                @if let Some(until) = opened.proposal.handling.snoozed_until.filter(|until| *until > now) {
                    span.pill { "Snoozed, returns " (clock::ago(until, now)) }
                }
                @if let Some(name) = &opened.proposal.handling.assigned_to { span.pill { "For " bdi { (name) } } }
            }
            p.what { bdi { (without_name(&card.event.summary, &card.record.name)) } }
            div.line.small {
                span { (labels::event(card.event.kind)) }
                (clock::ago(card.event.occurred_at, now))
                @let source = labels::source(card.event.source.as_str());
                (external_link(card.event.link.as_deref(), &html! { @if card.event.link.is_some() { "Open in " } (source) }))
            }
            @if let Some(event) = &opened.event { (facts(&event.fact)) }
        }
    }
}

fn siblings(opened: &Opened<'_>) -> Markup {
    if opened.siblings.len() < 2 {
        return html! {};
    }
    html! {
        nav.siblings aria-label="Proposals for this event" {
            @for other in &opened.siblings {
                @let here = other.id == opened.proposal.id;
                a href=(opened.place.href(Some(other.id))) data-swap aria-current=[here.then_some("true")] {
                    (Icon::of_action(other.card.action.kind()).draw())
                    (labels::action(other.card.action.kind()))
                    @if other.status != opened.proposal.status { (labels::status_pill(other.status)) }
                }
            }
        }
    }
}

fn proposed(opened: &Opened<'_>) -> Markup {
    let (proposal, card) = (opened.proposal, &opened.proposal.card);
    html! {
        section.proposed aria-label="Proposed action" {
            div.line {
                h2 { (Icon::of_action(card.action.kind()).draw()) (labels::action(card.action.kind())) }
                @if params::is_urgent(&card.action) { span.pill.bad { (Icon::URGENT.draw()) (Priority::Urgent) } }
                (labels::risk_pill(card.risk))
                span.pill { @if card.reversible { "Can be undone" } @else { "Cannot be undone" } }
            }
            p.effect { bdi { (card.effect) } }
            dl.params { (params::show(&card.action)) }
            (actions::edit(opened))
            div.result { (result(proposal, opened.now)) }
        }
    }
}

/// The decision, the execution and the outcome.
fn result(proposal: &Proposal, now: Timestamp) -> Markup {
    let execution = &proposal.execution;
    html! {
        @if let Some(decision) = &proposal.decision {
            p.small.muted {
                "Decided by " bdi { (decision.by) } " " (clock::ago(decision.at, now))
                @if let Some(reason) = &decision.reason { ": " bdi { (reason) } }
            }
        }
        @if let Some(error) = &execution.last_error {
            p.notice.bad {
                strong {
                    @if proposal.status == ProposalStatus::Unknown { "The outcome is unknown." }
                    @else { "Attempt " (execution.attempts) " failed." }
                }
                span { bdi { (error) } }
                @if let Some(at) = execution.next_attempt_at { span { "Next attempt " (clock::ago(at, now)) "." } }
            }
        }
        @if let Some(outcome) = &proposal.outcome { p { "Outcome: " bdi { (outcome) } } }
    }
}

/// Each question with a field for its answer, and the answers so far. An action that lacks something asks for it, though
/// no question of the card does.
fn questions(opened: &Opened<'_>) -> Markup {
    let card = &opened.proposal.card;
    let lack = card.action.executable().and_then(Executable::lacks);
    let own = lack.filter(|_| card.questions.is_empty()).map(|lack| lack.asks);
    let asked = card.questions.iter().map(String::as_str).chain(own);
    html! {
        @if !card.questions.is_empty() || !card.answers.is_empty() || own.is_some() {
            section.block {
                h2 { "Questions" }
                ul.questions {
                    @for (place, question) in asked.enumerate() {
                        li { (Icon::QUESTION.draw()) div { bdi { (question) } (actions::answer(opened, question, place == 0)) } }
                    }
                }
                @if !card.answers.is_empty() { ul.answers { @for answer in &card.answers { li { bdi { (answer) } } } } }
            }
        }
    }
}

fn gates(card: &Card) -> Markup {
    html! { section.block { h2 { "Gates" } (verdicts::show(&card.gates)) } }
}

/// A match with its evidence.
fn matched(matched: &Match) -> Markup {
    html! {
        p { (labels::match_pill(matched.verdict)) " " span.muted { (waterfall::percent(matched.confidence)) } }
        @if let Some(prior) = matched.prior { (waterfall::show(prior, matched.against.as_deref(), &matched.evidence, matched.confidence)) }
        @else if !matched.evidence.is_empty() {
            table {
                thead { tr { th scope="col" { "Evidence" } th scope="col" { "Value" } th scope="col" { "Finding" } th.number scope="col" { "Weight" } } }
                tbody {
                    @for evidence in &matched.evidence {
                        tr {
                            td { (labels::claim(evidence.field)) } td { bdi { (evidence.value) } } td { bdi { (evidence.finding) } }
                            td.number { (format!("{:+.2}", evidence.weight)) }
                        }
                    }
                }
            }
        }
        @if let Some(other) = &matched.runner_up {
            p.small.muted { "Next best: " a href={ "/records/" (other.record.id) } { bdi { (other.record.name) } } ", " (waterfall::percent(other.confidence)) }
        }
    }
}

/// Events as lines, newest first.
fn timeline(card: &Card, now: Timestamp) -> Markup {
    let lines = &card.timeline;
    html! {
        @if lines.is_empty() { p.muted { "No earlier events about this record." } }
        @else {
            ol.timeline {
                @for line in lines {
                    li {
                        span { bdi { (without_name(&line.summary, &card.record.name)) } " " span.source { (labels::source(line.source.as_str())) } }
                        (clock::ago(line.occurred_at, now))
                    }
                }
            }
        }
    }
}

fn meta(opened: &Opened<'_>) -> Markup {
    let (proposal, now) = (opened.proposal, opened.now);
    let digest: String = proposal.digest.0.chars().take(12).collect();
    html! {
        section.block.meta {
            span { "Proposed " (clock::ago(proposal.created_at, now)) }
            @if opened.place.view == View::PENDING { span { "Expires " (clock::ago(proposal.expires_at, now)) } }
            span title=(proposal.digest.0) { "Digest " code { (digest) } }
            a href={ "/proposals/" (proposal.id) "/situation" } { "Situation" }
            a href={ "/ledger?proposal=" (proposal.id) } { "Ledger entries" }
        }
    }
}
