//! Typeform: verifies and normalizes its webhooks.

mod answer;
mod customer;
mod response;
mod source;
mod vendor;

#[cfg(test)]
mod tests;

pub use source::Typeform;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Typeform>(request, &env, &context).await
}
