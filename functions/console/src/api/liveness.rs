//! Liveness of the console.

use crate::{
    http::Method::Get,
    routes::{Answer, Call, Route, handler, json},
    services::Services,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Liveness of the console.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Liveness {
    /// `ok`: the console answers.
    status: &'static str,
    /// True once an admin token is configured; until then every other route is closed.
    configured: bool,
}

pub(super) fn routes<S: Services>() -> Vec<Route<S>> {
    vec![Route::api(Get, "/api/health", "Liveness of the console", handler!(show)).answers::<Liveness>().open()]
}

async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    json(&Liveness { status: "ok", configured: call.services.admin_token().is_some() })
}
