use super::json;
use crate::{
    routes::{Answer, Call},
    services::Services,
};
use schemars::JsonSchema;
use serde::Serialize;

/// How the console is.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Health {
    /// `ok`: the console answers.
    status: &'static str,
    /// Whether an admin token is configured; without one nothing else opens.
    configured: bool,
}

pub(crate) async fn show<S: Services>(call: Call<'_, S>) -> Answer {
    json(&Health { status: "ok", configured: call.services.admin_token().is_some() })
}
