use super::{
    json,
    list::{Limit, page},
};
use crate::{
    decision::Decision,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::proposals::{self, KindFilter, ProposalFilter, Snoozed};
use nerve_model::{Digest, ProposalStatus, RecordId, Risk, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Narrows the list of proposals.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Where they stand.
    status: Option<ProposalStatus>,
    /// Their risk.
    risk: Option<Risk>,
    /// A kind of event or of action.
    kind: Option<String>,
    /// Whom they concern.
    record: Option<RecordId>,
    /// Only those that are snoozed now, or only those that are not.
    snoozed: Option<bool>,
    /// At most so many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Agrees to exactly what was shown.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approve {
    /// The digest that came with what was shown.
    digest: Digest,
}

/// Says no.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reject {
    /// Why, for the ledger.
    #[serde(default)]
    reason: String,
}

/// Replaces the parameters.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// All parameters of the action.
    params: Value,
}

/// Supplies what was missing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GiveAnswer {
    /// The answer, on one line.
    answer: String,
}

/// Hides a proposal for a while.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutOff {
    /// Until then; null brings it back.
    until: Option<Timestamp>,
}

/// Says who should decide.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assign {
    /// The person; null is nobody in particular.
    to: Option<String>,
}

/// Writes down how it ended.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    /// How, on one line.
    outcome: String,
}

pub(crate) async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let Asked { status, risk, kind, record, snoozed, limit, cursor } = call.query()?;
    let now = call.services.now();
    let kind = kind.map(|name| either_kind(&name)).transpose()?;
    let snoozed = match snoozed {
        Some(true) => Snoozed::Only(now),
        Some(false) => Snoozed::Hidden(now),
        None => Snoozed::Included,
    };
    let filter = ProposalFilter { status, risk, kind, record, snoozed };
    json(&proposals::list(call.services.db(), &filter, &page(limit, cursor)).await?)
}

/// No event kind is named like an action kind, so one parameter serves for both.
fn either_kind(name: &str) -> Result<KindFilter, Problem> {
    match (name.parse(), name.parse()) {
        (Ok(event), _) => Ok(KindFilter::Event(event)),
        (_, Ok(action)) => Ok(KindFilter::Action(action)),
        _ => Err(Problem::BadRequest(
            "The query does not read: kind is neither a kind of event nor of action.".to_owned(),
        )),
    }
}

pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let found = proposals::get(call.services.db(), call.id("proposal")?).await?;
    json(&found.ok_or(Problem::NotFound("proposal"))?)
}

pub(crate) async fn approve<S: Services>(call: Call<'_, S>) -> Answer {
    let Approve { digest } = call.json()?;
    decide(call, Decision::Approve(digest)).await
}

pub(crate) async fn reject<S: Services>(call: Call<'_, S>) -> Answer {
    let Reject { reason } = call.json()?;
    decide(call, Decision::Reject(reason)).await
}

pub(crate) async fn edit<S: Services>(call: Call<'_, S>) -> Answer {
    let Edit { params } = call.json()?;
    decide(call, Decision::Edit(params)).await
}

pub(crate) async fn answer<S: Services>(call: Call<'_, S>) -> Answer {
    let GiveAnswer { answer } = call.json()?;
    decide(call, Decision::Answer(answer)).await
}

pub(crate) async fn snooze<S: Services>(call: Call<'_, S>) -> Answer {
    let PutOff { until } = call.json()?;
    decide(call, Decision::Snooze(until)).await
}

pub(crate) async fn assign<S: Services>(call: Call<'_, S>) -> Answer {
    let Assign { to } = call.json()?;
    decide(call, Decision::Assign(to)).await
}

pub(crate) async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    decide(call, Decision::Undo).await
}

pub(crate) async fn outcome<S: Services>(call: Call<'_, S>) -> Answer {
    let Outcome { outcome } = call.json()?;
    decide(call, Decision::Outcome(outcome)).await
}

pub(crate) async fn retry<S: Services>(call: Call<'_, S>) -> Answer {
    decide(call, Decision::Retry).await
}

pub(crate) async fn found_done<S: Services>(call: Call<'_, S>) -> Answer {
    decide(call, Decision::FoundDone).await
}

async fn decide<S: Services>(call: Call<'_, S>, decision: Decision) -> Answer {
    json(&call.decide(call.id("proposal")?, decision).await?)
}
