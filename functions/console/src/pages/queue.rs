//! The queue: proposals on the left, one of them on the right.

use super::{
    card::{self, Opened},
    clock,
    frame::{Frame, Place},
    icon::Icon,
    more,
    notice::{self, Did, Notice},
    params, question,
    view::{self, Counts, View},
    words,
};
use crate::{
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    Page,
    proposals::{self, ProposalFilter, Snoozed},
};
use nerve_model::{Proposal, ProposalId, ProposalStatus, Risk, Timestamp};
use serde::Deserialize;

/// What the address of the queue says.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    /// The view.
    view: Option<View>,
    /// The proposal that is open.
    proposal: Option<ProposalId>,
    /// Where the list goes on.
    cursor: Option<String>,
    /// What was just done.
    did: Option<Did>,
    /// To which proposal it was done.
    to: Option<ProposalId>,
}

/// The address of the queue with this view and, where there is one, this proposal open.
pub(crate) fn address(view: View, proposal: Option<ProposalId>) -> String {
    proposal.map_or_else(|| format!("/?view={view}"), |id| format!("/?view={view}&proposal={id}"))
}

/// `GET /`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let asked: Asked = call.query()?;
    let said = asked.did.map(|did| Notice::Did(did, asked.to));
    page(&call, asked, said).await
}

/// `GET /proposals/{id}`.
pub(crate) async fn open<S: Services>(call: Call<'_, S>) -> Answer {
    let asked = Asked { proposal: Some(call.id("proposal")?), ..call.query()? };
    page(&call, asked, None).await
}

/// The queue as it stands after a decision that was refused, with the card as it is now.
pub(crate) async fn refused<S: Services>(
    call: &Call<'_, S>,
    id: ProposalId,
    view: Option<View>,
    notice: Notice,
) -> Answer {
    page(call, Asked { proposal: Some(id), view, ..Asked::default() }, Some(notice)).await
}

async fn page<S: Services>(call: &Call<'_, S>, asked: Asked, notice: Option<Notice>) -> Answer {
    let (db, now) = (call.services.db(), call.services.now());
    let chosen = match asked.proposal {
        Some(id) => Some(proposals::get(db, id).await?.ok_or(Problem::NotFound("proposal"))?),
        None => None,
    };
    let view = asked.view.or_else(|| chosen.as_ref().map(|proposal| View::of(proposal, now))).unwrap_or(View::PENDING);
    let list = proposals::list(db, &filter(view, now), &more(asked.cursor)).await?;
    let counts = Counts::load(db, now).await?;
    let groups = grouped(&list.items, view);
    let order: Vec<ProposalId> =
        groups.iter().flat_map(|group| group.items.iter().map(|proposal| proposal.id)).collect();
    let opened = chosen.is_some();
    let shown = chosen.or_else(|| groups.first().and_then(|group| group.items.first()).map(|first| (*first).clone()));
    let next = shown.as_ref().and_then(|shown| after(&order, shown.id));
    let notice_shown = notice.as_ref().map(notice::show);
    let asked = if view == View::PENDING {
        question::rows(call).await?
    } else {
        html! {}
    };
    let card = match &shown {
        Some(proposal) => Some(card::show(&Opened::load(call, proposal, view, next, notice.as_ref()).await?)),
        None => None,
    };
    let main = html! {
        main #main.queue.opened[opened] tabindex="-1" data-exchangeable {
            section.list aria-label="Proposals" { (list_of(view, &list, &groups, shown.as_ref().map(|shown| shown.id), &asked, now)) }
            section.card aria-label="Proposal" {
                @if card.is_none() { @if let Some(notice) = &notice_shown { article { (notice) } } }
                @if let Some(card) = card {
                    article {
                        a.back href=(address(view, None)) data-swap { "← " (view.title()) }
                        @if let Some(notice) = notice_shown { (notice) }
                        (card)
                    }
                }
            }
        }
    };
    let views = view::links(view, &counts);
    let frame = Frame { title: view.title(), place: Some(Place::Queue), caller: call.caller.as_ref(), views };
    Ok(answer(&frame, notice.as_ref(), main))
}

fn answer(frame: &Frame<'_>, notice: Option<&Notice>, main: Markup) -> Response {
    match notice {
        Some(Notice::Refused(problem, _)) => problem.with_headers(frame.show(problem.status(), main)),
        _ => frame.show(200, main),
    }
}

fn filter(view: View, now: Timestamp) -> ProposalFilter {
    let (status, snoozed) = match view {
        View::Status(ProposalStatus::Pending) => (ProposalStatus::Pending, Snoozed::Hidden(now)),
        View::Status(status) => (status, Snoozed::Included),
        View::Snoozed => (ProposalStatus::Pending, Snoozed::Only(now)),
    };
    ProposalFilter { status: Some(status), snoozed, ..ProposalFilter::default() }
}

/// The proposals that answer one event, in the order of their making.
struct Group<'a> {
    items: Vec<&'a Proposal>,
    first: bool,
}

/// Newest event first; among those that wait for a decision, the urgent and the risky before all others.
fn grouped(items: &[Proposal], view: View) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for proposal in items {
        let event = proposal.card.event.id;
        let of_event = |group: &&mut Group<'_>| group.items.first().is_some_and(|first| first.card.event.id == event);
        match groups.iter_mut().find(of_event) {
            Some(group) => group.items.push(proposal),
            None => groups.push(Group { items: vec![proposal], first: false }),
        }
    }
    for group in &mut groups {
        group.items.sort_by_key(|proposal| (std::cmp::Reverse(proposal.card.risk), proposal.id));
        group.first = view == View::PENDING && group.items.iter().any(|proposal| comes_first(proposal));
    }
    groups.sort_by_key(|group| !group.first);
    groups
}

fn comes_first(proposal: &Proposal) -> bool {
    proposal.card.risk >= Risk::High || params::is_urgent(&proposal.card.action)
}

/// What to look at when `id` is decided: the next in the list, else the one before; the first, when `id` has left it.
fn after(order: &[ProposalId], id: ProposalId) -> Option<ProposalId> {
    let Some(at) = order.iter().position(|other| *other == id) else { return order.first().copied() };
    order.get(at + 1).or_else(|| order.get(at.checked_sub(1)?)).copied()
}

fn list_of(
    view: View,
    list: &Page<Proposal>,
    groups: &[Group<'_>],
    shown: Option<ProposalId>,
    asked: &Markup,
    now: Timestamp,
) -> Markup {
    let urgent = groups.iter().filter(|group| group.first).count();
    html! {
        header {
            h1 { (view.title()) }
            p { (list.items.len()) @if list.next.is_some() { "+" } }
        }
        (asked)
        @if groups.is_empty() { (empty(view)) }
        @for (at, group) in groups.iter().enumerate() {
            @if at == 0 && urgent > 0 { h2.band { "First: urgent or risky" } }
            @if at == urgent && urgent > 0 { h2.band { "Then: newest" } }
            (group_of(group, view, shown, now))
        }
        @if let Some(cursor) = &list.next {
            a.more href={ "/?view=" (view) "&cursor=" (cursor) } data-swap { "Show older" }
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
        a.row href=(address(view, Some(proposal.id))) data-swap aria-current=[(shown == Some(proposal.id)).then_some("true")] {
            (Icon::of_action(action.kind()).draw())
            span.title {
                span.visually-hidden { (words::action(action.kind())) ": " }
                bdi { (action.headline()) }
            }
            @if params::is_urgent(action) { span.pill.bad { (Icon::URGENT.draw()) "Urgent" } }
            @else if proposal.card.risk > Risk::Low { (words::risk_pill(proposal.card.risk)) }
        }
    }
}

fn empty(view: View) -> Markup {
    html! {
        div.empty {
            (Icon::QUEUE.draw())
            @if view == View::PENDING {
                h2 { "Nothing waits for you" }
                p { "Proposals appear here by themselves as events come in. Point your tools’ webhooks at " code { "/hooks/<source>" } " of this site, for example " code { "/hooks/stripe" } "." }
            } @else {
                h2 { "Nothing here" }
                p { "No proposal is in this state right now." }
                a href="/" data-swap { "Go to what is pending" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_decision_the_next_one_is_shown() {
        let [a, b, c] = [1_u128, 2, 3].map(ProposalId::from_u128);
        let order = [a, b, c];
        assert_eq!([after(&order, a), after(&order, b), after(&order, c)], [Some(b), Some(c), Some(b)]);
        assert_eq!([after(&[a], a), after(&order, ProposalId::from_u128(9)), after(&[], a)], [None, Some(a), None]);
    }
}
