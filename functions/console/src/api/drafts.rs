//! Message drafts.

use super::list::RecordListQuery;
use crate::{
    http::Method::Get,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page,
    drafts::{self, Draft},
};

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/drafts", "Message drafts, newest first", handler!(list))
            .query::<RecordListQuery>()
            .answers::<Page<Draft>>(),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, page) = call.query::<RecordListQuery>()?.parts();
    json(&drafts::list(call.services.db(), record, &page).await?)
}
