//! The page of an identity question: its candidates side by side.

mod draw;
mod load;

use self::load::QuestionDetails;
use super::{
    frame::{Frame, Place},
    notice::{self, Did},
};
use crate::{
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::{Markup, html};
use nerve_ledger::{PageRequest, questions};
use nerve_model::{QuestionId, QuestionStatus, RecordId};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct QuestionQuery {
    /// The question answered just before.
    answered: Option<QuestionId>,
    /// The answer to this one was just taken back.
    did: Option<Did>,
}

/// `GET /questions/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let QuestionQuery { answered, did } = call.query()?;
    let before = match answered {
        Some(id) => questions::get(call.services.db(), id).await?,
        None => None,
    };
    let notice = html! {
        @if let Some(question) = &before { (notice::answered(question)) }
        @if did == Some(Did::Undo) { (notice::reopened()) }
    };
    page(&call, 200, &notice).await
}

/// `POST /questions/{id}/answer`: then on to the next open question, else to the queue. Either says what was answered.
pub(crate) async fn answer<S: Services>(call: Call<'_, S>) -> Answer {
    let id: QuestionId = call.id("question")?;
    let form = call.form();
    let record = match form.optional("record") {
        Some(_) => Some(form.required::<RecordId>("record")?),
        None => None,
    };
    match call.questions()?.answer(id, record).await.map_err(Problem::from) {
        Ok(_) => Ok(Response::see_other(format!("{}?answered={id}", next(&call).await?))),
        Err(problem) => refused(&call, problem).await,
    }
}

/// `POST /questions/{id}/undo`.
pub(crate) async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    let id: QuestionId = call.id("question")?;
    match call.questions()?.undo(id).await.map_err(Problem::from) {
        Ok(_) => Ok(Response::see_other(format!("/questions/{id}?did={}", Did::Undo.name()))),
        Err(problem) => refused(&call, problem).await,
    }
}

async fn next<S: Services>(call: &Call<'_, S>) -> Result<String, Problem> {
    let page = PageRequest::new(1, None).unwrap_or_default();
    let open = questions::list(call.services.db(), Some(QuestionStatus::Open), &page).await?.items;
    Ok(open.first().map_or_else(|| "/".to_owned(), |question| format!("/questions/{}", question.id)))
}

async fn refused<S: Services>(call: &Call<'_, S>, problem: Problem) -> Answer {
    if !problem.is_correctable() {
        return Err(problem);
    }
    let page = page(call, problem.status(), &notice::refused(&problem)).await?;
    Ok(problem.with_headers(page))
}

async fn page<S: Services>(call: &Call<'_, S>, status: u16, notice: &Markup) -> Answer {
    let details = QuestionDetails::load(call).await?;
    let content = html! { (notice) (draw::question(&details, call.services.now())) };
    Ok(Frame::new(Place::Queue, "Identity question", call.caller.as_ref()).single(status, &content))
}
