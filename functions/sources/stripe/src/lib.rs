//! Stripe: verifies and normalizes its webhooks.

mod invoice;
mod notification;
mod party;
mod payment;
mod source;
mod vendor;
mod wire;

#[cfg(test)]
mod tests;

pub use source::Stripe;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Stripe>(request, &env, &context).await
}
