//! Proposals and the decisions about them.

use super::list::{Limit, page};
use crate::{
    decision::Decision,
    http::Method::{Get, Post},
    problem::Problem,
    routes::{Answer, Call, Handler, Route, handler, json},
    services::Services,
    zone,
};
use nerve_ledger::{
    Page,
    proposals::{self, KindFilter, ProposalFilter, Snoozed},
    queue,
};
use nerve_model::{Digest, Proposal, ProposalStatus, RecordId, Risk, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// A page of the proposals, filtered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalQuery {
    /// Only this status.
    status: Option<ProposalStatus>,
    /// Only this risk.
    risk: Option<Risk>,
    /// Only this kind of event, or this kind of action.
    kind: Option<String>,
    /// Only proposals about this record.
    record: Option<RecordId>,
    /// True: only proposals that are snoozed now; false: only the others.
    snoozed: Option<bool>,
    /// The order, newest first where none is given; `queue` lists pending proposals that are not snoozed.
    order: Option<Order>,
    /// The number of items.
    limit: Option<Limit>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// The order of a list of proposals.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// Newest first.
    Newest,
    /// The order of the review queue, with only what waits for a person: urgent, then what expires by tomorrow, then
    /// what is due, then the oldest.
    Queue,
}

/// An approval of exactly the card that was shown.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApproveBody {
    /// The digest of that card.
    digest: Digest,
}

/// A rejection.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RejectBody {
    /// The reason, for the ledger; at most 500 characters.
    #[serde(default)]
    reason: String,
}

/// New parameters.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditBody {
    /// Every parameter of the action.
    params: Value,
}

/// An answer to a proposal's open questions.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    /// The answer, on one line; at most 1,000 characters.
    answer: String,
    /// The question that it answers, word for word; null where the card has only one, or where the answer is the mail
    /// address that a message lacks.
    #[serde(default)]
    question: Option<String>,
    /// False: an address that becomes the recipient is not added to the record.
    #[serde(default)]
    keep: Option<bool>,
}

/// The end of a snooze.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SnoozeBody {
    /// The time the proposal returns to the queue; null returns it now.
    until: Option<Timestamp>,
}

/// An assignment.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignBody {
    /// The person who decides, in at most 80 characters; null for nobody.
    to: Option<String>,
}

/// The outcome of a proposal.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutcomeBody {
    /// The outcome, on one line; at most 500 characters.
    outcome: String,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/proposals", "Proposals, newest first or in the order of the queue", handler!(list))
            .query::<ProposalQuery>()
            .answers::<Page<Proposal>>(),
        Route::api(Get, "/api/proposals/{id}", "One proposal with its whole card", handler!(show))
            .answers::<Proposal>(),
        decision("/api/proposals/{id}/approve", "Approve exactly the card that was shown", handler!(approve))
            .body::<ApproveBody>(),
        decision("/api/proposals/{id}/reject", "Reject a proposal; its action is not executed", handler!(reject))
            .body::<RejectBody>(),
        decision("/api/proposals/{id}/edit", "Replace the parameters; the digest changes", handler!(edit))
            .body::<EditBody>(),
        decision(
            "/api/proposals/{id}/answer",
            "Answer a question of the card; the digest changes, and an address that was lacking is filled in",
            handler!(answer),
        )
        .body::<AnswerBody>(),
        decision("/api/proposals/{id}/snooze", "Snooze a proposal, or return it to the queue", handler!(snooze))
            .body::<SnoozeBody>(),
        decision("/api/proposals/{id}/assign", "Assign a proposal to a person", handler!(assign)).body::<AssignBody>(),
        decision("/api/proposals/{id}/undo", "Undo the effect of an action", handler!(undo)),
        decision("/api/proposals/{id}/outcome", "Record the outcome of a proposal", handler!(outcome))
            .body::<OutcomeBody>(),
        decision(
            "/api/proposals/{id}/found_done",
            "Confirm that an action with unknown outcome took effect",
            handler!(found_done),
        ),
        decision("/api/proposals/{id}/retry", "Retry a failed execution", handler!(retry)),
    ]
}

fn decision<S: Services>(pattern: &'static str, summary: &'static str, handler: Handler<S>) -> Route<S> {
    Route::api(Post, pattern, summary, handler).answers::<Proposal>()
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let ProposalQuery { status, risk, kind, record, snoozed, order, limit, cursor } = call.query()?;
    let now = call.services.now();
    let kind = kind.map(|name| either_kind(&name)).transpose()?;
    if order == Some(Order::Queue) {
        if status.is_some_and(|status| status != ProposalStatus::Pending) || snoozed == Some(true) {
            let why = "The query is malformed: the queue holds pending proposals that are not snoozed.";
            return Err(Problem::BadRequest(why.to_owned()));
        }
        let malformed = |error| Problem::BadRequest(format!("The query is malformed: {error}."));
        let after = cursor.map(|cursor| cursor.parse().map_err(malformed)).transpose()?;
        let filter = ProposalFilter { risk, kind, record, ..ProposalFilter::default() };
        let (times, limit) = (zone::queue_times(now), Limit::or_default(limit));
        return json(&queue::proposals(call.services.db(), &times, &filter, after.as_ref(), limit).await?);
    }
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
            "The query is malformed: kind is neither a kind of event nor a kind of action.".to_owned(),
        )),
    }
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    let found = proposals::get(call.services.db(), call.id("proposal")?).await?;
    json(&found.ok_or(Problem::NotFound("proposal"))?)
}

async fn approve<S: Services>(call: Call<'_, S>) -> Answer {
    let ApproveBody { digest } = call.json()?;
    decide(call, Decision::Approve(digest)).await
}

async fn reject<S: Services>(call: Call<'_, S>) -> Answer {
    let RejectBody { reason } = call.json()?;
    decide(call, Decision::Reject(reason)).await
}

async fn edit<S: Services>(call: Call<'_, S>) -> Answer {
    let EditBody { params } = call.json()?;
    decide(call, Decision::Edit(params)).await
}

async fn answer<S: Services>(call: Call<'_, S>) -> Answer {
    let AnswerBody { answer, question, keep } = call.json()?;
    decide(call, Decision::Answer { text: answer, question, keep: keep.unwrap_or(true) }).await
}

async fn snooze<S: Services>(call: Call<'_, S>) -> Answer {
    let SnoozeBody { until } = call.json()?;
    decide(call, Decision::Snooze(until)).await
}

async fn assign<S: Services>(call: Call<'_, S>) -> Answer {
    let AssignBody { to } = call.json()?;
    decide(call, Decision::Assign(to)).await
}

async fn undo<S: Services>(call: Call<'_, S>) -> Answer {
    decide(call, Decision::Undo).await
}

async fn outcome<S: Services>(call: Call<'_, S>) -> Answer {
    let OutcomeBody { outcome } = call.json()?;
    decide(call, Decision::Outcome(outcome)).await
}

async fn retry<S: Services>(call: Call<'_, S>) -> Answer {
    decide(call, Decision::Retry).await
}

async fn found_done<S: Services>(call: Call<'_, S>) -> Answer {
    decide(call, Decision::FoundDone).await
}

async fn decide<S: Services>(call: Call<'_, S>, decision: Decision) -> Answer {
    json(&call.decide(call.id("proposal")?, decision).await?.proposal)
}
