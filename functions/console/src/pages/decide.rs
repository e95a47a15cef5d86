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
use nerve_model::{ActionKind, Digest, Millis, ProposalId, Timestamp};

/// `POST /proposals/{id}/{decision}`.
pub(crate) async fn decide<S: Services>(call: Call<'_, S>) -> Answer {
    let id: ProposalId = call.id("proposal")?;
    let form = call.form();
    let verb = call.captured.get(1).copied().unwrap_or_default();
    let (did, decision) = read(verb, &form, call.services.now()).ok_or_else(Problem::malformed_form)?;
    match call.decide(id, decision).await {
        Ok(_) => Ok(onward(id, did, &form)),
        Err(problem) if problem.is_correctable() => {
            queue::refused(&call, id, ListPlace::of(&form), Notice::Refused(problem, form)).await
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
        "answer" => (Did::Answer, Decision::Answer(text("answer"))),
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

/// A decided proposal gives way to the next one; one that still waits stays open.
fn onward(id: ProposalId, did: Did, form: &Form) -> Response {
    let place = ListPlace::of(form).unwrap_or(ListPlace::first(View::PENDING));
    let stays = matches!(did, Did::Edit | Did::Answer | Did::Assign | Did::Outcome);
    let open = if stays { Some(id) } else { form.parse::<ProposalId>("next") };
    let about = if stays { String::new() } else { format!("&to={id}") };
    Response::see_other(format!("{}&did={}{about}", place.href(open), did.name()))
}
