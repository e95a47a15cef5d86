//! One proposal: everything a person is shown before deciding.

use super::{
    bar, clock, facts::facts, icon::Icon, link, notice::Notice, params, queue::address, view::View, waterfall, words,
};
use crate::{access::Caller, problem::Problem, routes::Call, services::Services};
use maud::{Markup, html};
use nerve_ledger::{
    PageRequest, events,
    proposals::{self, ProposalFilter},
};
use nerve_model::{Card, Event, Match, Priority, Proposal, ProposalId, ProposalStatus, TimelineLine, Timestamp};

/// A proposal, open for a decision.
pub(crate) struct Opened<'a> {
    /// The proposal.
    pub(crate) proposal: &'a Proposal,
    /// What else was proposed for the same event, itself included.
    pub(crate) siblings: Vec<Proposal>,
    /// The event in full, while it is known.
    pub(crate) event: Option<Event>,
    /// The view it was opened from.
    pub(crate) view: View,
    /// What to look at once it is decided.
    pub(crate) next: Option<ProposalId>,
    /// What the page says, with what was typed.
    pub(crate) notice: Option<&'a Notice>,
    /// Who looks at it.
    pub(crate) reader: Option<&'a Caller>,
    /// The time.
    pub(crate) now: Timestamp,
}

impl<'a> Opened<'a> {
    /// Reads what the card shows beside the proposal.
    pub(crate) async fn load<S: Services>(
        call: &'a Call<'_, S>,
        proposal: &'a Proposal,
        view: View,
        next: Option<ProposalId>,
        notice: Option<&'a Notice>,
    ) -> Result<Self, Problem> {
        let (db, now) = (call.services.db(), call.services.now());
        let filter = ProposalFilter { record: Some(proposal.card.record.id), ..ProposalFilter::default() };
        let mut siblings = proposals::list(db, &filter, &PageRequest::default()).await?.items;
        siblings.retain(|other| other.card.event.id == proposal.card.event.id);
        siblings.sort_by_key(|other| (std::cmp::Reverse(other.card.risk), other.id));
        let event = events::get(db, proposal.card.event.id).await?.map(|stored| stored.event);
        Ok(Self { proposal, siblings, event, view, next, notice, reader: call.caller.as_ref(), now })
    }
}

/// The card.
pub(crate) fn show(opened: &Opened<'_>) -> Markup {
    let proposal = opened.proposal;
    let card = &proposal.card;
    html! {
        (header(opened))
        (siblings(opened))
        (proposed(opened))
        section.block { h2 { "Why" } p.why { bdi { (card.reason) } } p.small.muted { "Proposed by " (card.proposed_by) } }
        (questions(opened))
        (checks(card))
        section.block { h2 { "Who it associations" } (matched(&card.matched)) }
        section.block { h2 { "What happened before" } (timeline(&card.timeline, opened.now)) }
        (meta(opened))
        (bar::show(opened))
    }
}

fn header(opened: &Opened<'_>) -> Markup {
    let (card, now) = (&opened.proposal.card, opened.now);
    html! {
        header {
            div.line {
                h1 { a href={ "/records/" (card.record.id) } { bdi { (card.record.name) } } }
                (words::status_pill(opened.proposal.status))
                @if card.event.test { span.pill.warn { "Test mode" } }
                @if let Some(until) = opened.proposal.handling.snoozed_until.filter(|until| *until > now) {
                    span.pill { "Snoozed, back " (clock::ago(until, now)) }
                }
                @if let Some(name) = &opened.proposal.handling.assigned_to { span.pill { "For " bdi { (name) } } }
            }
            p.what { bdi { (card.event.summary) } }
            div.line.small {
                span { (words::event(card.event.kind)) }
                (clock::ago(card.event.occurred_at, now))
                @let source = words::source(card.event.source.as_str());
                (link::away(card.event.link.as_deref(), &html! { @if card.event.link.is_some() { "Open in " } (source) }))
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
        nav.siblings aria-label="Also proposed for this event" {
            @for other in &opened.siblings {
                @let here = other.id == opened.proposal.id;
                a href=(address(opened.view, Some(other.id))) data-swap aria-current=[here.then_some("true")] {
                    (Icon::of_action(other.card.action.kind()).draw())
                    (words::action(other.card.action.kind()))
                    @if other.status != opened.proposal.status { (words::status_pill(other.status)) }
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
                h2 { (Icon::of_action(card.action.kind()).draw()) (words::action(card.action.kind())) }
                @if params::is_urgent(&card.action) { span.pill.bad { (Icon::URGENT.draw()) (Priority::Urgent) } }
                (words::risk_pill(card.risk))
                span.pill { @if card.reversible { "Can be undone" } @else { "Cannot be undone" } }
            }
            p.effect { bdi { (card.effect) } }
            dl.params { (params::show(&card.action)) }
            (bar::edit(opened))
            div.result { (result(proposal, opened.now)) }
        }
    }
}

/// What became of it.
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
                    @if proposal.status == ProposalStatus::Unknown { "Nobody knows whether it happened." }
                    @else { "Attempt " (execution.attempts) " failed." }
                }
                span { bdi { (error) } }
                @if let Some(at) = execution.next_attempt_at { span { "Tried again " (clock::ago(at, now)) "." } }
            }
        }
        @if let Some(outcome) = &proposal.outcome { p { "Outcome: " bdi { (outcome) } } }
    }
}

fn questions(opened: &Opened<'_>) -> Markup {
    let card = &opened.proposal.card;
    html! {
        @if !card.questions.is_empty() || !card.answers.is_empty() {
            section.block {
                h2 { "Questions" }
                ul.questions { @for question in &card.questions { li { (Icon::QUESTION.draw()) bdi { (question) } } } }
                @if !card.answers.is_empty() { ul.answers { @for answer in &card.answers { li { bdi { (answer) } } } } }
                (bar::answer(opened))
            }
        }
    }
}

fn checks(card: &Card) -> Markup {
    html! {
        section.block {
            h2 { "Checks" }
            ol.checks {
                @for result in &card.gates {
                    li class=(words::verdict_tone(result.verdict)) {
                        (words::verdict(result.verdict))
                        span.name { (words::gate(result.gate)) }
                        span.reason { bdi { (result.reason) } }
                    }
                }
            }
        }
    }
}

/// A match with its evidence.
pub(crate) fn matched(matched: &Match) -> Markup {
    html! {
        p { (words::match_pill(matched.verdict)) " " span.muted { (waterfall::sure(matched.confidence)) } }
        @if let Some(prior) = matched.prior { (waterfall::show(prior, matched.against.as_deref(), &matched.evidence, matched.confidence)) }
        @else if !matched.evidence.is_empty() {
            table {
                thead { tr { th scope="col" { "Evidence" } th scope="col" { "Value" } th scope="col" { "Finding" } th.number scope="col" { "Weight" } } }
                tbody {
                    @for evidence in &matched.evidence {
                        tr {
                            td { (words::claim(evidence.field)) } td { bdi { (evidence.value) } } td { bdi { (evidence.finding) } }
                            td.number { (format!("{:+.2}", evidence.weight)) }
                        }
                    }
                }
            }
        }
        @if let Some(other) = &matched.runner_up {
            p.small.muted { "Next best: " a href={ "/records/" (other.record.id) } { bdi { (other.record.name) } } ", " (percent(other.confidence)) }
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share.clamp(0.0, 1.0) * 100.0)
}

/// Events as lines, newest first.
pub(crate) fn timeline(lines: &[TimelineLine], now: Timestamp) -> Markup {
    html! {
        @if lines.is_empty() { p.muted { "Nothing: this is the first event about this record." } }
        @else {
            ol.timeline {
                @for line in lines {
                    li {
                        span { bdi { (line.summary) } " " span.source { (words::source(line.source.as_str())) } }
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
            @if opened.view == View::PENDING { span { "Expires " (clock::ago(proposal.expires_at, now)) } }
            span title=(proposal.digest.0) { "Digest " code { (digest) } }
            a href={ "/proposals/" (proposal.id) "/situation" } { "What was known" }
            a href={ "/ledger?proposal=" (proposal.id) } { "History of this proposal" }
        }
    }
}
