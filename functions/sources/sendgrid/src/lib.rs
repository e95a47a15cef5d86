//! SendGrid: verifies and normalizes its webhooks.

mod mail;
mod source;

#[cfg(test)]
mod tests;

pub use source::SendGrid;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<SendGrid>(request, &env, &context).await
}
