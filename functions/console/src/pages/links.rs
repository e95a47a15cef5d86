//! What records have to do with one another, and a page that looks for the other end.

use super::{
    frame::{Frame, Place},
    notice,
    record::{self, Part, panel},
    unread, words,
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
    PageRequest,
    links::{self, Link},
    records::{self, RecordFilter, StoredRecord},
};
use nerve_model::{RecordId, Relation};
use serde::Deserialize;

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
}

/// One end of a link as a form has it: what the other is to the record, or the record to the other.
#[derive(Clone, Copy, PartialEq, Eq)]
struct End {
    relation: Relation,
    reverse: bool,
    other: RecordId,
}

impl End {
    /// The ends that two records can have, each way.
    fn all(record: &StoredRecord, other: &StoredRecord) -> Vec<Self> {
        let (from, to) = (record.record_type, other.record_type);
        let away = Relation::ALL.iter().filter(|relation| relation.joins(from, to)).map(|relation| (*relation, false));
        let back = Relation::ALL.iter().filter(|relation| relation.joins(to, from) && **relation != Relation::Related);
        let back = back.map(|relation| (*relation, true));
        away.chain(back).map(|(relation, reverse)| Self { relation, reverse, other: other.id }).collect()
    }

    fn of(link: &Link) -> Self {
        // Who is related is so from either side.
        let reverse = link.reverse && link.relation != Relation::Related;
        Self { relation: link.relation, reverse, other: link.other.id }
    }

    fn read<S: Services>(call: &Call<'_, S>) -> Result<Self, Problem> {
        let form = call.form();
        let (relation, other) = form.parse("relation").zip(form.parse("other")).ok_or_else(unread)?;
        Ok(Self { relation, other, reverse: form.text("reverse") == "true" })
    }

    /// From where to where the link leads.
    const fn direction(self, record: RecordId) -> (RecordId, RecordId) {
        if self.reverse { (self.other, record) } else { (record, self.other) }
    }

    fn fields(self) -> Markup {
        html! {
            input type="hidden" name="relation" value=(self.relation);
            input type="hidden" name="reverse" value=(self.reverse);
            input type="hidden" name="other" value=(self.other);
        }
    }

    /// What the other is.
    fn words(self) -> String {
        match (self.relation, self.reverse) {
            (Relation::Related, _) => "Related to".to_owned(),
            (relation, false) => words::relation(relation).to_owned(),
            (relation, true) => format!("{} of", words::relation(relation)),
        }
    }

    /// What a button does.
    fn deed(self) -> String {
        match (self.relation, self.reverse) {
            (Relation::Related, _) => "Add as related".to_owned(),
            (relation, false) => format!("Add as {relation}"),
            (relation, true) => format!("Become its {relation}"),
        }
    }
}

/// `GET /records/{id}/link`.
pub(crate) async fn choose<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { q } = call.query()?;
    page(&call, q.unwrap_or_default(), None).await
}

/// `POST /records/{id}/link`: then back to the record.
pub(crate) async fn link<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, end) = (call.id("record")?, End::read(&call)?);
    let (from, to) = end.direction(record);
    match call.editor()?.link(from, end.relation, to).await.map_err(Problem::from) {
        Ok(()) => Ok(Response::see_other(format!("/records/{record}"))),
        Err(problem) if matches!(problem.status(), 409 | 422) => {
            page(&call, call.form().text("q").to_owned(), Some(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /records/{id}/unlink`.
pub(crate) async fn unlink<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, end) = (call.id("record")?, End::read(&call)?);
    let (from, to) = end.direction(record);
    let unlinked = call.editor()?.unlink(from, end.relation, to).await;
    record::taken(&call, record, Part::Links, unlinked.map_err(Problem::from)).await
}

async fn page<S: Services>(call: &Call<'_, S>, q: String, refused: Option<&Problem>) -> Answer {
    let (db, record) = (call.services.db(), find(call).await?);
    let linked: Vec<End> = links::of(db, record.id).await?.iter().map(End::of).collect();
    let filter = RecordFilter { search: Some(q), ..RecordFilter::default() };
    let found = records::list(db, &filter, &PageRequest::default()).await?.items;
    let others: Vec<_> = found.into_iter().filter(|other| other.id != record.id && other.erased_at.is_none()).collect();
    let q = filter.search.unwrap_or_default();
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header {
                h1 { "What has to do with " bdi { (record.name) } "?" }
                a.button href={ "/records/" (record.id) } { "Back" }
            }
            @if let Some(problem) = refused { (notice::refused(problem)) }
            form.filters method="get" action={ "/records/" (record.id) "/link" } role="search" {
                input type="search" name="q" value=(q) placeholder="Name, mail address or number" aria-label="Name, mail address or number";
                button { "Search" }
            }
            @if others.is_empty() { p.muted { "Nothing like that." } }
            @else { ul.panel.things { @for other in &others { li { (offer(&record, other, &linked, &q)) } } } }
        }
    };
    let frame = Frame { title: "Link", place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    Ok(frame.show(refused.map_or(200, Problem::status), main))
}

fn offer(record: &StoredRecord, other: &StoredRecord, linked: &[End], q: &str) -> Markup {
    let (known, fitting): (Vec<End>, Vec<End>) =
        End::all(record, other).into_iter().partition(|end| linked.contains(end));
    html! {
        a.wide href={ "/records/" (other.id) } {
            strong.name { bdi { (other.name) } }
            span.muted { (words::record_type(other.record_type)) }
            @for end in known { span.pill.good { (end.words()) } }
        }
        div.buttons {
            @for end in fitting {
                form method="post" action={ "/records/" (record.id) "/link" } data-swap {
                    (end.fields())
                    input type="hidden" name="q" value=(q);
                    button { (end.deed()) }
                }
            }
        }
    }
}

/// The links of a record; with their forms where it can be changed.
pub(crate) fn list(record: RecordId, links: &[Link], open: bool) -> Markup {
    let line = |link: &Link| {
        let end = End::of(link);
        html! {
            div.line {
                span.muted { (end.words()) }
                a href={ "/records/" (link.other.id) } { bdi { (link.other.name) } }
                span.small.muted { (words::record_type(link.other.record_type)) }
                @if let Some(stage) = &link.stage { span.pill.calm { bdi { (stage) } } }
                @if open {
                    form.end method="post" action={ "/records/" (record) "/unlink" } data-swap {
                        (end.fields())
                        button.plain { "Unlink" }
                    }
                }
            }
        }
    };
    let way = html! {
        @if open {
            p.pad { a.button href={ "/records/" (record) "/link" } data-key="l" { "Link to another record" kbd aria-hidden="true" { "l" } } }
        }
    };
    panel("Links", "It has to do with no other record.", links.iter().map(line), &way)
}
