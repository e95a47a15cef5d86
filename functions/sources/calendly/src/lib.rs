//! Calendly: verifies and normalizes its webhooks.

mod booking;
mod calendly;
mod notification;
mod submission;

#[cfg(test)]
mod tests;

pub use calendly::Calendly;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Calendly>(request, &env, &context).await
}
