//! The front door: the only worker with a public route.
//!
//! It decides by method, path and length alone and hands the request over a service binding. It holds no secret and no
//! storage, so that whatever gets through it still has to prove itself to the worker behind.

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
        // Vendors look at the status and the text: what is for browsers would only take time.
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

/// An answer before the body was read resets the connection, and the caller would never see why.
/// Whoever goes on past the limit, at the latest, is cut off.
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

/// Works on a copy of the headers: those of another worker's answer are immutable.
fn dress(answer: Response, https: bool) -> Result<Response> {
    let headers = answer.headers().clone();
    for (name, value) in headers::security(https) {
        if !headers.has(name)? {
            headers.set(name, value)?;
        }
    }
    Ok(answer.with_headers(headers))
}
