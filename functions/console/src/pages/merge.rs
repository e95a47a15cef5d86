//! The pages that merge two records and undo a merge. Each shows the records and their counts first.

mod draw;

use super::{
    frame::{Frame, Place},
    notice,
};
use crate::{
    api::{merges as api, records as api_records},
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{
    PageRequest,
    records::{self, RecordFilter, StoredRecord},
};
use nerve_model::{MergeId, RecordId};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct MergePageQuery {
    q: Option<String>,
    into: Option<RecordId>,
}

/// `GET /records/{id}/merge`: a search for the other record; with `into`, the preview of the merge.
pub(crate) async fn choose<S: Services>(call: Call<'_, S>) -> Answer {
    let MergePageQuery { q, into } = call.query()?;
    let part = api_records::find(&call).await?;
    match into {
        None => search(&call, &part, q.unwrap_or_default(), None).await,
        Some(into) => match api::load_preview(&call, into).await {
            Ok(preview) => Ok(page(&call, "Merge", 200, &draw::preview(&preview))),
            Err(problem) => refused(&call, &part, problem).await,
        },
    }
}

/// `POST /records/{id}/merge`: then on to the record that stays.
pub(crate) async fn merge<S: Services>(call: Call<'_, S>) -> Answer {
    let into: RecordId = call.form().required("into")?;
    let part = api_records::find(&call).await?;
    match call.merger()?.merge(part.id, into).await.map_err(Problem::from) {
        Ok(merge) => Ok(Response::see_other(format!("/records/{}", merge.record))),
        Err(problem) => refused(&call, &part, problem).await,
    }
}

/// `GET /merges/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    undo_page(&call, None).await
}

/// `POST /merges/{id}/undo`: then on to the separated record.
pub(crate) async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    match call.merger()?.undo(call.id::<MergeId>("merge")?).await.map_err(Problem::from) {
        Ok(merge) => Ok(Response::see_other(format!("/records/{}", merge.part))),
        Err(problem) if problem.status() == 409 => undo_page(&call, Some(problem)).await,
        Err(problem) => Err(problem),
    }
}

async fn undo_page<S: Services>(call: &Call<'_, S>, refused: Option<Problem>) -> Answer {
    let merge = api::load(call).await?;
    let status = refused.as_ref().map_or(200, Problem::status);
    let content = html! {
        @if let Some(problem) = &refused { (notice::refused(problem)) }
        (draw::undo(&merge))
    };
    Ok(page(call, "Undo a merge", status, &content))
}

async fn refused<S: Services>(call: &Call<'_, S>, part: &StoredRecord, problem: Problem) -> Answer {
    if problem.is_correctable() { search(call, part, String::new(), Some(problem)).await } else { Err(problem) }
}

async fn search<S: Services>(call: &Call<'_, S>, part: &StoredRecord, q: String, refused: Option<Problem>) -> Answer {
    let filter = RecordFilter {
        search: Some(q.clone()),
        record_type: Some(part.record_type),
        home: call.services.people().home(),
        ..RecordFilter::default()
    };
    let mut others = records::list(call.services.db(), &filter, &PageRequest::default()).await?.items;
    others.retain(|other| other.id != part.id && can_be_merged(other));
    let status = refused.as_ref().map_or(200, Problem::status);
    let content = html! {
        @if let Some(problem) = &refused { (notice::refused(problem)) }
        (draw::search(part, &q, &others, call.services.now()))
    };
    Ok(page(call, "Merge", status, &content))
}

fn can_be_merged(record: &StoredRecord) -> bool {
    record.root.is_none() && record.erased_at.is_none()
}

fn page<S: Services>(call: &Call<'_, S>, title: &str, status: u16, content: &Markup) -> Response {
    Frame::new(Place::Records, title, call.caller.as_ref()).single(status, content)
}
