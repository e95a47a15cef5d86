//! Calendly: verifies and normalizes its webhooks.

mod booking;
mod notification;
mod source;
mod submission;

#[cfg(test)]
mod tests;

pub use source::Calendly;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Calendly>(request, &env, &context).await
}
