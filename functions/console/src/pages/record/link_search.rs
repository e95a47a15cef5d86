//! The page that links a record to another: a search, and a button for each possible link.

use super::{
    super::{
        frame::{Frame, Place},
        labels, notice,
    },
    link_end::LinkEnd,
};
use crate::{
    api::records::find,
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    PageRequest, links,
    records::{self, RecordFilter, StoredRecord},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct LinkSearchQuery {
    q: Option<String>,
}

/// The contents of the page.
struct LinkSearch {
    record: StoredRecord,
    linked: Vec<LinkEnd>,
    text: String,
    found: Vec<StoredRecord>,
}

/// `GET /records/{id}/link`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let LinkSearchQuery { q } = call.query()?;
    page(&call, q.unwrap_or_default(), None).await
}

/// `POST /records/{id}/link`: then back to the record.
pub(crate) async fn link<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, form) = (call.id("record")?, call.form());
    let end = LinkEnd::read(&form)?;
    let (from, to) = end.direction(record);
    match call.editor()?.link(from, end.relation, to).await.map_err(Problem::from) {
        Ok(()) => Ok(Response::see_other(format!("/records/{record}"))),
        Err(problem) if problem.is_correctable() => page(&call, form.text("q").to_owned(), Some(&problem)).await,
        Err(problem) => Err(problem),
    }
}

async fn page<S: Services>(call: &Call<'_, S>, text: String, refused: Option<&Problem>) -> Answer {
    let search = load(call, text).await?;
    let frame = Frame::new(Place::Records, "Link", call.caller.as_ref());
    Ok(frame.single(refused.map_or(200, Problem::status), &content(&search, refused)))
}

async fn load<S: Services>(call: &Call<'_, S>, text: String) -> Result<LinkSearch, Problem> {
    let (db, record) = (call.services.db(), find(call).await?);
    let linked = links::of(db, record.id).await?.iter().map(LinkEnd::of).collect();
    let filter =
        RecordFilter { search: Some(text.clone()), home: call.services.people().home(), ..RecordFilter::default() };
    let mut found = records::list(db, &filter, &PageRequest::default()).await?.items;
    found.retain(|other| other.id != record.id && other.erased_at.is_none());
    Ok(LinkSearch { record, linked, text, found })
}

fn content(search: &LinkSearch, refused: Option<&Problem>) -> Markup {
    let record = &search.record;
    html! {
        header {
            h1 { "Link " bdi { (record.name) } " to another record" }
            a.button href={ "/records/" (record.id) } { "Back" }
        }
        @if let Some(problem) = refused { (notice::refused(problem)) }
        form.filters method="get" action={ "/records/" (record.id) "/link" } role="search" {
            input type="search" name="q" value=(search.text) placeholder="Name, mail address or number" aria-label="Name, mail address or number";
            button { "Search" }
        }
        @if search.found.is_empty() { p.muted { "No matching records." } }
        @else { ul.panel.things { @for other in &search.found { li { (offer(search, other)) } } } }
    }
}

fn offer(search: &LinkSearch, other: &StoredRecord) -> Markup {
    let (linked, possible): (Vec<LinkEnd>, Vec<LinkEnd>) =
        LinkEnd::all(&search.record, other).into_iter().partition(|end| search.linked.contains(end));
    html! {
        a.wide href={ "/records/" (other.id) } {
            strong.name { bdi { (other.name) } }
            span.muted { (labels::record_type(other.record_type)) }
            @for end in linked { span.pill.good { (end.label()) } }
        }
        div.buttons {
            @for end in possible {
                form method="post" action={ "/records/" (search.record.id) "/link" } data-swap {
                    (end.fields())
                    input type="hidden" name="q" value=(search.text);
                    button { (end.button()) }
                }
            }
        }
    }
}
