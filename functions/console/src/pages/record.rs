//! The page of a record.

mod claims;
mod details;
pub(super) mod forms;
mod link_end;
pub(super) mod link_search;
mod links;
mod merged;
mod notes;
mod panel;
mod refused;
mod situation;
mod tasks;

use self::{details::RecordDetails, panel::panel, refused::Refused};
use super::{
    activity, clock,
    frame::{Frame, Place},
    icon::Icon,
    labels, notice, params,
};
use crate::{
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{drafts::Draft, notifications::Notification, records};
use nerve_model::{Proposal, RecordId, Timestamp};

/// `GET /records/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    page(&call, call.id("record")?, None).await
}

/// The page; after a refused form with its reason and the typed values.
async fn page<S: Services>(call: &Call<'_, S>, record: RecordId, refused: Option<Refused>) -> Answer {
    let record = records::get(call.services.db(), record).await?.ok_or(Problem::NotFound("record"))?;
    if let (Some(root), None) = (record.root, &refused) {
        return Ok(Response::see_other(format!("/records/{root}")));
    }
    let details = RecordDetails::load(call, record).await?;
    let content = content(&details, refused.as_ref(), call.services.now());
    let frame = Frame::new(Place::Records, &details.record.name, call.caller.as_ref());
    Ok(frame.single(refused.map_or(200, |refused| refused.problem.status()), &content))
}

fn content(details: &RecordDetails, refused: Option<&Refused>, now: Timestamp) -> Markup {
    let (id, open) = (details.record.id, details.is_open());
    html! {
        @if let Some(at) = details.record.erased_at {
            p.notice { strong { "Erased." } span { "Its data was erased on " (clock::at(at)) "." } a href="/erasures" { "Erasures" } }
        }
        @if let Some(refused) = refused { (notice::refused(&refused.problem)) }
        (header(details, refused))
        @if let Some(document) = &details.situation { (situation::show(document)) }
        div.columns {
            (activity::panel(id, &activity::newest_query(), &details.activity, now))
            div.stack {
                (merged::list(&details.merged, now))
                (proposals(&details.proposals))
                (links::list(id, &details.links, open))
                (tasks::list(id, &details.tasks, now, open, refused))
                (notes::list(id, &details.notes, now, open, refused))
                (drafts(&details.drafts, now))
                (notifications(&details.notifications, now))
            }
        }
    }
}

fn header(details: &RecordDetails, refused: Option<&Refused>) -> Markup {
    let (record, open) = (&details.record, details.is_open());
    html! {
        header {
            div {
                h1 { bdi { (record.name) } }
                p.muted {
                    (labels::record_type(record.record_type))
                    @if record.provisional { ", provisional: created from events" }
                    @if let Some(owner) = &record.owner { ". Owner: " bdi { (owner) } }
                    @if let Some(stage) = &record.stage { ". Stage: " bdi { (stage) } }
                }
                (claims::list(record.id, &details.claims, &details.shared, open, refused))
                @if record.attributes.iter().len() > 0 {
                    dl.facts {
                        @for (name, value) in record.attributes.iter() { div { dt { bdi { (name) } } dd { bdi { (value) } } } }
                    }
                }
            }
            (actions(record.id, open))
        }
    }
}

fn actions(id: RecordId, open: bool) -> Markup {
    html! {
        @if open {
            a.button href={ "/records/" (id) "/edit" } data-key="e" { "Edit" kbd aria-hidden="true" { "e" } }
            a.button href={ "/records/" (id) "/merge" } { "Merge…" }
        }
        a.button href={ "/records/" (id) "/history" } { "History" }
        @if open { a.button href={ "/records/" (id) "/erase" } { "Erase…" } }
        a.button href={ "/ledger?record=" (id) } { (Icon::LEDGER.draw()) "Ledger" }
    }
}

fn proposals(proposals: &[Proposal]) -> Markup {
    let line = |proposal: &Proposal| {
        html! {
            a.wide href={ "/proposals/" (proposal.id) } {
                (Icon::of_action(proposal.card.action.kind()).draw())
                bdi.name { (proposal.card.action.headline()) }
                (labels::status_pill(proposal.status))
            }
        }
    };
    panel("Proposals", "No proposals.", proposals.iter().map(line), &html! {})
}

fn drafts(drafts: &[Draft], now: Timestamp) -> Markup {
    let line = |draft: &Draft| {
        html! {
            div.line {
                strong.undone[draft.undone_at.is_some()] { bdi { (draft.subject) } }
                @if let Some(to) = &draft.to { span.small.muted { "to " bdi { (to) } } }
                (clock::ago(draft.created_at, now))
            }
            p.text tabindex="0" { bdi { (draft.body) } }
        }
    };
    panel("Drafts", "No drafts. Nerve never sends a draft.", drafts.iter().map(line), &html! {})
}

fn notifications(notifications: &[Notification], now: Timestamp) -> Markup {
    let line = |notification: &Notification| {
        html! {
            div.line {
                bdi { (notification.text) }
                span.small.muted { "to " (params::audience(notification.audience).to_lowercase()) }
                (clock::ago(notification.created_at, now))
            }
        }
    };
    panel("Notifications", "No notifications.", notifications.iter().map(line), &html! {})
}
