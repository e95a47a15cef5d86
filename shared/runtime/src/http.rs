use nerve_intake::Headers;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::{
    Env, Response, ResponseBuilder, Result, js_sys,
    wasm_bindgen_futures::JsFuture,
    web_sys::{self, ReadableStreamDefaultReader, Request, ResponseInit},
};

/// The body is longer than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// A JSON answer.
pub fn json(status: u16, document: &impl Serialize) -> Result<Response> {
    ResponseBuilder::new().with_status(status).with_header("cache-control", "no-store")?.from_json(document)
}

/// A JSON answer in the platform's own form, cheaper than [`json`]. `more` are further headers.
pub fn plain_json(status: u16, document: &impl Serialize, more: &[(&str, &str)]) -> Result<web_sys::Response> {
    answer(status, "application/json", &serde_json::to_string(document)?, more)
}

/// An answer of another type than JSON, in the platform's own form.
pub fn plain_text(status: u16, content_type: &str, text: &str) -> Result<web_sys::Response> {
    answer(status, content_type, text, &[])
}

fn answer(status: u16, content_type: &str, text: &str, more: &[(&str, &str)]) -> Result<web_sys::Response> {
    let headers = js_sys::Object::new();
    let always = [("content-type", content_type), ("cache-control", "no-store"), ("x-content-type-options", "nosniff")];
    for (name, value) in always.iter().chain(more) {
        js_sys::Reflect::set(&headers, &JsValue::from_str(name), &JsValue::from_str(value))?;
    }
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(&headers);
    Ok(web_sys::Response::new_with_opt_str_and_init(Some(text), &init)?)
}

/// The request's headers in plain form. They cross the boundary as one text, because each crossing costs time.
pub fn headers_of(request: &Request) -> Headers {
    let text = js_sys::JSON::stringify(&js_sys::Array::from(&request.headers()).into());
    let text = text.map(String::from).unwrap_or_default();
    serde_json::from_slice::<Vec<(String, String)>>(text.as_bytes()).unwrap_or_default().into_iter().collect()
}

/// Reads the body, but keeps at most `limit` bytes. The rest of a longer body is read and dropped, because an answer
/// before the end resets the sender's connection.
pub async fn read_body(request: &Request, limit: usize) -> Result<core::result::Result<Vec<u8>, TooLarge>> {
    let announced = request.headers().get("content-length")?.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length <= limit) {
        return Ok(Ok(to_bytes(JsFuture::from(request.array_buffer()?).await?)));
    }
    let Some(body) = request.body() else { return Ok(Ok(Vec::new())) };
    read_stream(&body, 0, limit).await
}

/// Reads a stream to its end, but keeps at most `limit` bytes. Memory is taken once for the `expected` ones.
pub(crate) async fn read_stream(
    stream: &web_sys::ReadableStream,
    expected: usize,
    limit: usize,
) -> Result<core::result::Result<Vec<u8>, TooLarge>> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::with_capacity(expected.min(limit));
    let mut too_large = false;
    while let Some(chunk) = next_chunk(&reader).await? {
        too_large |= bytes.len().saturating_add(chunk.length() as usize) > limit;
        if !too_large {
            bytes.extend_from_slice(&chunk.to_vec());
        }
    }
    Ok(if too_large { Err(TooLarge) } else { Ok(bytes) })
}

/// The next chunk; `None` at the end.
async fn next_chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<js_sys::Uint8Array>> {
    let chunk = JsFuture::from(reader.read()).await?;
    let value = js_sys::Reflect::get(&chunk, &JsValue::from_str("value"))?;
    Ok(value.dyn_into().ok())
}

/// Reads the command that another worker sends to an object.
pub async fn read_call(request: &Request) -> Result<Vec<u8>> {
    Ok(to_bytes(JsFuture::from(request.array_buffer()?).await?))
}

fn to_bytes(buffer: JsValue) -> Vec<u8> {
    js_sys::Uint8Array::new(&buffer).to_vec()
}

/// Tells the sender that the body will not be read; otherwise an early answer resets the connection.
pub async fn cancel_body(request: &Request) {
    if let Some(body) = request.body() {
        // A body that cannot be canceled is already closed, so nobody waits for it.
        let _closed = JsFuture::from(body.cancel()).await;
    }
}

#[wasm_bindgen]
extern "C" {
    /// A worker or an object that answers requests.
    type Answerer;

    #[wasm_bindgen(method, catch, js_name = fetch)]
    fn pass(this: &Answerer, request: &Request) -> core::result::Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = fetch)]
    fn ask(this: &Answerer, url: &str, init: &web_sys::RequestInit) -> core::result::Result<js_sys::Promise, JsValue>;
}

/// Forwards a request unchanged to the worker behind a service binding, and returns its answer unchanged.
pub async fn forward(env: &Env, binding: &str, request: &Request) -> Result<web_sys::Response> {
    let service: Answerer = env.service(binding)?.into_rpc();
    Ok(JsFuture::from(service.pass(request)?).await?.unchecked_into())
}

/// Sends bytes to an object; the promise yields its answer.
pub(crate) fn send(object: worker::Stub, bytes: &[u8]) -> Result<js_sys::Promise> {
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&js_sys::Uint8Array::from(bytes));
    let object: Answerer = object.into_rpc();
    // An object has no address, but the platform requires one.
    Ok(object.ask("https://object/", &init)?)
}

/// Sends bytes to an object and returns the status and the body of the answer.
pub(crate) async fn post(object: worker::Stub, bytes: &[u8]) -> Result<(u16, Vec<u8>)> {
    let answer: web_sys::Response = JsFuture::from(send(object, bytes)?).await?.unchecked_into();
    let bytes = JsFuture::from(answer.array_buffer()?).await?;
    Ok((answer.status(), to_bytes(bytes)))
}
