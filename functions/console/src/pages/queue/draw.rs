//! The queue as a page: the list on the left, the card on the right.

use super::{
    super::{
        card, clock,
        icon::Icon,
        labels,
        notice::{self, Notice},
        opened::Opened,
        params,
        view::{ListPlace, View},
    },
    groups::{Group, Section},
    load::Queue,
};
use maud::{Markup, html};
use nerve_ledger::queue::OpenQuestion;
use nerve_model::{Proposal, ProposalId, Risk, Timestamp, without_name};

/// The `<main>` element.
pub(super) fn main(
    queue: &Queue,
    sections: &[Section<'_>],
    card: Option<&Opened<'_>>,
    notice: Option<&Notice>,
    now: Timestamp,
) -> Markup {
    let notice = notice.map(|notice| notice::show(notice, &queue.place));
    html! {
        main #main.queue.opened[queue.chosen.is_some()] tabindex="-1" data-exchangeable {
            section.list aria-label="Proposals" { (list(queue, sections, card.map(|card| card.proposal.id), now)) }
            section.card aria-label="Proposal" {
                @match card {
                    Some(card) => article {
                        a.back href=(queue.place.href(None)) data-swap { "← " (queue.place.view.title()) }
                        @if let Some(notice) = notice { (notice) }
                        (card::show(card))
                    },
                    None => @if let Some(notice) = notice { article { (notice) } },
                }
            }
        }
    }
}

fn list(queue: &Queue, sections: &[Section<'_>], shown: Option<ProposalId>, now: Timestamp) -> Markup {
    let (place, view) = (&queue.place, queue.place.view);
    html! {
        header {
            h1 { (view.title()) }
            p {
                @match queue.counts.of(view) {
                    Some(all) => (all),
                    None => { (queue.items.len()) @if queue.next.is_some() { "+" } },
                }
            }
        }
        @if place.cursor.is_some() { a.more href=(ListPlace::first(view).href(None)) data-swap { "Back to the beginning" } }
        @if sections.is_empty() { (empty(view)) }
        @for section in sections {
            @if let Some(band) = section.band {
                h2.band { (labels::band(band)) " " span.count { (queue.counts.of_band(band)) } }
            }
            @for group in &section.groups { (group_of(group, place, shown, now)) }
        }
        @if let Some(next) = &queue.next { a.more href=(next.href(None)) data-swap { @if view == View::PENDING { "Show more" } @else { "Show older" } } }
    }
}

fn group_of(group: &Group<'_>, place: &ListPlace, shown: Option<ProposalId>, now: Timestamp) -> Markup {
    match group {
        Group::Question(open) => question(open, now),
        Group::Event(items) => {
            let Some((first, _)) = items.first() else { return html! {} };
            let (event, record) = (&first.card.event, &first.card.record);
            html! {
                div.group {
                    div.about {
                        bdi.who { (record.name) }
                        (clock::ago(event.occurred_at, now))
                        p.what { @if event.test { "Test · " } bdi { (without_name(&event.summary, &record.name)) } }
                    }
                    @for (proposal, due) in items {
                        a.row href=(place.href(Some(proposal.id))) data-swap aria-current=[(shown == Some(proposal.id)).then_some("true")] {
                            (row(proposal, *due, now))
                        }
                    }
                }
            }
        }
    }
}

fn question(open: &OpenQuestion, now: Timestamp) -> Markup {
    let OpenQuestion { question, summary, held } = open;
    html! {
        div.group {
            div.about {
                bdi.who { (question.whole.name) }
                (clock::ago(question.asked_at, now))
                p.what {
                    @if let Some(summary) = summary { bdi { (without_name(summary, &question.whole.name)) } }
                    @if *held > 1 { " · " (held) " events wait for the answer" }
                }
            }
            a.row href={ "/questions/" (question.id) } data-swap {
                (Icon::QUESTION.draw())
                span.title { "Who is this?" }
                @if question.urgent { (urgent()) }
                span.pill.warn { (question.candidates.len()) @if question.candidates.len() == 1 { " candidate" } @else { " candidates" } }
            }
        }
    }
}

fn row(proposal: &Proposal, due: Option<Timestamp>, now: Timestamp) -> Markup {
    let action = &proposal.card.action;
    html! {
        (Icon::of_action(action.kind()).draw())
        span.title {
            span.visually-hidden { (labels::action(action.kind())) ": " }
            bdi { (action.headline()) }
        }
        @if params::is_urgent(action) { (urgent()) }
        @else if proposal.card.risk > Risk::Low { (labels::risk_pill(proposal.card.risk)) }
        @else if let Some(due) = due { span.when.bad[due < now] { "due " (clock::ago(due, now)) } }
    }
}

fn urgent() -> Markup {
    html! { span.pill.bad { (Icon::URGENT.draw()) "Urgent" } }
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
