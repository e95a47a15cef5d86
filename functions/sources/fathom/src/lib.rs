//! Fathom: verifies and normalizes its webhooks.

mod fathom;
mod meeting;

#[cfg(test)]
mod tests;

pub use fathom::Fathom;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Fathom>(request, &env, &context).await
}
