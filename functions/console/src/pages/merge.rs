//! Two records made one, and taken apart again: what follows is shown before either.

use super::{
    clock,
    frame::{Frame, Place},
    notice, unread, words,
};
use crate::{
    api::merges::{self as api, MergeDocument, MergePreview, MergeSide},
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    PageRequest,
    merges::{self, Extent, Merge},
    records::{self, RecordFilter, StoredRecord},
};
use nerve_model::{MergeId, RecordId, Timestamp};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct Asked {
    q: Option<String>,
    into: Option<RecordId>,
}

/// `GET /records/{id}/merge`: looks for the other record; with `into`, what would follow.
pub(crate) async fn choose<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { q, into } = call.query()?;
    let part = find(&call, call.id("record")?).await?;
    match into {
        None => search(&call, &part, q.unwrap_or_default(), None).await,
        Some(into) => match api::load_preview(&call, into).await {
            Ok(preview) => Ok(page(&call, "Merge", 200, &side_by_side(&preview))),
            Err(problem) => refused(&call, &part, problem).await,
        },
    }
}

/// `POST /records/{id}/merge`: then on to what it became part of.
pub(crate) async fn merge<S: Services>(call: Call<'_, S>) -> Answer {
    let into: RecordId = call.form().parse("into").ok_or_else(unread)?;
    let part = find(&call, call.id("record")?).await?;
    match call.merger()?.merge(part.id, into).await.map_err(Problem::from) {
        Ok(merge) => Ok(Response::see_other(format!("/records/{}", merge.record))),
        Err(problem) => refused(&call, &part, problem).await,
    }
}

/// `GET /merges/{id}`: what came since, and where it goes when it is taken back.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    opened(&call, None).await
}

/// `POST /merges/{id}/undo`: then on to what stands for itself again.
pub(crate) async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    match call.merger()?.undo(call.id::<MergeId>("merge")?).await.map_err(Problem::from) {
        Ok(merge) => Ok(Response::see_other(format!("/records/{}", merge.part))),
        Err(problem) if problem.status() == 409 => opened(&call, Some(problem)).await,
        Err(problem) => Err(problem),
    }
}

/// What a record was merged from, on its page.
pub(crate) async fn parts<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Markup, Problem> {
    let db = call.services.db();
    let mut standing = Vec::new();
    for merge in merges::list(db, Some(record)).await?.into_iter().filter(|merge| merge.undone_at.is_none()) {
        standing.push((find(call, merge.part).await?, merge));
    }
    let now = call.services.now();
    let line = |part: &StoredRecord, merge: &Merge| {
        html! {
            li { div.line {
                bdi { (part.name) }
                span.small.muted { "merged by " bdi { (merge.by) } }
                (clock::ago(merge.at, now))
                a href={ "/merges/" (merge.id) } { "Take apart…" }
            } }
        }
    };
    Ok(html! {
        @if !standing.is_empty() {
            section.panel {
                h2 { "Merged into it · " (standing.len()) }
                ul.things { @for (part, merge) in &standing { (line(part, merge)) } }
            }
        }
    })
}

async fn find<S: Services>(call: &Call<'_, S>, id: RecordId) -> Result<StoredRecord, Problem> {
    records::get(call.services.db(), id).await?.ok_or(Problem::NotFound("record"))
}

async fn refused<S: Services>(call: &Call<'_, S>, part: &StoredRecord, problem: Problem) -> Answer {
    match problem.status() {
        409 | 422 => search(call, part, String::new(), Some(problem)).await,
        _ => Err(problem),
    }
}

async fn opened<S: Services>(call: &Call<'_, S>, refused: Option<Problem>) -> Answer {
    let opened = api::load(call).await?;
    let status = refused.as_ref().map_or(200, Problem::status);
    let content = html! {
        @if let Some(problem) = &refused { (notice::refused(problem)) }
        (taken_apart(&opened))
    };
    Ok(page(call, "Take apart", status, &content))
}

async fn search<S: Services>(call: &Call<'_, S>, part: &StoredRecord, q: String, refused: Option<Problem>) -> Answer {
    let filter = RecordFilter { search: Some(q), record_type: Some(part.record_type), ..RecordFilter::default() };
    let found = records::list(call.services.db(), &filter, &PageRequest::default()).await?.items;
    let others: Vec<_> = found.into_iter().filter(|other| other.id != part.id && can_join(other)).collect();
    let status = refused.as_ref().map_or(200, Problem::status);
    let content = html! {
        @if let Some(problem) = &refused { (notice::refused(problem)) }
        (looked_for(part, filter.search.as_deref().unwrap_or_default(), &others, call.services.now()))
    };
    Ok(page(call, "Merge", status, &content))
}

fn can_join(record: &StoredRecord) -> bool {
    record.root.is_none() && record.erased_at.is_none()
}

fn page<S: Services>(call: &Call<'_, S>, title: &str, status: u16, content: &Markup) -> Response {
    let main = html! { main #main.single tabindex="-1" data-exchangeable { (content) } };
    let frame = Frame { title, place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    frame.show(status, main)
}

fn looked_for(part: &StoredRecord, q: &str, others: &[StoredRecord], now: Timestamp) -> Markup {
    let address = format!("/records/{}/merge", part.id);
    html! {
        header {
            h1 { "Who is the same as " bdi { (part.name) } "?" }
            form.search method="get" action=(&address) role="search" {
                input type="search" name="q" value=(q) placeholder="Search by name" aria-label="Search by name";
                button { "Search" }
            }
        }
        @if others.is_empty() { p.muted { "Nobody else of the kind by that name." } }
        @else {
            ul.panel.things {
                @for other in others { li { (super::records::line(other, &format!("{address}?into={}", other.id), now)) } }
            }
        }
    }
}

fn side_by_side(MergePreview { part, into }: &MergePreview) -> Markup {
    html! {
        header.stack {
            h1 { "Merge " bdi { (part.record.name) } " into " bdi { (into.record.name) } "?" }
            p.muted { "From then on both are read as one. Nothing moves, and you can take them apart again." }
        }
        section.candidates aria-label="What becomes one" {
            (half("Becomes part", part))
            (half("Stays", into))
        }
        form method="post" action={ "/records/" (part.record.id) "/merge" } {
            input type="hidden" name="into" value=(into.record.id);
            button.primary { "Merge" }
            " " a.button href={ "/records/" (into.record.id) "/merge?into=" (part.record.id) } { "The other way round" }
            " " a.button href={ "/records/" (part.record.id) } { "Leave it" }
        }
    }
}

fn half(title: &str, side: &MergeSide) -> Markup {
    let MergeSide { record, claims, has } = side;
    html! {
        article.panel {
            h2 { (title) ": " a href={ "/records/" (record.id) } { bdi { (record.name) } } }
            div.pad {
                @if let Some(owner) = &record.owner { p { "Owner: " bdi { (owner) } } }
                ul.claims aria-label="Known by" {
                    @for claim in claims { li { (words::claimed(claim)) } }
                }
                (counts(has))
            }
        }
    }
}

fn taken_apart(MergeDocument { merge, part, has, since, whole }: &MergeDocument) -> Markup {
    let undone = merge.undone_at.is_some();
    html! {
        header.stack {
            h1 {
                @if undone { bdi { (part.name) } " stands for itself again" }
                @else { "Take " bdi { (part.name) } " out of " bdi { (whole.name) } "?" }
            }
            p.muted { "What came to either stays with it. Decisions that were taken stand." }
        }
        @if undone { a href={ "/records/" (part.id) } { "Show it" } }
        @else if let Some(at) = part.erased_at {
            p.notice { strong { "Erased." } span { "What was known of it was erased on " (clock::at(at)) "." } }
        } @else {
            section.candidates aria-label="Where it goes" {
                article.panel { h2 { "Goes with " bdi { (part.name) } } div.pad { (counts(has)) } }
                article.panel { h2 { "Of that, since the merge" } div.pad { (counts(since)) } }
            }
            form method="post" action={ "/merges/" (merge.id) "/undo" } {
                button.primary { "Take apart" }
                " " a.button href={ "/records/" (whole.id) } { "Leave it" }
            }
        }
    }
}

fn counts(has: &Extent) -> Markup {
    let Extent { claims, events, tasks, notes, proposals } = *has;
    let most = |n: u32| if n >= Extent::MOST { format!("{n} or more") } else { n.to_string() };
    let lines = [
        ("Known by", claims),
        ("Events", events),
        ("Tasks", tasks),
        ("Notes", notes),
        ("Proposals to decide", proposals),
    ];
    html! { ul.things { @for (what, n) in lines { li { div.line { span { (what) } span.end { (most(n)) } } } } } }
}
