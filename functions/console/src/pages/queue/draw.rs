//! The queue as a page: the list on the left, the card on the right.

use super::{
    super::{
        card, clock,
        icon::Icon,
        labels,
        notice::{self, Notice},
        opened::Opened,
        params,
        view::View,
    },
    groups::Group,
    load::Queue,
};
use maud::{Markup, html};
use nerve_ledger::questions::Question;
use nerve_model::{Proposal, ProposalId, Risk, Timestamp};

/// The `<main>` element.
pub(super) fn main(
    queue: &Queue,
    groups: &[Group<'_>],
    card: Option<&Opened<'_>>,
    notice: Option<&Notice>,
    now: Timestamp,
) -> Markup {
    let notice = notice.map(notice::show);
    html! {
        main #main.queue.opened[queue.chosen.is_some()] tabindex="-1" data-exchangeable {
            section.list aria-label="Proposals" { (list(queue, groups, card.map(|card| card.proposal.id), now)) }
            section.card aria-label="Proposal" {
                @match card {
                    Some(card) => article {
                        a.back href=(queue.view.href(None)) data-swap { "← " (queue.view.title()) }
                        @if let Some(notice) = notice { (notice) }
                        (card::show(card))
                    },
                    None => @if let Some(notice) = notice { article { (notice) } },
                }
            }
        }
    }
}

fn list(queue: &Queue, groups: &[Group<'_>], shown: Option<ProposalId>, now: Timestamp) -> Markup {
    let (view, page) = (queue.view, &queue.proposals);
    let urgent = groups.iter().filter(|group| group.first).count();
    html! {
        header {
            h1 { (view.title()) }
            p { (page.items.len()) @if page.next.is_some() { "+" } }
        }
        (questions(&queue.questions))
        @if groups.is_empty() { (empty(view)) }
        @for (at, group) in groups.iter().enumerate() {
            @if at == 0 && urgent > 0 { h2.band { "Urgent or high risk" } }
            @if at == urgent && urgent > 0 { h2.band { "Newest" } }
            (group_of(group, view, shown, now))
        }
        @if let Some(cursor) = &page.next {
            a.more href={ "/?view=" (view) "&cursor=" (cursor) } data-swap { "Show older" }
        }
    }
}

fn questions(questions: &[Question]) -> Markup {
    html! {
        @if !questions.is_empty() {
            h2.band { "Identity questions" }
            div.group {
                @for question in questions {
                    a.row href={ "/questions/" (question.id) } data-swap {
                        (Icon::QUESTION.draw())
                        span.title { bdi { (question.whole.name) } }
                        span.pill.warn { (question.candidates.len()) " candidates" }
                    }
                }
            }
        }
    }
}

fn group_of(group: &Group<'_>, view: View, shown: Option<ProposalId>, now: Timestamp) -> Markup {
    let Some(first) = group.items.first() else { return html! {} };
    let (event, record) = (&first.card.event, &first.card.record);
    html! {
        div.group {
            div.about {
                bdi.who { (record.name) }
                (clock::ago(event.occurred_at, now))
                p.what { @if event.test { "Test · " } bdi { (event.summary) } }
            }
            @for proposal in &group.items { (row(proposal, view, shown)) }
        }
    }
}

fn row(proposal: &Proposal, view: View, shown: Option<ProposalId>) -> Markup {
    let action = &proposal.card.action;
    html! {
        a.row href=(view.href(Some(proposal.id))) data-swap aria-current=[(shown == Some(proposal.id)).then_some("true")] {
            (Icon::of_action(action.kind()).draw())
            span.title {
                span.visually-hidden { (labels::action(action.kind())) ": " }
                bdi { (action.headline()) }
            }
            @if params::is_urgent(action) { span.pill.bad { (Icon::URGENT.draw()) "Urgent" } }
            @else if proposal.card.risk > Risk::Low { (labels::risk_pill(proposal.card.risk)) }
        }
    }
}

fn empty(view: View) -> Markup {
    html! {
        div.empty {
            (Icon::QUEUE.draw())
            @if view == View::PENDING {
                h2 { "No pending proposals" }
                p { "Nerve adds proposals as events arrive. Point your tools’ webhooks at " code { "/hooks/<source>" } " of this site, for example " code { "/hooks/stripe" } "." }
            } @else {
                h2 { "No proposals" }
                p { "No proposal has this status now." }
                a href="/" data-swap { "Show pending proposals" }
            }
        }
    }
}
