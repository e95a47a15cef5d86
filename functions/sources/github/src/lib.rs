//! GitHub: verifies and normalizes its webhooks.

mod run;
mod source;
mod vendor;

#[cfg(test)]
mod tests;

pub use source::GitHub;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<GitHub>(request, &env, &context).await
}
