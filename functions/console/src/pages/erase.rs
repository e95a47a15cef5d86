//! The page that erases a person: the data to be erased, and a confirmation.

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
use nerve_engine::REASON_CHARS;
use nerve_ledger::{
    privacy::{self, DATA_INVENTORY},
    records::StoredRecord,
};
use nerve_model::RecordId;

/// Rows of a table are counted up to this number.
const COUNTED: u32 = 100;

/// `GET /records/{id}/erase`.
pub(crate) async fn confirm<S: Services>(call: Call<'_, S>) -> Answer {
    page(&call, None).await
}

/// `POST /records/{id}/erase`.
pub(crate) async fn erase<S: Services>(call: Call<'_, S>) -> Answer {
    let record = find(&call).await?;
    let form = call.form();
    if form.text("name") != record.name.trim() {
        let problem = Problem::Invalid("The name does not match the record. No data was erased.".to_owned());
        return page(&call, Some((problem, form))).await;
    }
    match call.erase(record.id, form.text("reason")).await {
        Ok(_) => Ok(Response::see_other("/erasures")),
        Err(problem) if problem.status() == 422 => page(&call, Some((problem, form))).await,
        Err(problem) => Err(problem),
    }
}

async fn page<S: Services>(call: &Call<'_, S>, refused: Option<(Problem, Form)>) -> Answer {
    let record = find(call).await?;
    let counts = counts(call, record.id).await?;
    let content = content(&record, &counts, refused.as_ref());
    let status = refused.map_or(200, |(problem, _)| problem.status());
    Ok(Frame::new(Place::Records, "Erase", call.caller.as_ref()).single(status, &content))
}

/// The number of rows by table, for the tables that people know.
async fn counts<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut counts = Vec::new();
    for item in &DATA_INVENTORY {
        let Some(label) = label(item.table) else { continue };
        let part = privacy::part(call.services.db(), item, record, None, COUNTED).await?;
        let n = part.items.len();
        if n > 0 {
            counts.push((label, if part.next.is_some() { format!("more than {n}") } else { n.to_string() }));
        }
    }
    Ok(counts)
}

/// The label of a table's rows; none where no page shows them.
fn label(table: &str) -> Option<&'static str> {
    Some(match table {
        "identities" => "Mail addresses, telephone numbers and accounts",
        "events" => "Events",
        "proposals" => "Proposals",
        "tasks" => "Tasks",
        "notes" => "Notes",
        "drafts" => "Drafts",
        "notifications" => "Notifications",
        "classifications" => "Classifications of events",
        "advice" => "Advice of recommenders",
        "record_links" => "Links to other records",
        "questions" => "Identity questions",
        "merges" => "Merges",
        _ => return None,
    })
}

fn content(record: &StoredRecord, counts: &[(&'static str, String)], refused: Option<&(Problem, Form)>) -> Markup {
    html! {
        header { h1 { "Erase " bdi { (record.name) } } a.button href={ "/records/" (record.id) } { "Back" } }
        @if let Some((problem, _)) = refused { (notice::refused(problem)) }
        div.stack {
            section.panel {
                h2 { "Data to be erased" }
                ul.things {
                    @for (label, n) in counts { li { div.line { span { (label) } span.muted { (n) } } } }
                    li { div.line { span { "Its entries in the search and match indexes" } } }
                    li { div.line { span { "Its deliveries with their raw bodies, and its timeline" } } }
                    li { div.line { span { "The bodies of its ledger entries; the entries stay and still verify" } } }
                }
                p.pad { a href={ "/api/records/" (record.id) "/personal-data" } download { "Download the personal data first" } }
            }
            (form(record, refused.map(|(_, form)| form)))
        }
    }
}

fn form(record: &StoredRecord, typed: Option<&Form>) -> Markup {
    let typed = |field| typed.map_or("", |form| form.text(field));
    html! {
        section.panel {
            h2 { "This cannot be undone" }
            form.pad.fields method="post" action={ "/records/" (record.id) "/erase" } {
                p { "Nerve suppresses new data about this person until a person ends the suppression." }
                label { "Reason, without personal data: the ledger keeps it" input name="reason" value=(typed("reason")) required data-max=(REASON_CHARS) autocomplete="off"; }
                label { "Name of the record, to confirm" input name="name" value=(typed("name")) required autocomplete="off"; }
                div.end { button.bad { "Erase for good" } }
            }
        }
    }
}
