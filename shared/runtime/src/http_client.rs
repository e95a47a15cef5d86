use futures_util::future::{Either, select};
use nerve_ports::{HttpClient, HttpRequest, HttpResponse, NoAnswer};
use std::{pin::pin, time::Duration};
use worker::{
    AbortController, AbortSignal, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
    Result, js_sys,
};

/// The time limit for a tool's answer. With [`BODY_TIMEOUT`] it is far shorter than the time after which an executor
/// counts as dead.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The time limit for the body after the status.
const BODY_TIMEOUT: Duration = Duration::from_secs(2);

/// The bytes of an answer that are read: they only show a person the error.
const READ_BYTES: usize = 2_000;

/// The Internet, by `fetch`.
#[derive(Debug)]
pub struct Internet;

impl HttpClient for Internet {
    async fn send(&self, request: &HttpRequest) -> core::result::Result<HttpResponse, NoAnswer> {
        let abort = AbortController::default();
        let signal = abort.signal();
        match within(TIMEOUT, exchange_once(request, &signal)).await {
            // Errors of the platform may contain the address, which may be a secret, so they are not passed on.
            Some(answer) => Ok(read(answer.map_err(|_| NoAnswer("the connection failed".to_owned()))?).await),
            None => {
                abort.abort();
                Err(NoAnswer(format!("nothing within {} seconds", TIMEOUT.as_secs())))
            }
        }
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(Delay::from(limit))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

async fn exchange_once(request: &HttpRequest, signal: &AbortSignal) -> Result<Response> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_redirect(RequestRedirect::Manual);
    init.with_body(Some(js_sys::JsString::from(request.body.as_str()).into()));
    let outgoing = Request::new_with_init(request.endpoint.as_str(), &init)?;
    Fetch::Request(outgoing).send_with_signal(signal).await
}

/// The status is known: a missing body changes nothing.
async fn read(mut answer: Response) -> HttpResponse {
    let retry_after = answer.headers().get("retry-after").ok().flatten();
    let mut bytes = Vec::new();
    within(BODY_TIMEOUT, beginning(&mut answer, &mut bytes)).await;
    bytes.truncate(READ_BYTES);
    let body = String::from_utf8_lossy(&bytes).into_owned();
    HttpResponse { status: answer.status_code(), retry_after, body }
}

async fn beginning(answer: &mut Response, bytes: &mut Vec<u8>) {
    let Ok(mut stream) = answer.stream() else { return };
    while bytes.len() < READ_BYTES
        && let Some(Ok(chunk)) = futures_util::StreamExt::next(&mut stream).await
    {
        bytes.extend_from_slice(&chunk);
    }
}
