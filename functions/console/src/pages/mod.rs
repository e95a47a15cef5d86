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
    routes::{Route, handler},
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
        Route::page(Get, "/", handler!(queue::show)),
        Route::page(Get, "/proposals/{id}", handler!(queue::open)),
        Route::page(Get, "/proposals/{id}/situation", handler!(kept_situation::show)),
        Route::page(Post, "/proposals/{id}/{decision}", handler!(decide::decide)),
        Route::page(Get, "/questions/{id}", handler!(question::show)),
        Route::page(Post, "/questions/{id}/answer", handler!(question::answer)),
        Route::page(Post, "/questions/{id}/undo", handler!(question::undo)),
        Route::page(Get, "/records", handler!(records::show)),
        Route::page(Get, "/records/export", handler!(export::show)),
        Route::page(Get, "/records/import", handler!(import::list)),
        Route::page(Post, "/records/import", handler!(import::receive)),
        Route::page(Get, "/records/import/{id}", handler!(import::show)),
        Route::page(Post, "/records/import/{id}", handler!(import::go_on)),
        Route::page(Post, "/records/import/{id}/mapping", handler!(import::map)),
        Route::page(Post, "/records/import/{id}/discard", handler!(import::discard)),
        Route::page(Get, "/records/new", handler!(record_form::blank)),
        Route::page(Post, "/records/new", handler!(record_form::create)),
        Route::page(Get, "/records/{id}", handler!(record::show)),
        Route::page(Get, "/records/{id}/merge", handler!(merge::choose)),
        Route::page(Post, "/records/{id}/merge", handler!(merge::merge)),
        Route::page(Get, "/merges/{id}", handler!(merge::show)),
        Route::page(Post, "/merges/{id}/undo", handler!(merge::undo)),
        Route::page(Get, "/records/{id}/edit", handler!(record_form::show)),
        Route::page(Post, "/records/{id}/edit", handler!(record_form::save)),
        Route::page(Post, "/records/{id}/claims", handler!(claims::add)),
        Route::page(Post, "/records/{id}/claims/remove", handler!(claims::remove)),
        Route::page(Get, "/records/{id}/link", handler!(links::choose)),
        Route::page(Post, "/records/{id}/link", handler!(links::link)),
        Route::page(Post, "/records/{id}/unlink", handler!(links::unlink)),
        Route::page(Post, "/records/{id}/tasks", handler!(tasks::add)),
        Route::page(Post, "/records/{id}/notes", handler!(notes::add)),
        Route::page(Get, "/records/{id}/history", handler!(history::show)),
        Route::page(Get, "/records/{id}/timeline", handler!(timeline::show)),
        Route::page(Get, "/records/{id}/erase", handler!(privacy::confirm)),
        Route::page(Post, "/records/{id}/erase", handler!(privacy::erase)),
        Route::page(Get, "/erasures", handler!(privacy::list)),
        Route::page(Post, "/erasures/{id}/let-back-in", handler!(privacy::let_back_in)),
        Route::page(Get, "/tasks", handler!(tasks::show)),
        Route::page(Get, "/tasks/{id}", handler!(tasks::open)),
        Route::page(Post, "/tasks/{id}", handler!(tasks::edit)),
        Route::page(Post, "/tasks/{id}/done", handler!(tasks::done)),
        Route::page(Post, "/tasks/{id}/reopen", handler!(tasks::reopen)),
        Route::page(Get, "/ledger", handler!(ledger::show)),
        Route::page(Get, "/sources", handler!(sources::show)),
        Route::page(Get, "/settings", handler!(settings::show)),
        Route::page(Post, "/settings/autonomy", handler!(settings::switch)),
        Route::page(Get, "/sign-in", handler!(sign_in::show)).open(),
        Route::page(Post, "/sign-in", handler!(sign_in::enter)).open(),
        Route::page(Post, "/sign-out", handler!(sign_in::leave)),
        Route::page(Get, "/assets/console.css", handler!(assets::style)).open(),
        Route::page(Get, "/assets/console.js", handler!(assets::script)).open(),
    ]
}
