//! The pages: rendered on the server, complete without a script. The templates escape every text from outside.

mod actions;
mod activity;
mod card;
mod clock;
mod decide;
mod erase;
mod erasures;
mod error_page;
mod export;
mod external_link;
mod facts;
mod frame;
mod history;
mod icon;
mod import;
mod kept_situation;
mod labels;
mod ledger;
mod merge;
mod notice;
mod opened;
mod paging;
mod params;
mod question;
mod queue;
mod record;
mod record_form;
mod record_line;
mod records;
mod settings;
mod sign_in;
mod sources;
mod task;
mod task_parts;
mod tasks;
mod verdicts;
mod view;
mod waterfall;

pub(crate) use error_page::{for_caller, without_caller};
pub(crate) use sign_in::redirect as to_sign_in;

use crate::{
    assets,
    http::Method::{Get, Post},
    routes::{Route, handler},
    services::Services,
};
use record::{forms, link_search};

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
        Route::page(Post, "/records/import/{id}", handler!(import::run)),
        Route::page(Post, "/records/import/{id}/mapping", handler!(import::map)),
        Route::page(Post, "/records/import/{id}/encoding", handler!(import::reread)),
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
        Route::page(Post, "/records/{id}/claims", handler!(forms::add_claim)),
        Route::page(Post, "/records/{id}/claims/remove", handler!(forms::remove_claim)),
        Route::page(Get, "/records/{id}/link", handler!(link_search::show)),
        Route::page(Post, "/records/{id}/link", handler!(link_search::link)),
        Route::page(Post, "/records/{id}/unlink", handler!(forms::unlink)),
        Route::page(Post, "/records/{id}/tasks", handler!(forms::add_task)),
        Route::page(Post, "/records/{id}/notes", handler!(forms::add_note)),
        Route::page(Get, "/records/{id}/history", handler!(history::show)),
        Route::page(Get, "/records/{id}/timeline", handler!(activity::show)),
        Route::page(Get, "/records/{id}/erase", handler!(erase::confirm)),
        Route::page(Post, "/records/{id}/erase", handler!(erase::erase)),
        Route::page(Get, "/erasures", handler!(erasures::show)),
        Route::page(Post, "/erasures/{id}/let-back-in", handler!(erasures::end_suppression)),
        Route::page(Get, "/tasks", handler!(tasks::show)),
        Route::page(Get, "/tasks/{id}", handler!(task::show)),
        Route::page(Post, "/tasks/{id}", handler!(task::edit)),
        Route::page(Post, "/tasks/{id}/done", handler!(tasks::done)),
        Route::page(Post, "/tasks/{id}/reopen", handler!(tasks::reopen)),
        Route::page(Get, "/ledger", handler!(ledger::show)),
        Route::page(Get, "/sources", handler!(sources::show)),
        Route::page(Get, "/settings", handler!(settings::show)),
        Route::page(Post, "/settings/autonomy", handler!(settings::change)),
        Route::page(Get, "/sign-in", handler!(sign_in::show)).open(),
        Route::page(Post, "/sign-in", handler!(sign_in::enter)).open(),
        Route::page(Post, "/sign-out", handler!(sign_in::leave)),
        Route::page(Get, "/assets/console.css", handler!(assets::style)).open(),
        Route::page(Get, "/assets/console.js", handler!(assets::script)).open(),
    ]
}
