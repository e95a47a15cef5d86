//! CloudEvents: verifies and normalizes events of its HTTP binding.

mod attributes;
mod binding;
mod source;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod tests;

pub use source::CloudEvents;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<CloudEvents>(request, &env, &context).await
}
