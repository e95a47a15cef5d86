//! Imports of records. Each step is a form of its own; the script only sends the next.

mod mapping;
mod parts;

use super::{
    frame::{Frame, Place},
    notice,
    paging::PageQuery,
};
use crate::{
    api::imports::{ImportDocument, document, find, named},
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_csv::Mapping;
use nerve_intake::multipart;
use nerve_ledger::{
    Page,
    imports::{self, Import, ImportState},
};
use nerve_model::{ImportId, Timestamp};

/// `GET /records/import`.
pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    upload_page(&call, None).await
}

/// `POST /records/import`, with a file.
pub(crate) async fn receive<S: Services>(call: Call<'_, S>) -> Answer {
    let form = multipart::Form::read(call.request.header("content-type"), &call.request.body);
    let form = form.map_err(|_| Problem::malformed_form())?;
    let file = form.files().next().ok_or_else(Problem::malformed_form)?;
    let name = file.file_name.as_deref().unwrap_or_default();
    let chosen = form.get("encoding").and_then(|name| str::from_utf8(name).ok()).filter(|name| !name.is_empty());
    let chosen = chosen.map(named).transpose()?;
    match call.importer().receive_in(name, file.content, chosen, call.actor()?).await.map_err(Problem::from) {
        Ok(import) => Ok(Response::see_other(parts::address(import.id))),
        Err(problem) if problem.status() == 422 => upload_page(&call, Some(problem)).await,
        Err(problem) => Err(problem),
    }
}

/// `GET /records/import/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    page(&call, None).await
}

/// `POST /records/import/{id}`: the next step.
pub(crate) async fn run<S: Services>(call: Call<'_, S>) -> Answer {
    let id = call.id("import")?;
    back(&call, id, call.importer().step(id).await.map_err(Problem::from)).await
}

/// `POST /records/import/{id}/mapping`; with `then=import` also the first step.
pub(crate) async fn map<S: Services>(call: Call<'_, S>) -> Answer {
    let import = find(&call).await?;
    let form = call.form();
    let mapping = mapping::read(&import, &form).ok_or_else(Problem::malformed_form)?;
    if let Err(error) = call.importer().map(import.id, mapping.clone()).await {
        return refused(&call, error.into(), Some(mapping)).await;
    }
    match form.text("then") {
        "import" => back(&call, import.id, call.importer().step(import.id).await.map_err(Problem::from)).await,
        _ => Ok(Response::see_other(parts::address(import.id))),
    }
}

/// `POST /records/import/{id}/encoding`.
pub(crate) async fn reread<S: Services>(call: Call<'_, S>) -> Answer {
    let id = call.id("import")?;
    let encoding = named(call.form().text("encoding"))?;
    back(&call, id, call.importer().reread(id, encoding).await.map_err(Problem::from)).await
}

/// `POST /records/import/{id}/discard`.
pub(crate) async fn discard<S: Services>(call: Call<'_, S>) -> Answer {
    let id = call.id("import")?;
    back(&call, id, call.importer().discard(id).await.map_err(Problem::from)).await
}

async fn back<S: Services>(call: &Call<'_, S>, id: ImportId, done: Result<Import, Problem>) -> Answer {
    match done {
        Ok(_) => Ok(Response::see_other(parts::address(id))),
        Err(problem) => refused(call, problem, None).await,
    }
}

async fn refused<S: Services>(call: &Call<'_, S>, problem: Problem, typed: Option<Mapping>) -> Answer {
    if problem.is_correctable() { page(call, Some((problem, typed))).await } else { Err(problem) }
}

async fn upload_page<S: Services>(call: &Call<'_, S>, refused: Option<Problem>) -> Answer {
    let page = call.query::<PageQuery>()?.page();
    let earlier = imports::list(call.services.db(), &page).await?;
    Ok(respond(call, refused.as_ref(), &upload(&earlier, call.services.now())))
}

async fn page<S: Services>(call: &Call<'_, S>, refused: Option<(Problem, Option<Mapping>)>) -> Answer {
    let opened = document(call, find(call).await?).await?;
    let (problem, typed) = refused.map_or((None, None), |(problem, typed)| (Some(problem), typed));
    Ok(respond(call, problem.as_ref(), &content(&opened, typed.as_ref())))
}

fn respond<S>(call: &Call<'_, S>, refused: Option<&Problem>, content: &Markup) -> Response {
    let main = html! {
        main #main.single.import tabindex="-1" data-exchangeable {
            @if let Some(problem) = refused { (notice::refused(problem)) }
            (content)
        }
    };
    let frame = Frame::new(Place::Records, "Import", call.caller.as_ref());
    frame.show(refused.map_or(200, Problem::status), main)
}

fn upload(earlier: &Page<Import>, now: Timestamp) -> Markup {
    html! {
        header { h1 { "Import records" } a.button href="/records" { "Back to the records" } }
        section.panel {
            div.pad {
                form.fields method="post" action="/records/import" enctype="multipart/form-data" {
                    label { "CSV file, at most 10 MB" input type="file" name="file" accept=".csv,.tsv,.txt,text/csv" required; }
                    label { "Encoding" (parts::encodings(None)) }
                    div.end { button.primary { "Upload" } span.small.muted { "Nerve imports no row yet." } }
                }
            }
        }
        (parts::earlier(earlier, now))
    }
}

fn content(opened: &ImportDocument, typed: Option<&Mapping>) -> Markup {
    let import = &opened.import;
    html! {
        header { h1 { bdi { (import.file) } } span.pill { (parts::state(import.state)) } }
        (parts::counts(import))
        @match import.state {
            ImportState::Draft => {
                (parts::encoding(opened))
                (mapping::form(opened, typed.unwrap_or(&import.mapping)))
            }
            ImportState::Running => (parts::running(import)),
            ImportState::Done | ImportState::Discarded => (parts::finished(import)),
        }
        (parts::refused_rows(opened))
        (parts::remarked_rows(opened))
    }
}
