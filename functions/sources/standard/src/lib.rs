//! Standard Webhooks: verifies and normalizes the webhooks of in-house senders and automation tools.

mod n8n;
mod source;

#[cfg(test)]
mod tests;

pub use source::Standard;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Standard>(request, &env, &context).await
}
