//! Files of records: brought, mapped, read in step by step. Each step is a form of its own; the script only sends the next.

mod mapping;

use super::{
    clock,
    frame::{Frame, Place},
    more, notice, unread,
};
use crate::{
    api::imports::{self, ImportDocument, document, find},
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_csv::{Line, Mapping};
use nerve_intake::multipart;
use nerve_ledger::{
    Page,
    imports::{Import, ImportState},
};
use nerve_model::{ImportId, Timestamp};
use serde::Deserialize;

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
}

/// `GET /records/import`.
pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    bring(&call, None).await
}

/// `POST /records/import`, with a file.
pub(crate) async fn receive<S: Services>(call: Call<'_, S>) -> Answer {
    let by = call.actor()?;
    let form = multipart::Form::read(call.request.header("content-type"), &call.request.body);
    let form = form.map_err(|_| unread())?;
    let file = form.files().next().ok_or_else(unread)?;
    let name = file.file_name.as_deref().unwrap_or_default();
    match call.importer().receive(name, file.content, by).await.map_err(Problem::from) {
        Ok(import) => Ok(Response::see_other(address(import.id))),
        Err(problem) if problem.status() == 422 => bring(&call, Some(problem)).await,
        Err(problem) => Err(problem),
    }
}

/// `GET /records/import/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    page(&call, None).await
}

/// `POST /records/import/{id}`: the next step.
pub(crate) async fn go_on<S: Services>(call: Call<'_, S>) -> Answer {
    let id = call.id("import")?;
    back(&call, id, call.importer().step(id).await.map_err(Problem::from)).await
}

/// `POST /records/import/{id}/mapping`, and the first step where that is asked for.
pub(crate) async fn map<S: Services>(call: Call<'_, S>) -> Answer {
    let import = find(&call).await?;
    let form = call.form();
    let mapping = mapping::read(&import, &form).ok_or_else(unread)?;
    if let Err(error) = call.importer().map(import.id, mapping.clone()).await {
        return refused(&call, error.into(), Some(mapping)).await;
    }
    match form.text("then") {
        "import" => back(&call, import.id, call.importer().step(import.id).await.map_err(Problem::from)).await,
        _ => Ok(Response::see_other(address(import.id))),
    }
}

/// `POST /records/import/{id}/discard`.
pub(crate) async fn discard<S: Services>(call: Call<'_, S>) -> Answer {
    let id = call.id("import")?;
    back(&call, id, call.importer().discard(id).await.map_err(Problem::from)).await
}

async fn back<S: Services>(call: &Call<'_, S>, id: ImportId, done: Result<Import, Problem>) -> Answer {
    match done {
        Ok(_) => Ok(Response::see_other(address(id))),
        Err(problem) => refused(call, problem, None).await,
    }
}

async fn refused<S: Services>(call: &Call<'_, S>, problem: Problem, typed: Option<Mapping>) -> Answer {
    if matches!(problem.status(), 409 | 422) { page(call, Some((problem, typed))).await } else { Err(problem) }
}

fn address(id: ImportId) -> String {
    format!("/records/import/{id}")
}

fn frame<S>(call: &Call<'_, S>, problem: Option<&Problem>, content: &Markup) -> Response {
    let main = html! {
        main #main.single.import tabindex="-1" data-exchangeable {
            @if let Some(problem) = problem { (notice::refused(problem)) }
            (content)
        }
    };
    let frame = Frame { title: "Import", place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} };
    frame.show(problem.map_or(200, Problem::status), main)
}

async fn bring<S: Services>(call: &Call<'_, S>, problem: Option<Problem>) -> Answer {
    let Asked { cursor } = call.query()?;
    let brought = nerve_ledger::imports::list(call.services.db(), &more(cursor)).await?;
    let content = html! {
        header { h1 { "Import records" } a.button href="/records" { "Back to the records" } }
        section.panel {
            div.pad {
                form.fields method="post" action="/records/import" enctype="multipart/form-data" {
                    label { "A CSV file, of at most 10 MB" input type="file" name="file" accept=".csv,.tsv,.txt,text/csv" required; }
                    div.end { button.primary { "Look at it" } span.small.muted { "Nothing is imported yet." } }
                }
            }
        }
        (earlier(&brought, call.services.now()))
    };
    Ok(frame(call, problem.as_ref(), &content))
}

fn earlier(brought: &Page<Import>, now: Timestamp) -> Markup {
    html! {
        @if !brought.items.is_empty() {
            h2.part { "Earlier files" }
            ul.panel.things {
                @for import in &brought.items {
                    li {
                        a.wide href=(address(import.id)) {
                            strong.name { bdi { (import.file) } }
                            span.pill { (state(import.state)) }
                            span.muted { (import.counts.rows) " rows" }
                            (clock::ago(import.updated_at, now))
                        }
                    }
                }
            }
            @if let Some(cursor) = &brought.next { a.more href={ "/records/import?cursor=" (cursor) } { "Show more" } }
        }
    }
}

async fn page<S: Services>(call: &Call<'_, S>, refused: Option<(Problem, Option<Mapping>)>) -> Answer {
    let opened = document(call, imports::find(call).await?).await?;
    let (problem, typed) = refused.map_or((None, None), |(problem, typed)| (Some(problem), typed));
    let import = &opened.import;
    let content = html! {
        header { h1 { bdi { (import.file) } } span.pill { (state(import.state)) } }
        (counts(import))
        @match import.state {
            ImportState::Draft => (mapping::form(&opened, typed.as_ref().unwrap_or(&import.mapping))),
            ImportState::Running => (running(import)),
            ImportState::Done | ImportState::Discarded => (settled(import)),
        }
        (not_imported(&opened))
    };
    Ok(frame(call, problem.as_ref(), &content))
}

const fn state(of: ImportState) -> &'static str {
    match of {
        ImportState::Draft => "Not imported yet",
        ImportState::Running => "Being imported",
        ImportState::Done => "Imported",
        ImportState::Discarded => "Given up",
    }
}

fn counts(import: &Import) -> Markup {
    let counts = &import.counts;
    let started = import.state != ImportState::Draft;
    let figures = [
        ("Rows", counts.rows, true),
        ("New records", counts.created, started),
        ("Records changed", counts.changed, started),
        ("Nothing new", counts.unchanged, started),
        ("Refused", counts.refused, true),
        ("Recognized by their text only", counts.by_text, counts.by_text > 0),
    ];
    html! {
        dl.facts { @for (name, n, _) in figures.iter().filter(|(.., shown)| *shown) { div { dt { (name) } dd { (n) } } } }
    }
}

fn running(import: &Import) -> Markup {
    html! {
        section.panel {
            div.pad.fields {
                progress max=(import.chunks) value=(import.chunks_done) aria-label="How far it is" {}
                p.muted { "You may leave this page: what is begun is finished." }
                div.end {
                    form method="post" action=(address(import.id)) data-swap data-goes-on { button { "Go on" } }
                    (give_up(import.id, "Stop here"))
                }
            }
        }
    }
}

fn settled(import: &Import) -> Markup {
    html! {
        div.inline {
            a.button href="/records" { "Show the records" }
            @if import.kept { (give_up(import.id, "Delete the refused rows")) }
        }
    }
}

fn give_up(id: ImportId, words: &str) -> Markup {
    html! { form method="post" action={ (address(id)) "/discard" } data-swap { button { (words) } } }
}

fn not_imported(opened: &ImportDocument) -> Markup {
    let ImportDocument { import, refused, .. } = opened;
    html! {
        @if !refused.is_empty() {
            h2.part { "Refused rows" }
            section.panel {
                ul.things { @for line in refused { li { (reasons(line)) } } }
            }
            a.more href={ "/api/imports/" (import.id) "/refused" } { "Download all of them with their reasons, to correct and import" }
        }
    }
}

fn reasons(line: &Line) -> Markup {
    html! {
        p.muted { "Line " (line.line) }
        @for refusal in &line.refused {
            p { @if let Some(column) = &refusal.column { strong { bdi { (column) } } " " } bdi { (refusal.reason) } }
        }
    }
}
