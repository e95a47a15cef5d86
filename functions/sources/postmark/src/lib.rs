//! Postmark: verifies and normalizes its webhooks.

mod mail;
mod source;

#[cfg(test)]
mod tests;

pub use source::Postmark;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Postmark>(request, &env, &context).await
}
