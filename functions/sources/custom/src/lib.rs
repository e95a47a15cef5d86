//! Senders described by a mapping file: verifies and normalizes their deliveries without code of their own.

mod evaluate;
pub mod expression;
pub mod mapping;
mod source;

#[cfg(test)]
mod tests;

pub use source::{Custom, read};

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<Custom>(request, &env, &context).await
}
