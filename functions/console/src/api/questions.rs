use super::{
    json,
    list::{Limit, page},
};
use crate::{
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_engine::Questions;
use nerve_ledger::questions;
use nerve_model::{QuestionId, QuestionStatus, RecordId};
use schemars::JsonSchema;
use serde::Deserialize;

/// Narrows the list of questions.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Whether they wait.
    status: Option<QuestionStatus>,
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Whom it concerns.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// The record; null is somebody new.
    record: Option<RecordId>,
}

impl<S: Services> Call<'_, S> {
    /// Where the caller says whom events concern.
    pub(crate) fn questions(&self) -> Result<Questions<'_, S::Db, S, S>, Problem> {
        let actor = self.caller.as_ref().ok_or(Problem::Unauthorized)?.actor();
        let services = self.services;
        Ok(Questions { db: services.db(), situations: services, entropy: services, now: services.now(), actor })
    }
}

pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { status, limit, cursor } = call.query()?;
    json(&questions::list(call.services.db(), status, &page(limit, cursor)).await?)
}

pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let found = questions::get(call.services.db(), call.id("question")?).await?;
    json(&found.ok_or(Problem::NotFound("question"))?)
}

pub(crate) async fn answer<S: Services>(call: Call<'_, S>) -> Answer {
    let Said { record } = call.json()?;
    json(&call.questions()?.answer(call.id::<QuestionId>("question")?, record).await?)
}

pub(crate) async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    json(&call.questions()?.undo(call.id::<QuestionId>("question")?).await?)
}
