//! Zoom: verifies and normalizes its webhooks.

mod handshake;
mod recording;
mod source;

#[cfg(test)]
mod tests;

pub use source::Zoom;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Zoom>(request, &env, &context).await
}
