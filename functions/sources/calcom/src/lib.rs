//! Cal.com: verifies and normalizes its webhooks.

mod booking;
mod form;
mod notification;
mod people;
mod responses;
mod source;
mod transcript;

#[cfg(test)]
mod tests;

pub use source::CalCom;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<CalCom>(request, &env, &context).await
}
