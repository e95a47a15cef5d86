use futures_util::future::{Either, select};
use nerve_ports::{NoAnswer, Outside, OutsideAnswer, OutsideRequest};
use std::{pin::pin, time::Duration};
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response, Result, js_sys,
};

/// Shorter than the time after which an executor is taken for dead.
const TIMEOUT: Duration = Duration::from_secs(10);

/// So much of an answer is read: it only serves to tell a person what was wrong.
const READ_BYTES: usize = 2_000;

/// The world outside, by `fetch`.
#[derive(Debug)]
pub struct Internet;

impl Outside for Internet {
    async fn send(&self, request: &OutsideRequest) -> core::result::Result<OutsideAnswer, NoAnswer> {
        let abort = AbortController::default();
        let signal = abort.signal();
        let answer = pin!(exchange(request, &signal));
        match select(answer, pin!(Delay::from(TIMEOUT))).await {
            Either::Left((answer, _)) => answer.map_err(|_| NoAnswer("the connection failed".to_owned())),
            Either::Right(_) => {
                abort.abort();
                Err(NoAnswer(format!("nothing within {} seconds", TIMEOUT.as_secs())))
            }
        }
    }
}

/// Errors of the platform may hold the address, which may be a secret: they are not passed on.
async fn exchange(request: &OutsideRequest, signal: &worker::AbortSignal) -> Result<OutsideAnswer> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_redirect(RequestRedirect::Manual);
    init.with_body(Some(js_sys::JsString::from(request.body.as_str()).into()));
    let outgoing = Request::new_with_init(request.endpoint.as_str(), &init)?;
    let mut answer = Fetch::Request(outgoing).send_with_signal(signal).await?;
    let retry_after = answer.headers().get("retry-after")?;
    Ok(OutsideAnswer { status: answer.status_code(), retry_after, body: beginning(&mut answer).await })
}

/// The status has been said: a body that does not come changes nothing.
async fn beginning(answer: &mut Response) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut stream) = answer.stream() {
        while bytes.len() < READ_BYTES
            && let Some(Ok(chunk)) = futures_util::StreamExt::next(&mut stream).await
        {
            bytes.extend_from_slice(&chunk);
        }
    }
    bytes.truncate(READ_BYTES);
    String::from_utf8_lossy(&bytes).into_owned()
}
