//! Mail: by Cloudflare Email Routing, or raw by HTTP.

mod source;

#[cfg(test)]
mod tests;

pub use source::Email;

use nerve_runtime::{serve, serve_mail};
use worker::{
    Context, Env, ForwardableEmailMessage, Result, event,
    wasm_bindgen::{JsValue, prelude::wasm_bindgen},
    web_sys::{Request, Response},
    worker_sys,
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Email>(request, &env, &context).await
}

/// Takes a mail that was routed to this worker. The macro for this event panics on an error, which would fail other mails
/// in flight; the promise is rejected instead, and the sender's server tries again.
#[wasm_bindgen(
    wasm_bindgen = worker::wasm_bindgen,
    wasm_bindgen_futures = worker::wasm_bindgen_futures,
    js_sys = worker::js_sys
)]
pub async fn email(
    message: ForwardableEmailMessage,
    env: Env,
    context: worker_sys::Context,
) -> core::result::Result<JsValue, JsValue> {
    serve_mail::<Email>(&message, &env, &Context::new(context)).await?;
    Ok(JsValue::UNDEFINED)
}
