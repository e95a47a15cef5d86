//! HubSpot: verifies and normalizes its webhooks.

mod change;
mod source;
mod vendor;

#[cfg(test)]
mod tests;

pub use source::HubSpot;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<HubSpot>(request, &env, &context).await
}
