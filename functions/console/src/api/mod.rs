//! The JSON API. One table of routes makes both the dispatch and the OpenAPI document.

mod autonomy;
mod events;
pub(crate) mod export;
mod health;
pub(crate) mod imports;
pub(crate) mod keeping;
pub(crate) mod kept_situation;
mod ledger;
mod list;
pub(crate) mod merges;
mod privacy;
mod proposals;
mod questions;
pub(crate) mod records;
pub(crate) mod sources;
pub(crate) mod timeline;

use crate::{
    http::{
        Method::{Delete, Get, Patch, Post},
        Response,
    },
    openapi::{self, Doc},
    routes::{Answer, Route},
    services::Services,
};
use nerve_csv::{Exported, Mapping};
use nerve_ledger::{
    Page, Verification,
    chain::StoredEntry,
    drafts::Draft,
    imports::Import,
    merges::Merge,
    notes::Note,
    notifications::Notification,
    privacy::Erasure,
    questions::Question,
    records::StoredRecord,
    tasks::{Due, Task},
};
use nerve_model::{AddNote, CreateTask, Proposal};
use serde::Serialize;
use serde_json::Value;

/// Every operation of the API.
#[rustfmt::skip]
pub(crate) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/health", Doc::new("Whether the console runs").answers::<health::Health>(), |call| Box::pin(health::show(call))).open(),
        Route::api(Get, "/api/openapi.json", Doc::new("This document").answers::<Value>(), |call| Box::pin(openapi::show(call))),

        Route::api(Get, "/api/proposals", Doc::new("Proposals, newest first").query::<proposals::Asked>().answers::<Page<Proposal>>(), |call| Box::pin(proposals::list(call))),
        Route::api(Get, "/api/proposals/{id}", Doc::new("One proposal, with everything a person is shown before deciding").answers::<Proposal>(), |call| Box::pin(proposals::show(call))),
        Route::api(Get, "/api/proposals/{id}/situation", Doc::new("What was known when it was proposed, as the ledger kept it").answers::<kept_situation::KeptSituation>(), |call| Box::pin(kept_situation::show(call))),
        Route::api(Post, "/api/proposals/{id}/approve", Doc::new("Do exactly what was shown").body::<proposals::Approve>().answers::<Proposal>(), |call| Box::pin(proposals::approve(call))),
        Route::api(Post, "/api/proposals/{id}/reject", Doc::new("Do not do it").body::<proposals::Reject>().answers::<Proposal>(), |call| Box::pin(proposals::reject(call))),
        Route::api(Post, "/api/proposals/{id}/edit", Doc::new("Replace the parameters; the digest changes").body::<proposals::Edit>().answers::<Proposal>(), |call| Box::pin(proposals::edit(call))),
        Route::api(Post, "/api/proposals/{id}/answer", Doc::new("Supply what was missing; the digest changes").body::<proposals::GiveAnswer>().answers::<Proposal>(), |call| Box::pin(proposals::answer(call))),
        Route::api(Post, "/api/proposals/{id}/snooze", Doc::new("Hide it from the queue for a while, or bring it back").body::<proposals::PutOff>().answers::<Proposal>(), |call| Box::pin(proposals::snooze(call))),
        Route::api(Post, "/api/proposals/{id}/assign", Doc::new("Say who should decide").body::<proposals::Assign>().answers::<Proposal>(), |call| Box::pin(proposals::assign(call))),
        Route::api(Post, "/api/proposals/{id}/undo", Doc::new("Take back what was done").answers::<Proposal>(), |call| Box::pin(proposals::undo(call))),
        Route::api(Post, "/api/proposals/{id}/outcome", Doc::new("Write down how it ended").body::<proposals::Outcome>().answers::<Proposal>(), |call| Box::pin(proposals::outcome(call))),
        Route::api(Post, "/api/proposals/{id}/found_done", Doc::new("Say that something did happen of which nobody knew whether it did").answers::<Proposal>(), |call| Box::pin(proposals::found_done(call))),
        Route::api(Post, "/api/proposals/{id}/retry", Doc::new("Try again what failed").answers::<Proposal>(), |call| Box::pin(proposals::retry(call))),

        Route::api(Get, "/api/events", Doc::new("Events, newest first").query::<events::Asked>().answers::<Page<events::EventDocument>>(), |call| Box::pin(events::list(call))),
        Route::api(Get, "/api/events/{id}", Doc::new("One event, with the live count of its duplicates").answers::<events::EventDocument>(), |call| Box::pin(events::show(call))),
        Route::api(Get, "/api/events/{id}/raw", Doc::new("The webhook's body, byte for byte"), |call| Box::pin(events::raw(call))),

        Route::api(Get, "/api/records", Doc::new("Records, newest first").query::<records::Search>().answers::<Page<StoredRecord>>(), |call| Box::pin(records::search(call))),
        Route::api(Get, "/api/records/export", Doc::new("Records as a CSV file, or as JSON, newest first: 10,000 at a time, with a link to the next").query::<export::Asked>().answers::<Page<Exported>>(), |call| Box::pin(export::show(call))),
        Route::api(Get, "/api/records/{id}", Doc::new("One record with its claims and links").answers::<records::RecordDocument>(), |call| Box::pin(records::show(call))),
        Route::api(Get, "/api/records/{id}/timeline", Doc::new("Everything that happened to a record, newest first: events, what was done about them, what people changed").query::<timeline::Asked>().answers::<Page<timeline::ItemDocument>>(), |call| Box::pin(timeline::show(call))),
        Route::api(Get, "/api/records/{id}/situation", Doc::new("What waits for a decision at a record, and what came before").answers::<records::SituationDocument>(), |call| Box::pin(records::situation(call))),

        Route::api(Post, "/api/records", Doc::new("Create a record").body::<keeping::NewRecord>().answers::<records::RecordDocument>(), |call| Box::pin(keeping::create(call))),
        Route::api(Patch, "/api/records/{id}", Doc::new("Say something anew of a record, if it is still at the version you know").body::<keeping::RecordEdit>().answers::<records::RecordDocument>(), |call| Box::pin(keeping::edit(call))),
        Route::api(Post, "/api/records/{id}/claims", Doc::new("Recognize the record by this as well").body::<keeping::NewClaim>().answers::<records::RecordDocument>(), |call| Box::pin(keeping::add_claim(call))),
        Route::api(Delete, "/api/records/{id}/claims", Doc::new("Recognize the record by this no longer").query::<keeping::NewClaim>().answers::<records::RecordDocument>(), |call| Box::pin(keeping::remove_claim(call))),
        Route::api(Post, "/api/records/{id}/links", Doc::new("Link the record to another").body::<keeping::Linked>().answers::<records::RecordDocument>(), |call| Box::pin(keeping::link(call))),
        Route::api(Delete, "/api/records/{id}/links", Doc::new("Take a link away").query::<keeping::Linked>().answers::<records::RecordDocument>(), |call| Box::pin(keeping::unlink(call))),
        Route::api(Post, "/api/records/{id}/tasks", Doc::new("Write down what is to be done").body::<CreateTask>().answers::<Task>(), |call| Box::pin(keeping::add_task(call))),
        Route::api(Post, "/api/records/{id}/notes", Doc::new("Write a note").body::<AddNote>().answers::<Note>(), |call| Box::pin(keeping::add_note(call))),
        Route::api(Get, "/api/records/{id}/history", Doc::new("What people and Nerve did to a record, newest first: who changed what, from what to what").query::<keeping::Asked>().answers::<Page<StoredEntry>>(), |call| Box::pin(keeping::history(call))),

        Route::api(Post, "/api/records/{id}/merge", Doc::new("Make the record part of another; nothing moves, and it can be taken back").body::<merges::Into>().answers::<Merge>(), |call| Box::pin(merges::merge(call))),
        Route::api(Get, "/api/records/{id}/merge", Doc::new("What would be made one, and how much there is of either").query::<merges::Into>().answers::<merges::Preview>(), |call| Box::pin(merges::preview(call))),
        Route::api(Get, "/api/merges/{id}", Doc::new("One merge, with what came since and where it goes when it is taken back").answers::<merges::MergeDocument>(), |call| Box::pin(merges::show(call))),
        Route::api(Get, "/api/merges", Doc::new("What a record was merged from, newest first").query::<merges::Asked>().answers::<Page<Merge>>(), |call| Box::pin(merges::list(call))),
        Route::api(Post, "/api/merges/{id}/undo", Doc::new("Take a merge back: each record has its own again, with what came since").answers::<Merge>(), |call| Box::pin(merges::undo(call))),

        Route::api(Get, "/api/questions", Doc::new("Whom events concern that could be several, newest first").query::<questions::Asked>().answers::<Page<Question>>(), |call| Box::pin(questions::list(call))),
        Route::api(Get, "/api/questions/{id}", Doc::new("One question, with who could be meant and why").answers::<Question>(), |call| Box::pin(questions::show(call))),
        Route::api(Post, "/api/questions/{id}/answer", Doc::new("Say whom it associations; what waited is considered then").body::<questions::Said>().answers::<Question>(), |call| Box::pin(questions::answer(call))),
        Route::api(Post, "/api/questions/{id}/undo", Doc::new("Take the answer back: the question waits again, and what was merged stands for itself").answers::<Question>(), |call| Box::pin(questions::undo(call))),

        Route::api(Get, "/api/imports", Doc::new("Imports, newest first").query::<imports::Asked>().answers::<Page<Import>>(), |call| Box::pin(imports::list(call))),
        Route::api(Post, "/api/imports", Doc::new("Take a CSV file in, of at most 10 MB, which is the body as it is: nothing is imported yet").query::<imports::Named>().answers::<imports::ImportDocument>(), |call| Box::pin(imports::receive(call))),
        Route::api(Get, "/api/imports/{id}", Doc::new("One import, with its first rows and those that are refused").answers::<imports::ImportDocument>(), |call| Box::pin(imports::show(call))),
        Route::api(Post, "/api/imports/{id}/mapping", Doc::new("Say what the columns of a draft mean; its rows are looked through again").body::<Mapping>().answers::<imports::ImportDocument>(), |call| Box::pin(imports::map(call))),
        Route::api(Post, "/api/imports/{id}/run", Doc::new("Import up to 500 rows more; repeat until it is done").answers::<Import>(), |call| Box::pin(imports::run(call))),
        Route::api(Post, "/api/imports/{id}/discard", Doc::new("Delete what is left of the file; what was imported stays").answers::<Import>(), |call| Box::pin(imports::discard(call))),
        Route::api(Get, "/api/imports/{id}/refused", Doc::new("The refused rows with their reasons as a CSV file, to be corrected and imported"), |call| Box::pin(imports::refused(call))),

        Route::api(Get, "/api/records/{id}/personal-data", Doc::new("Everything that is kept of a person, in parts that say where they go on").query::<privacy::Asked>().answers::<privacy::PersonalData>(), |call| Box::pin(privacy::export(call))),
        Route::api(Post, "/api/records/{id}/erase", Doc::new("Forget a person for good, and everything that was merged into the record").body::<privacy::Erase>().answers::<Erasure>(), |call| Box::pin(privacy::erase(call))),
        Route::api(Get, "/api/erasures", Doc::new("Erasures, newest first").query::<privacy::Listed>().answers::<Page<Erasure>>(), |call| Box::pin(privacy::list(call))),
        Route::api(Get, "/api/erasures/{id}", Doc::new("How far an erasure is, and what was held out since").answers::<Erasure>(), |call| Box::pin(privacy::show(call))),
        Route::api(Post, "/api/erasures/{id}/let-back-in", Doc::new("Take in again what comes about somebody who was erased").answers::<Erasure>(), |call| Box::pin(privacy::let_back_in(call))),

        Route::api(Get, "/api/tasks", Doc::new("Tasks, newest first").query::<list::OfRecord>().answers::<Page<Task>>(), |call| Box::pin(list::tasks(call))),
        Route::api(Get, "/api/tasks/open", Doc::new("What is still to be done, the longest overdue first").query::<keeping::ToDo>().answers::<Page<Due>>(), |call| Box::pin(keeping::due(call))),
        Route::api(Patch, "/api/tasks/{id}", Doc::new("Write anew what is to be done").body::<CreateTask>().answers::<Task>(), |call| Box::pin(keeping::edit_task(call))),
        Route::api(Post, "/api/tasks/{id}/done", Doc::new("Say that it is done").answers::<Task>(), |call| Box::pin(keeping::complete_task(call))),
        Route::api(Post, "/api/tasks/{id}/reopen", Doc::new("Say that it is not done after all").answers::<Task>(), |call| Box::pin(keeping::reopen_task(call))),
        Route::api(Get, "/api/notes", Doc::new("Notes, newest first").query::<list::OfRecord>().answers::<Page<Note>>(), |call| Box::pin(list::notes(call))),
        Route::api(Get, "/api/drafts", Doc::new("Drafted messages, newest first").query::<list::OfRecord>().answers::<Page<Draft>>(), |call| Box::pin(list::drafts(call))),
        Route::api(Get, "/api/notifications", Doc::new("Notifications to colleagues, newest first").query::<list::OfRecord>().answers::<Page<Notification>>(), |call| Box::pin(list::notifications(call))),

        Route::api(Get, "/api/ledger", Doc::new("Ledger entries, newest first").query::<ledger::Asked>().answers::<Page<StoredEntry>>(), |call| Box::pin(ledger::list(call))),
        Route::api(Get, "/api/ledger/verify", Doc::new("Recompute every chain and name the first bad entry").answers::<Verification>(), |call| Box::pin(ledger::verify(call))),

        Route::api(Get, "/api/sources", Doc::new("Each source: what came, what did not become events and why, and how it is set up").answers::<Page<sources::SourceDocument>>(), |call| Box::pin(sources::list(call))),

        Route::api(Get, "/api/autonomy", Doc::new("The categories that act without a person").answers::<Page<autonomy::Grant>>(), |call| Box::pin(autonomy::list(call))),
        Route::api(Post, "/api/autonomy", Doc::new("Let a category act without a person, or ask a person again").body::<autonomy::Switch>().answers::<Page<autonomy::Grant>>(), |call| Box::pin(autonomy::switch(call))),
    ]
}

/// An answer that carries a document.
fn json(document: &impl Serialize) -> Answer {
    serde_json::to_vec(document)
        .map(|body| Response::new(200, "application/json", body))
        .map_err(|error| crate::problem::Problem::Damaged(error.to_string()))
}
