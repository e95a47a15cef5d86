//! The pages: server-rendered, complete without a script. Everything from outside is escaped by the templates.

mod bar;
mod card;
mod claims;
mod clock;
mod decide;
mod export;
mod facts;
mod frame;
mod history;
mod icon;
mod import;
mod kept_situation;
mod ledger;
mod link;
mod links;
mod merge;
mod notes;
mod notice;
mod params;
mod privacy;
mod question;
mod queue;
mod record;
mod record_form;
mod records;
mod settings;
mod sign_in;
mod situation;
mod sources;
mod tasks;
mod timeline;
mod trouble;
mod view;
mod waterfall;
mod words;

pub(crate) use sign_in::required;
pub(crate) use trouble::{failed, turned_away};

use crate::{
    assets,
    http::Method::{Get, Post},
    problem::Problem,
    routes::Route,
    services::Services,
};
use nerve_ledger::PageRequest;

/// The part of a list that begins where the page before ended.
fn more(cursor: Option<String>) -> PageRequest {
    PageRequest::new(PageRequest::DEFAULT_LIMIT, cursor).unwrap_or_default()
}

/// What is said of a form that no page of ours has sent.
fn unread() -> Problem {
    Problem::BadRequest("The form does not read.".to_owned())
}

/// Every page.
pub(crate) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::page(Get, "/", |call| Box::pin(queue::show(call))),
        Route::page(Get, "/proposals/{id}", |call| Box::pin(queue::open(call))),
        Route::page(Get, "/proposals/{id}/situation", |call| Box::pin(kept_situation::show(call))),
        Route::page(Post, "/proposals/{id}/{decision}", |call| Box::pin(decide::decide(call))),
        Route::page(Get, "/questions/{id}", |call| Box::pin(question::show(call))),
        Route::page(Post, "/questions/{id}/answer", |call| Box::pin(question::answer(call))),
        Route::page(Post, "/questions/{id}/undo", |call| Box::pin(question::undo(call))),
        Route::page(Get, "/records", |call| Box::pin(records::show(call))),
        Route::page(Get, "/records/export", |call| Box::pin(export::show(call))),
        Route::page(Get, "/records/import", |call| Box::pin(import::list(call))),
        Route::page(Post, "/records/import", |call| Box::pin(import::receive(call))),
        Route::page(Get, "/records/import/{id}", |call| Box::pin(import::show(call))),
        Route::page(Post, "/records/import/{id}", |call| Box::pin(import::go_on(call))),
        Route::page(Post, "/records/import/{id}/mapping", |call| Box::pin(import::map(call))),
        Route::page(Post, "/records/import/{id}/discard", |call| Box::pin(import::discard(call))),
        Route::page(Get, "/records/new", |call| Box::pin(record_form::blank(call))),
        Route::page(Post, "/records/new", |call| Box::pin(record_form::create(call))),
        Route::page(Get, "/records/{id}", |call| Box::pin(record::show(call))),
        Route::page(Get, "/records/{id}/merge", |call| Box::pin(merge::choose(call))),
        Route::page(Post, "/records/{id}/merge", |call| Box::pin(merge::merge(call))),
        Route::page(Get, "/merges/{id}", |call| Box::pin(merge::show(call))),
        Route::page(Post, "/merges/{id}/undo", |call| Box::pin(merge::undo(call))),
        Route::page(Get, "/records/{id}/edit", |call| Box::pin(record_form::show(call))),
        Route::page(Post, "/records/{id}/edit", |call| Box::pin(record_form::save(call))),
        Route::page(Post, "/records/{id}/claims", |call| Box::pin(claims::add(call))),
        Route::page(Post, "/records/{id}/claims/remove", |call| Box::pin(claims::remove(call))),
        Route::page(Get, "/records/{id}/link", |call| Box::pin(links::choose(call))),
        Route::page(Post, "/records/{id}/link", |call| Box::pin(links::link(call))),
        Route::page(Post, "/records/{id}/unlink", |call| Box::pin(links::unlink(call))),
        Route::page(Post, "/records/{id}/tasks", |call| Box::pin(tasks::add(call))),
        Route::page(Post, "/records/{id}/notes", |call| Box::pin(notes::add(call))),
        Route::page(Get, "/records/{id}/history", |call| Box::pin(history::show(call))),
        Route::page(Get, "/records/{id}/timeline", |call| Box::pin(timeline::show(call))),
        Route::page(Get, "/records/{id}/erase", |call| Box::pin(privacy::confirm(call))),
        Route::page(Post, "/records/{id}/erase", |call| Box::pin(privacy::erase(call))),
        Route::page(Get, "/erasures", |call| Box::pin(privacy::list(call))),
        Route::page(Post, "/erasures/{id}/let-back-in", |call| Box::pin(privacy::let_back_in(call))),
        Route::page(Get, "/tasks", |call| Box::pin(tasks::show(call))),
        Route::page(Get, "/tasks/{id}", |call| Box::pin(tasks::open(call))),
        Route::page(Post, "/tasks/{id}", |call| Box::pin(tasks::edit(call))),
        Route::page(Post, "/tasks/{id}/done", |call| Box::pin(tasks::done(call))),
        Route::page(Post, "/tasks/{id}/reopen", |call| Box::pin(tasks::reopen(call))),
        Route::page(Get, "/ledger", |call| Box::pin(ledger::show(call))),
        Route::page(Get, "/sources", |call| Box::pin(sources::show(call))),
        Route::page(Get, "/settings", |call| Box::pin(settings::show(call))),
        Route::page(Post, "/settings/autonomy", |call| Box::pin(settings::switch(call))),
        Route::page(Get, "/sign-in", |call| Box::pin(sign_in::show(call))).open(),
        Route::page(Post, "/sign-in", |call| Box::pin(sign_in::enter(call))).open(),
        Route::page(Post, "/sign-out", |call| Box::pin(sign_in::leave(call))),
        Route::page(Get, "/assets/console.css", |call| Box::pin(assets::style(call))).open(),
        Route::page(Get, "/assets/console.js", |call| Box::pin(assets::script(call))).open(),
    ]
}
