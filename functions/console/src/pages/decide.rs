//! Decisions sent as forms. After a decision the browser goes on to the next proposal.

use super::{
    notice::{Did, Notice},
    params, queue,
    view::{ListPlace, View},
};
use crate::{
    decision::Decision,
    http::Response,
    input::Form,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_engine::{Answered, Kept};
use nerve_model::{ActionKind, Digest, Millis, ProposalId, ProposalStatus, Timestamp};

/// `POST /proposals/{id}/{decision}`.
pub(crate) async fn decide<S: Services>(call: Call<'_, S>) -> Answer {
    let id: ProposalId = call.id("proposal")?;
    let form = call.form();
    let verb = call.captured.get(1).copied().unwrap_or_default();
    let (did, decision) = read(verb, &form, call.services.now()).ok_or_else(Problem::malformed_form)?;
    match call.decide(id, decision).await {
        Ok(after) => Ok(onward(id, came_of(did, &after), &form)),
        Err(problem) if problem.is_correctable() => {
            queue::refused(&call, id, ListPlace::of(&form), Notice::Refused(problem, verb.to_owned(), form)).await
        }
        Err(problem) => Err(problem),
    }
}

fn read(verb: &str, form: &Form, now: Timestamp) -> Option<(Did, Decision)> {
    let text = |name: &str| form.text(name).to_owned();
    Some(match verb {
        "approve" => (Did::Approve, Decision::Approve(Digest(text("digest")))),
        "reject" => (Did::Reject, Decision::Reject(text("reason"))),
        "edit" => (Did::Edit, Decision::Edit(params::from_fields(form.parse::<ActionKind>("kind")?, form))),
        "answer" => {
            let (question, keep) = (form.optional("question").map(str::to_owned), form.optional("keep").is_some());
            (Did::Answer, Decision::Answer { text: text("answer"), question, keep })
        }
        "snooze" => {
            (Did::Snooze, Decision::Snooze(Some(now + Millis::minutes(60 * i64::from(form.parse::<u16>("hours")?)))))
        }
        "unsnooze" => (Did::Unsnooze, Decision::Snooze(None)),
        "assign" => (Did::Assign, Decision::Assign(form.optional("to").map(str::to_owned))),
        "undo" => (Did::Undo, Decision::Undo),
        "outcome" => (Did::Outcome, Decision::Outcome(text("outcome"))),
        "retry" => (Did::Retry, Decision::Retry),
        "found_done" => (Did::FoundDone, Decision::FoundDone),
        _ => return None,
    })
}

/// Taken back, a decision leaves the proposal undone, or as it was before; an answer may fill in a recipient.
fn came_of(did: Did, after: &Answered) -> Did {
    match (did, after.proposal.status, &after.filled) {
        (Did::Undo, ProposalStatus::Undone, _) => Did::Undo,
        (Did::Undo, ..) => Did::Reconsider,
        (Did::Answer, _, Some(Kept::Yes)) => Did::FillAndKeep,
        (Did::Answer, _, Some(Kept::No)) => Did::Fill,
        (Did::Answer, _, Some(Kept::Refused(_))) => Did::FillOnly,
        _ => did,
    }
}

/// A decided proposal gives way to the next one. One that still waits stays open, and so does one whose decision was
/// taken back, in the view where that was done.
fn onward(id: ProposalId, did: Did, form: &Form) -> Response {
    let place = ListPlace::of(form).unwrap_or(ListPlace::first(View::PENDING));
    let open = if did.stays() { Some(id) } else { form.parse::<ProposalId>("next") };
    let about = if did.stays() { String::new() } else { format!("&to={id}") };
    Response::see_other(format!("{}&did={}{about}", place.href(open), did.name()))
}
