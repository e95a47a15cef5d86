//! The page of an identity question: its candidates side by side.

mod draw;
mod load;

use self::load::QuestionDetails;
use super::{
    frame::{Frame, Place},
    notice,
};
use crate::{
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use maud::html;
use nerve_ledger::{PageRequest, questions};
use nerve_model::{QuestionId, QuestionStatus, RecordId};

/// `GET /questions/{id}`.
pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    page(&call, None).await
}

/// `POST /questions/{id}/answer`: then on to the next open question, else to the queue.
pub(crate) async fn answer<S: Services>(call: Call<'_, S>) -> Answer {
    let id: QuestionId = call.id("question")?;
    let form = call.form();
    let record = match form.optional("record") {
        Some(_) => Some(form.required::<RecordId>("record")?),
        None => None,
    };
    match call.questions()?.answer(id, record).await.map_err(Problem::from) {
        Ok(_) => Ok(Response::see_other(next(&call).await?)),
        Err(problem) => refused(&call, problem).await,
    }
}

/// `POST /questions/{id}/undo`.
pub(crate) async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    let id: QuestionId = call.id("question")?;
    match call.questions()?.undo(id).await.map_err(Problem::from) {
        Ok(_) => Ok(Response::see_other(format!("/questions/{id}"))),
        Err(problem) => refused(&call, problem).await,
    }
}

async fn next<S: Services>(call: &Call<'_, S>) -> Result<String, Problem> {
    let page = PageRequest::new(1, None).unwrap_or_default();
    let open = questions::list(call.services.db(), Some(QuestionStatus::Open), &page).await?.items;
    Ok(open.first().map_or_else(|| "/".to_owned(), |question| format!("/questions/{}", question.id)))
}

async fn refused<S: Services>(call: &Call<'_, S>, problem: Problem) -> Answer {
    if problem.is_correctable() { page(call, Some(problem)).await } else { Err(problem) }
}

async fn page<S: Services>(call: &Call<'_, S>, refused: Option<Problem>) -> Answer {
    let details = QuestionDetails::load(call).await?;
    let content = html! {
        @if let Some(problem) = &refused { (notice::refused(problem)) }
        (draw::question(&details, call.services.now()))
    };
    let frame = Frame::new(Place::Queue, "Identity question", call.caller.as_ref());
    Ok(match &refused {
        Some(problem) => problem.with_headers(frame.single(problem.status(), &content)),
        None => frame.single(200, &content),
    })
}
