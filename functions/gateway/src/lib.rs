//! The gateway: the only worker with a public route.
//!
//! It routes by method, path and length alone and forwards the request over a service binding. It has no secret and no
//! storage; the worker behind verifies each request.

mod headers;
mod routing;

use futures_util::StreamExt;
use nerve_runtime::forward;
use routing::{CONSOLE, MAX_BODY_BYTES, Rejection, Route, route};
use worker::{
    Context, Env, Response, ResponseBuilder, Result, console_error, event,
    web_sys::{Request, Response as PlainResponse},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _ctx: Context) -> Result<PlainResponse> {
    let https = request.url().starts_with("https:");
    let length = request.headers().get("content-length")?;
    let answer = match route(&request.method(), routing::path(&request.url()), length.as_deref()) {
        // Vendors read status and text; headers for browsers would only take time.
        Route::Hook(binding) => match forward(&env, binding, &request).await {
            Ok(answer) => return Ok(answer),
            Err(error) => unavailable(binding, &error)?,
        },
        Route::Console => match forward(&env, CONSOLE, &request).await {
            Ok(answer) => answer.into(),
            Err(error) => unavailable(CONSOLE, &error)?,
        },
        Route::Reject(rejection) => {
            drain(request).await;
            reject(rejection)?
        }
    };
    Ok(dress(answer, https)?.into())
}

/// Reads the body, because an early answer resets the connection and the caller would not see the reason. A caller that
/// sends more than the limit is cut off.
async fn drain(request: Request) {
    let Ok(mut body) = worker::Request::from(request).stream() else { return };
    let mut left = 2 * MAX_BODY_BYTES;
    while let Some(Ok(chunk)) = body.next().await {
        left = left.saturating_sub(chunk.len() as u64);
        if left == 0 {
            return;
        }
    }
}

fn unavailable(binding: &str, error: &worker::Error) -> Result<Response> {
    console_error!("{binding} did not answer: {error}");
    reject(Rejection::Unavailable)
}

fn reject(rejection: Rejection) -> Result<Response> {
    let mut answer =
        ResponseBuilder::new().with_status(rejection.status()).with_header("Content-Type", "application/json")?;
    if let Some((name, value)) = rejection.header() {
        answer = answer.with_header(name, value)?;
    }
    Ok(answer.fixed(rejection.body().into_bytes()))
}

/// Works on a copy, because the headers of another worker's answer are immutable.
fn dress(answer: Response, https: bool) -> Result<Response> {
    let headers = answer.headers().clone();
    for (name, value) in headers::security(https) {
        if !headers.has(name)? {
            headers.set(name, value)?;
        }
    }
    Ok(answer.with_headers(headers))
}
