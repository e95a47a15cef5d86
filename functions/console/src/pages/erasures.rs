//! The erasures, with their progress and their suppression.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
    paging::PageQuery,
};
use crate::{
    http::Response,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    Page,
    privacy::{self, Erasure},
};
use nerve_model::Timestamp;

/// `GET /erasures`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let page = call.query::<PageQuery>()?.page();
    let found = privacy::list(call.services.db(), &page).await?;
    let content = content(&found, call.services.now());
    Ok(Frame::new(Place::Records, "Erasures", call.caller.as_ref()).single(200, &content))
}

/// `POST /erasures/{id}/let-back-in`.
pub(crate) async fn end_suppression<S: Services>(call: Call<'_, S>) -> Answer {
    call.end_suppression(call.id("erasure")?).await?;
    Ok(Response::see_other("/erasures"))
}

fn content(found: &Page<Erasure>, now: Timestamp) -> Markup {
    html! {
        header { h1 { "Erasures" } }
        @if found.items.is_empty() {
            div.empty {
                (Icon::RECORDS.draw())
                h2 { "No erasures" }
                p { "Erase a person on the page of their record." }
            }
        }
        @else { ul.panel.things.switches { @for erasure in &found.items { li { (line(erasure, now)) } } } }
        @if let Some(cursor) = &found.next { a.more href={ "/erasures?cursor=" (cursor) } { "Show older" } }
    }
}

fn line(erasure: &Erasure, now: Timestamp) -> Markup {
    html! {
        div {
            p { a href={ "/ledger?record=" (erasure.record) } { code { (erasure.record) } } " " (state(erasure)) }
            p.small.muted { bdi { (erasure.reason) } ". By " bdi { (erasure.by) } ", " (clock::ago(erasure.at, now)) }
            @if let Some(at) = erasure.last_held_out_at {
                p.small.muted { "Deliveries suppressed: " (erasure.held_out) ", the last " (clock::ago(at, now)) }
            }
            @if let (Some(by), Some(at)) = (&erasure.released_by, erasure.released_at) {
                p.small.muted { "Suppression ended by " bdi { (by) } ", " (clock::ago(at, now)) }
            }
        }
        @if erasure.done_at.is_some() && erasure.released_at.is_none() {
            form method="post" action={ "/erasures/" (erasure.id) "/let-back-in" } { button { "End suppression" } }
        }
    }
}

fn state(erasure: &Erasure) -> Markup {
    html! {
        @match (&erasure.done_at, &erasure.last_error) {
            (Some(_), _) => span.pill.good { "Erased" },
            (None, None) => span.pill.warn { "In progress: " (erasure.step) },
            (None, Some(error)) => span.pill.bad { "Retried in a minute: " bdi { (error) } },
        }
    }
}
