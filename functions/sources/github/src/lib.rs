//! GitHub: verifies and normalizes its webhooks.

mod github;
mod run;

#[cfg(test)]
mod tests;

pub use github::GitHub;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<GitHub>(request, &env, &context).await
}
