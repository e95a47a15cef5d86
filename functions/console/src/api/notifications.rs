//! Notifications to colleagues.

use super::list::RecordListQuery;
use crate::{
    http::Method::Get,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use nerve_ledger::{
    Page,
    notifications::{self, Notification},
};

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![
        Route::api(Get, "/api/notifications", "Notifications to colleagues, newest first", handler!(list))
            .query::<RecordListQuery>()
            .answers::<Page<Notification>>(),
    ]
}

async fn list<S: Services>(call: Call<'_, S>) -> Answer {
    let (record, page) = call.query::<RecordListQuery>()?.parts();
    json(&notifications::list(call.services.db(), record, &page).await?)
}
