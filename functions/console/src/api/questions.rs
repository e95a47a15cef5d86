//! Identity questions.

use super::list::{Limit, page};
use crate::{
    http::Method::{Get, Post},
    problem::Problem,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_engine::offered;
use nerve_ledger::{
    Page,
    questions::{self, Question},
};
use nerve_model::{QuestionId, QuestionStatus, RecordId};
use schemars::JsonSchema;
use serde::Deserialize;

/// A page of the questions, filtered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionQuery {
    /// Only questions with this status.
    status: Option<QuestionStatus>,
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// The answer to a question.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionAnswer {
    /// The matching record; null for a new one.
    record: Option<RecordId>,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/questions", "Identity questions, newest first", handler!(list))
            .query::<QuestionQuery>()
            .answers::<Page<Question>>(),
        Route::api(Get, "/api/questions/{id}", "One question with its candidates and their evidence", handler!(show))
            .answers::<Question>(),
        Route::api(
            Post,
            "/api/questions/{id}/answer",
            "Answer a question; the agent then considers its waiting events",
            handler!(answer),
        )
        .body::<QuestionAnswer>()
        .answers::<Question>(),
        Route::api(
            Post,
            "/api/questions/{id}/undo",
            "Undo an answer; the question is open again and its merge is undone",
            handler!(undo),
        )
        .answers::<Question>(),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let QuestionQuery { status, limit, cursor } = call.query()?;
    let db = call.services.db();
    let mut listed = questions::list(db, status, &page(limit, cursor)).await?;
    offered(db, &mut listed.items).await?;
    json(&listed)
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let db = call.services.db();
    let mut found = questions::get(db, call.id("question")?).await?.ok_or(Problem::NotFound("question"))?;
    offered(db, std::slice::from_mut(&mut found)).await?;
    json(&found)
}

async fn answer<S: Services>(call: Call<'_, S>) -> Answer {
    let QuestionAnswer { record } = call.json()?;
    json(&call.questions()?.answer(call.id::<QuestionId>("question")?, record).await?)
}

async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.questions()?.undo(call.id::<QuestionId>("question")?).await?)
}
