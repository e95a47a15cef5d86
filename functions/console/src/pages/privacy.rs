//! Forgetting a person: what will go, the question whether it shall, and what became of it.

use super::{
    clock,
    frame::{Frame, Place},
    icon::Icon,
    more, notice,
};
use crate::{
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    privacy::{self, DATA_INVENTORY, Erasure},
    records::{self, StoredRecord},
};
use nerve_model::{RecordId, Timestamp};
use serde::Deserialize;

/// So many rows of a table are counted; of more it is said that there are more.
const COUNTED: u32 = 100;

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
}

/// `GET /records/{id}/erase`.
pub(crate) async fn confirm<S: Services>(call: Call<'_, S>) -> Answer {
    page(&call, 200, None).await
}

/// `POST /records/{id}/erase`.
pub(crate) async fn erase<S: Services>(call: Call<'_, S>) -> Answer {
    let record = find(&call).await?;
    let form = call.form();
    if form.text("name") != record.name.trim() {
        let problem = Problem::Invalid("The name is not the one of this record. Nothing was erased.".to_owned());
        return page(&call, 422, Some(problem)).await;
    }
    match call.erase(record.id, form.text("reason")).await {
        Ok(_) => Ok(Response::see_other("/erasures")),
        Err(problem) if problem.status() == 422 => page(&call, 422, Some(problem)).await,
        Err(problem) => Err(problem),
    }
}

/// `POST /erasures/{id}/let-back-in`.
pub(crate) async fn let_back_in<S: Services>(call: Call<'_, S>) -> Answer {
    call.end_suppression(call.id("erasure")?).await?;
    Ok(Response::see_other("/erasures"))
}

async fn page<S: Services>(call: &Call<'_, S>, status: u16, problem: Option<Problem>) -> Answer {
    let record = find(call).await?;
    let kept = kept(call, record.id).await?;
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header { h1 { "Erase " bdi { (record.name) } } a.button href={ "/records/" (record.id) } { "Back" } }
            @if let Some(problem) = &problem { (notice::refused(problem)) }
            div.stack {
                section.panel {
                    h2 { "What goes" }
                    ul.things {
                        @for (what, n) in &kept { li { div.line { span { (what) } span.muted { (n) } } } }
                        li { div.line { span { "What it is found by" } } }
                        li { div.line { span { "Deliveries, with their raw bodies, and the timeline" } } }
                        li { div.line { span { "What the ledger says of it; the entries stay and still verify" } } }
                    }
                    p.pad { a href={ "/api/records/" (record.id) "/personal-data" } download { "Save everything as a file first" } }
                }
                (form(&record))
            }
        }
    };
    let frame = Frame { title: "Erase", place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(status, main))
}

fn form(record: &StoredRecord) -> Markup {
    html! {
        section.panel {
            h2 { "This cannot be undone" }
            form.pad.fields method="post" action={ "/records/" (record.id) "/erase" } {
                p { "What comes about this person later is not kept, until somebody lets it in again." }
                label { "Why, without anything that tells who it is: it stays in the ledger" input name="reason" required maxlength="500" autocomplete="off"; }
                label { "The name of the record, to confirm" input name="name" required autocomplete="off"; }
                div.end { button.bad { "Erase for good" } }
            }
        }
    }
}

/// How much there is of what people know about, as far as there is any.
async fn kept<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut kept = Vec::new();
    for held in &DATA_INVENTORY {
        let Some(what) = known_as(held.table) else { continue };
        let part = privacy::part(call.services.db(), held, record, None, COUNTED).await?;
        let n = part.items.len();
        if n > 0 {
            kept.push((what, if part.next.is_some() { format!("more than {n}") } else { n.to_string() }));
        }
    }
    Ok(kept)
}

/// What people call what a table holds; none where they never see it.
fn known_as(table: &str) -> Option<&'static str> {
    Some(match table {
        "identities" => "Mail addresses, telephone numbers and accounts",
        "events" => "Events",
        "proposals" => "Proposals",
        "tasks" => "Tasks",
        "notes" => "Notes",
        "drafts" => "Drafts",
        "notifications" => "Notifications",
        "record_links" => "Links to other records",
        "questions" => "Questions who it is",
        "merges" => "Merges",
        _ => return None,
    })
}

async fn find<S: Services>(call: &Call<'_, S>) -> Result<StoredRecord, Problem> {
    records::get(call.services.db(), call.id("record")?).await?.ok_or(Problem::NotFound("record"))
}

/// `GET /erasures`.
pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { cursor } = call.query()?;
    let found = privacy::list(call.services.db(), &more(cursor)).await?;
    let now = call.services.now();
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header { h1 { "Erasures" } }
            @if found.items.is_empty() {
                div.empty {
                    (Icon::RECORDS.draw())
                    h2 { "Nobody was erased" }
                    p { "A person is erased from the page of its record." }
                }
            }
            @else { ul.panel.things.switches { @for erasure in &found.items { li { (line(erasure, now)) } } } }
            @if let Some(cursor) = &found.next { a.more href={ "/erasures?cursor=" (cursor) } { "Show older" } }
        }
    };
    let frame = Frame { title: "Erasures", place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(200, main))
}

fn line(erasure: &Erasure, now: Timestamp) -> Markup {
    html! {
        div {
            p { a href={ "/ledger?record=" (erasure.record) } { code { (erasure.record) } } " " (state(erasure)) }
            p.small.muted { bdi { (erasure.reason) } ". By " bdi { (erasure.by) } ", " (clock::ago(erasure.at, now)) }
            @if let Some(at) = erasure.last_held_out_at {
                p.small.muted { (erasure.held_out) " deliveries since were not kept, the last " (clock::ago(at, now)) }
            }
            @if let (Some(by), Some(at)) = (&erasure.released_by, erasure.released_at) {
                p.small.muted { "Let back in by " bdi { (by) } ", " (clock::ago(at, now)) }
            }
        }
        @if erasure.done_at.is_some() && erasure.released_at.is_none() {
            form method="post" action={ "/erasures/" (erasure.id) "/let-back-in" } { button { "Let back in" } }
        }
    }
}

fn state(erasure: &Erasure) -> Markup {
    html! {
        @match (&erasure.done_at, &erasure.last_error) {
            (Some(_), _) => span.pill.good { "Erased" },
            (None, None) => span.pill.warn { "Being erased: " (erasure.step) },
            (None, Some(error)) => span.pill.bad { "Goes on in a minute: " bdi { (error) } },
        }
    }
}
