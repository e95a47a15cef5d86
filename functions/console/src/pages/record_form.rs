//! A record as a form: a new one, or what is said of one anew.

use super::{
    frame::{Frame, Place},
    history, notice, unread, words,
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
use nerve_ledger::{
    PageRequest,
    chain::{self, EntryKind},
    records::StoredRecord,
};
use nerve_model::{Attributes, ClaimKind, FieldChange, RecordFields, RecordType};

/// So many attributes can be added at once.
const SPARE: usize = 3;

/// By what somebody is known from the start; there may be more of it later.
const CLAIMS: [ClaimKind; 2] = [ClaimKind::Email, ClaimKind::Phone];

/// `GET /records/new`.
pub(crate) async fn blank<S: Services>(call: Call<'_, S>) -> Answer {
    Ok(new(&call, &call.form(), None))
}

/// `POST /records/new`: then on to what was created.
pub(crate) async fn create<S: Services>(call: Call<'_, S>) -> Answer {
    let form = call.form();
    match created(&call, &form).await {
        Ok(record) => Ok(Response::see_other(address(&record))),
        Err(problem) if matches!(problem.status(), 409 | 422) => Ok(new(&call, &form, Some(&problem))),
        Err(problem) => Err(problem),
    }
}

async fn created<S: Services>(call: &Call<'_, S>, form: &Form) -> Result<StoredRecord, Problem> {
    let record_type: RecordType = form.parse("type").ok_or_else(unread)?;
    let said = CLAIMS.iter().filter_map(|kind| form.optional(kind.as_str()).map(|text| (*kind, text)));
    let claims = said.map(|(kind, text)| call.claim(kind, text)).collect::<Result<Vec<_>, _>>()?;
    Ok(call.editor()?.create(record_type, &fields(form)?, &claims).await?)
}

/// `GET /records/{id}/edit`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let record = find(&call).await?;
    if let Some(root) = record.root {
        return Ok(Response::see_other(format!("/records/{root}/edit")));
    }
    let form = form_of(&record.fields());
    Ok(edit(&call, &record, &form, 200, &html! {}))
}

/// `POST /records/{id}/edit`: then back to the record.
pub(crate) async fn save<S: Services>(call: Call<'_, S>) -> Answer {
    let form = call.form();
    match saved(&call, &form).await {
        Ok(record) => Ok(Response::see_other(address(&record))),
        Err(Problem::Conflict { why, version: Some(_), .. }) => changed_meanwhile(&call, &form, why).await,
        Err(problem) if matches!(problem.status(), 409 | 422) => {
            let record = find(&call).await?;
            Ok(edit(&call, &record, &form, problem.status(), &notice::refused(&problem)))
        }
        Err(problem) => Err(problem),
    }
}

async fn saved<S: Services>(call: &Call<'_, S>, form: &Form) -> Result<StoredRecord, Problem> {
    let version = form.parse("version").ok_or_else(unread)?;
    Ok(call.editor()?.edit(call.id("record")?, version, &fields(form)?).await?)
}

/// What was typed is kept; what was not touched says what others have made of it.
async fn changed_meanwhile<S: Services>(call: &Call<'_, S>, form: &Form, why: String) -> Answer {
    let record = find(call).await?;
    let seen: u32 = form.parse("version").ok_or_else(unread)?;
    let changes = since(call, &record, record.version.saturating_sub(seen)).await?;
    let form = form_of(&fields(form)?.follow(changes.as_deref().unwrap_or_default())?);
    let problem = Problem::Conflict { why, record: Some(record.id), version: Some(record.version) };
    let told = html! {
        (notice::refused(&problem))
        section.panel {
            h2 { "What others changed meanwhile" }
            div.pad {
                @if let Some(changes) = &changes {
                    (history::changes(changes))
                    p.small.muted { "What you typed is below, and theirs where you changed nothing. Look at it, then save." }
                } @else {
                    p { "More than can be told here: what you typed is below. Look at " a href={ (address(&record)) "/history" } { "the history" } " before you save." }
                }
            }
        }
    };
    Ok(edit(call, &record, &form, problem.status(), &told))
}

/// What was changed in the last so many versions, in that order; `None` when that is further back than one page.
async fn since<S: Services>(
    call: &Call<'_, S>,
    record: &StoredRecord,
    versions: u32,
) -> Result<Option<Vec<FieldChange>>, Problem> {
    let page = PageRequest::new(100, None).unwrap_or_default();
    let history = chain::history(call.services.db(), record.id, &page).await?.items;
    let chain = record.id.to_string();
    let edits = history.into_iter().filter(|e| e.kind == EntryKind::RecordEdited.as_str() && e.chain == chain);
    let versions = usize::try_from(versions).unwrap_or(usize::MAX);
    let mut edits: Vec<_> = edits.take(versions).filter_map(|edit| edit.body).map(|body| body.changes).collect();
    edits.reverse();
    Ok((edits.len() == versions).then(|| edits.concat()))
}

fn address(record: &StoredRecord) -> String {
    format!("/records/{}", record.id)
}

fn fields(form: &Form) -> Result<RecordFields, Problem> {
    let named = form.all("attribute").zip(form.all("value"));
    let pairs: Vec<(String, String)> = named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    if let Some(&[twice, _]) = names.array_windows::<2>().find(|[one, next]| one == next) {
        return Err(Problem::Invalid(format!("The attribute “{twice}” is there twice.")));
    }
    let attributes = Attributes::new(pairs)?;
    Ok(RecordFields::new(form.text("name"), form.optional("owner"), form.optional("stage"), attributes)?)
}

fn form_of(fields: &RecordFields) -> Form {
    let RecordFields { name, owner, stage, attributes } = fields;
    let plain = [("name", Some(name)), ("owner", owner.as_ref()), ("stage", stage.as_ref())];
    let plain = plain.into_iter().map(|(field, text)| (field, text.cloned().unwrap_or_default()));
    let attributes =
        attributes.iter().flat_map(|(name, value)| [("attribute", name.to_owned()), ("value", value.to_owned())]);
    Form::from_pairs(plain.chain(attributes))
}

fn new<S: Services>(call: &Call<'_, S>, form: &Form, refused: Option<&Problem>) -> Response {
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header { h1 { "New record" } a.button href="/records" { "Back" } }
            @if let Some(problem) = refused { (notice::refused(problem)) }
            form.panel method="post" action="/records/new" data-swap {
                div.pad.fields {
                    label { "What it is" select name="type" {
                        @for kind in RecordType::ALL {
                            option value=(kind) selected[form.text("type") == kind.as_str()] { (words::record_type(*kind)) }
                        }
                    } }
                    (inputs(form))
                    div.pair {
                        @for kind in CLAIMS {
                            label { (words::claim(kind)) input name=(kind) value=(form.text(kind.as_str())) maxlength="254" autocomplete="off"; }
                        }
                    }
                    (attributes(form))
                    div.end { button.primary { "Create" } }
                }
            }
        }
    };
    shown(call, "New record", refused.map_or(200, Problem::status), main)
}

fn edit<S: Services>(call: &Call<'_, S>, record: &StoredRecord, form: &Form, status: u16, told: &Markup) -> Response {
    let main = html! {
        main #main.single tabindex="-1" data-exchangeable {
            header { h1 { "Edit " bdi { (record.name) } } a.button href=(address(record)) { "Back" } }
            (told)
            form.panel method="post" action={ (address(record)) "/edit" } data-swap {
                div.pad.fields {
                    input type="hidden" name="version" value=(record.version);
                    (inputs(form))
                    (attributes(form))
                    @if record.provisional { p.small.muted { "Known from events only: whoever saves this confirms it." } }
                    div.end { button.primary { "Save" } }
                }
            }
        }
    };
    shown(call, "Edit", status, main)
}

fn shown<S: Services>(call: &Call<'_, S>, title: &str, status: u16, main: Markup) -> Response {
    Frame { title, place: Some(Place::Records), caller: call.caller.as_ref(), views: html! {} }.show(status, main)
}

fn inputs(form: &Form) -> Markup {
    html! {
        label { "Name" input name="name" value=(form.text("name")) required maxlength=(RecordFields::NAME_CHARS) autocomplete="off"; }
        div.pair {
            label { "Owner: who looks after it" input name="owner" value=(form.text("owner")) maxlength=(RecordFields::OWNER_CHARS); }
            label { "Stage: where it stands" input name="stage" value=(form.text("stage")) maxlength=(RecordFields::STAGE_CHARS); }
        }
    }
}

/// Without a script rows are not added on the page: some are empty, and more come with the next edit.
fn attributes(form: &Form) -> Markup {
    let told =
        form.all("attribute").zip(form.all("value")).filter(|(name, value)| !name.is_empty() || !value.is_empty());
    let told: Vec<(&str, &str)> = told.collect();
    let spare = SPARE.min(Attributes::MAX.saturating_sub(told.len()));
    html! {
        fieldset.fields {
            legend { "What else is known. A row without a value is left out." }
            @for (name, value) in told.into_iter().chain(std::iter::repeat_n(("", ""), spare)) {
                div.named {
                    input name="attribute" value=(name) maxlength=(Attributes::NAME_CHARS) aria-label="Name" placeholder="Name" autocomplete="off";
                    input name="value" value=(value) maxlength=(Attributes::VALUE_CHARS) aria-label="Value" placeholder="Value" autocomplete="off";
                }
            }
        }
    }
}
