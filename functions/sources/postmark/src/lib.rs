//! Postmark: verifies and normalizes its webhooks.

mod mail;
mod postmark;

#[cfg(test)]
mod tests;

pub use postmark::Postmark;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Postmark>(request, &env, &context).await
}
