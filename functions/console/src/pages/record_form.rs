//! The pages that create and edit a record.

mod conflict;
mod draw;
mod fields;

use super::{
    frame::{Frame, Place},
    notice,
};
use crate::{
    api::records::find,
    http::Response,
    input::Form,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::records::StoredRecord;
use nerve_model::RecordType;

/// `GET /records/new`.
pub(crate) async fn blank<S: Services>(call: Call<'_, S>) -> Answer {
    Ok(new_page(&call, &call.form(), None))
}

/// `POST /records/new`: then on to the record.
pub(crate) async fn create<S: Services>(call: Call<'_, S>) -> Answer {
    let form = call.form();
    match created(&call, &form).await {
        Ok(record) => Ok(Response::see_other(address(&record))),
        Err(problem) if problem.is_correctable() => Ok(new_page(&call, &form, Some(&problem))),
        Err(problem) => Err(problem),
    }
}

async fn created<S: Services>(call: &Call<'_, S>, form: &Form) -> Result<StoredRecord, Problem> {
    let record_type: RecordType = form.required("type")?;
    let given = fields::CLAIMS.iter().filter_map(|kind| form.optional(kind.as_str()).map(|text| (*kind, text)));
    let claims = given.map(|(kind, text)| call.claim(kind, text)).collect::<Result<Vec<_>, _>>()?;
    Ok(call.editor()?.create(record_type, &fields::read(form)?, &claims).await?)
}

/// `GET /records/{id}/edit`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let record = find(&call).await?;
    if let Some(root) = record.root {
        return Ok(Response::see_other(format!("/records/{root}/edit")));
    }
    let form = fields::form(&record.fields());
    Ok(edit_page(&call, &record, &form, 200, &html! {}))
}

/// `POST /records/{id}/edit`: then back to the record.
pub(crate) async fn save<S: Services>(call: Call<'_, S>) -> Answer {
    let form = call.form();
    match saved(&call, &form).await {
        Ok(record) => Ok(Response::see_other(address(&record))),
        Err(Problem::Conflict { why, version: Some(_), .. }) => stale(&call, &form, why).await,
        Err(problem) if problem.is_correctable() => {
            let record = find(&call).await?;
            Ok(edit_page(&call, &record, &form, problem.status(), &notice::refused(&problem)))
        }
        Err(problem) => Err(problem),
    }
}

async fn saved<S: Services>(call: &Call<'_, S>, form: &Form) -> Result<StoredRecord, Problem> {
    let record_type: Option<RecordType> = match form.optional("type") {
        Some(_) => Some(form.required("type")?),
        None => None,
    };
    let (record, version) = (call.id("record")?, form.required("version")?);
    Ok(call.editor()?.edit_as(record, version, record_type, &fields::read(form)?).await?)
}

/// The form after others changed the record: it keeps the typed values, and takes theirs where none was typed.
async fn stale<S: Services>(call: &Call<'_, S>, form: &Form, why: String) -> Answer {
    let record = find(call).await?;
    let seen: u32 = form.required("version")?;
    let changes = conflict::changes_since(call, &record, record.version.saturating_sub(seen)).await?;
    let form = fields::form(&fields::read(form)?.follow(changes.as_deref().unwrap_or_default())?);
    let problem = Problem::Conflict { why, record: Some(record.id), version: Some(record.version) };
    let above = html! { (notice::refused(&problem)) (conflict::changes(record.id, changes.as_deref())) };
    Ok(edit_page(call, &record, &form, problem.status(), &above))
}

fn address(record: &StoredRecord) -> String {
    format!("/records/{}", record.id)
}

fn new_page<S: Services>(call: &Call<'_, S>, form: &Form, refused: Option<&Problem>) -> Response {
    let content = html! {
        header { h1 { "New record" } a.button href="/records" { "Back" } }
        @if let Some(problem) = refused { (notice::refused(problem)) }
        (draw::create(form))
    };
    respond(call, "New record", refused.map_or(200, Problem::status), &content)
}

fn edit_page<S: Services>(
    call: &Call<'_, S>,
    record: &StoredRecord,
    form: &Form,
    status: u16,
    above: &Markup,
) -> Response {
    let content = html! {
        header { h1 { "Edit " bdi { (record.name) } } a.button href=(address(record)) { "Back" } }
        (above)
        (draw::edit(record, form))
    };
    respond(call, "Edit", status, &content)
}

fn respond<S: Services>(call: &Call<'_, S>, title: &str, status: u16, content: &Markup) -> Response {
    Frame::new(Place::Records, title, call.caller.as_ref()).single(status, content)
}
