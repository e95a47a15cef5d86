//! The forms on the page of a record. After a change the browser loads the page again; a refused form is shown on it.

use super::{
    super::task,
    link_end::LinkEnd,
    page,
    refused::{Part, Refused},
};
use crate::{
    http::Response,
    problem::Problem,
    routes::{Answer, Call},
    services::Services,
};
use nerve_ledger::tasks::Task;
use nerve_model::{AddNote, RecordId};

/// `POST /records/{id}/claims`.
pub(crate) async fn add_claim<S: Services>(call: Call<'_, S>) -> Answer {
    let record = call.id("record")?;
    let added = claim_added(&call, record).await;
    answer(&call, record, Part::Claims, added).await
}

async fn claim_added<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<(), Problem> {
    let form = call.form();
    let claim = call.claim(form.required("kind")?, form.text("value"))?;
    Ok(call.editor()?.add_claim(record, &claim).await?)
}

/// `POST /records/{id}/claims/remove`.
pub(crate) async fn remove_claim<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, form) = (call.id("record")?, call.form());
    let removed = call.editor()?.remove_claim(record, form.required("kind")?, form.text("value")).await;
    answer(&call, record, Part::Claims, removed.map_err(Problem::from)).await
}

/// `POST /records/{id}/unlink`.
pub(crate) async fn unlink<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, end) = (call.id("record")?, LinkEnd::read(&call.form())?);
    let (from, to) = end.direction(record);
    let unlinked = call.editor()?.unlink(from, end.relation, to).await;
    answer(&call, record, Part::Links, unlinked.map_err(Problem::from)).await
}

/// `POST /records/{id}/tasks`.
pub(crate) async fn add_task<S: Services>(call: Call<'_, S>) -> Answer {
    let record = call.id("record")?;
    let added = task_added(&call, record).await;
    task_changed(&call, record, added).await
}

async fn task_added<S: Services>(call: &Call<'_, S>, record: RecordId) -> Result<Task, Problem> {
    Ok(call.editor()?.add_task(record, &task::read(&call.form())?).await?)
}

/// The page of a record after a change of one of its tasks, or the reason it was refused.
pub(crate) async fn task_changed<S: Services>(
    call: &Call<'_, S>,
    record: RecordId,
    changed: Result<Task, Problem>,
) -> Answer {
    answer(call, record, Part::Tasks, changed).await
}

/// `POST /records/{id}/notes`.
pub(crate) async fn add_note<S: Services>(call: Call<'_, S>) -> Answer {
    let record = call.id("record")?;
    let note = AddNote { text: call.form().text("text").to_owned() };
    let added = call.editor()?.add_note(record, &note).await;
    answer(&call, record, Part::Notes, added.map_err(Problem::from)).await
}

async fn answer<S: Services, T>(call: &Call<'_, S>, record: RecordId, part: Part, done: Result<T, Problem>) -> Answer {
    match done {
        Ok(_) => Ok(Response::see_other(format!("/records/{record}"))),
        Err(problem) if problem.is_correctable() => {
            page(call, record, Some(Refused { part, form: call.form(), problem })).await
        }
        Err(problem) => Err(problem),
    }
}
