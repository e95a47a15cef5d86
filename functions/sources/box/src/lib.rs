//! Box: verifies and normalizes its webhooks.

mod source;
mod upload;
mod vendor;

#[cfg(test)]
mod tests;

pub use source::BoxCom;

use nerve_runtime::serve;
use worker::{
    Context, Env, Result, event,
    web_sys::{Request, Response},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    serve::<BoxCom>(request, &env, &context).await
}
