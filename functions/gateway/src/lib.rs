//! The front door: the only worker with a public route.
//!
//! It decides by method, path and length alone, hands the request over a service binding, and
//! dresses the answer. It holds no secret and no storage, so that whatever gets through it still
//! has to prove itself to the worker behind.

mod headers;
mod routing;

use futures_util::StreamExt;
use routing::{MAX_BODY_BYTES, Rejection, Route, route};
use worker::{Context, Env, Request, Response, ResponseBuilder, Result, console_error, event};

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _ctx: Context) -> Result<Response> {
    let https = request.inner().url().starts_with("https:");
    let answer = match decide(&request)? {
        Route::Service(binding) => match forward(request, &env, binding).await {
            Ok(response) => response,
            Err(error) => {
                console_error!("{binding} did not answer: {error}");
                reject(Rejection::Unavailable)?
            }
        },
        Route::Reject(rejection) => {
            drain(&mut request).await;
            reject(rejection)?
        }
    };
    dress(answer, https)
}

/// The method is taken as text, since `Request::method` reads an unknown one as `GET`.
fn decide(request: &Request) -> Result<Route> {
    let length = request.headers().get("content-length")?;
    Ok(route(&request.inner().method(), &request.path(), length.as_deref()))
}

async fn forward(request: Request, env: &Env, binding: &str) -> Result<Response> {
    let service = env.service(binding)?;
    service.fetch_request(without_internal_headers(request)?).await
}

/// Copies the request only where there is something to take away; the body stays a stream.
fn without_internal_headers(request: Request) -> Result<Request> {
    let internal: Vec<String> = request.headers().keys().filter(|name| headers::is_internal(name)).collect();
    if internal.is_empty() {
        return Ok(request);
    }
    let mut copy = request.clone_mut()?;
    for name in &internal {
        copy.headers_mut()?.delete(name)?;
    }
    Ok(copy)
}

/// An answer before the body was read resets the connection, and the caller would never see why.
/// Whoever goes on past the limit, at the latest, is cut off.
async fn drain(request: &mut Request) {
    let Ok(mut body) = request.stream() else { return };
    let mut left = 2 * MAX_BODY_BYTES;
    while let Some(Ok(chunk)) = body.next().await {
        left = left.saturating_sub(chunk.len() as u64);
        if left == 0 {
            return;
        }
    }
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
