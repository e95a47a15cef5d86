//! __Title__: verifies and normalizes its webhooks.

mod source;

#[cfg(test)]
mod tests;

pub use source::__Title__;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<__Title__>(request, &env, &context).await
}
