use futures_util::StreamExt;
use nerve_intake::Headers;
use serde::Serialize;
use worker::{Request, Response, ResponseBuilder, Result};

/// A body longer than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// A JSON answer.
pub fn json(status: u16, document: &impl Serialize) -> Result<Response> {
    ResponseBuilder::new().with_status(status).with_header("cache-control", "no-store")?.from_json(document)
}

/// The request's headers in plain form.
pub fn headers_of(request: &Request) -> Headers {
    request.headers().entries().collect()
}

/// Reads the body, keeping at most `limit` bytes. The rest of a longer body is read and dropped, because answering
/// before the end resets the sender's connection.
pub async fn read_body(request: &mut Request, limit: usize) -> Result<Result<Vec<u8>, TooLarge>> {
    if request.inner().body().is_none() {
        return Ok(Ok(Vec::new()));
    }
    let announced = request.headers().get("content-length")?.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length <= limit) {
        return request.bytes().await.map(Ok);
    }
    let mut stream = request.stream()?;
    let mut body = Vec::new();
    let mut too_large = false;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        too_large |= body.len().saturating_add(chunk.len()) > limit;
        if !too_large {
            body.extend_from_slice(&chunk);
        }
    }
    Ok(if too_large { Err(TooLarge) } else { Ok(body) })
}

/// Tells the sender that its body will not be read; else an early answer resets the connection.
pub async fn cancel_body(request: &Request) {
    if let Some(body) = request.inner().body() {
        // A body that cannot be canceled is already closed: either way nobody waits for it.
        let _closed = worker::wasm_bindgen_futures::JsFuture::from(body.cancel()).await;
    }
}
