//! Zoom's validation of the endpoint: whether it knows the secret token, at setup and every 72 hours after
//! (<https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint>).

use nerve_intake::{Delivery, Malformed, Reply, reading::required};
use nerve_signatures::{Format, Secret, Secrets, body_hmac, v0_hex};
use serde::Serialize;

/// The longest token that is answered, in bytes.
const MAX_TOKEN_BYTES: usize = 200;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    plain_token: &'a str,
    encrypted_token: String,
}

/// The answer to a token: its HMAC, which only a holder of the secret can make.
///
/// # Errors
///
/// The token is too long.
pub(crate) fn answer(token: &str, delivery: &Delivery, secrets: &Secrets) -> Result<Reply, Malformed> {
    let token = required(Some(token).filter(|token| token.len() <= MAX_TOKEN_BYTES), "payload.plainToken")?;
    let secret = required(asking(delivery, secrets), "a secret")?;
    let answer =
        Answer { plain_token: token, encrypted_token: body_hmac::sign(secret, token.as_bytes(), Format::hex("")) };
    let body = serde_json::to_string(&answer).map_err(|error| Malformed(error.to_string()))?;
    Ok(Reply { status: 200, content_type: "application/json", body })
}

/// The secret that signed the question; during a rotation the other one would be wrong.
fn asking<'a>(delivery: &Delivery, secrets: &'a Secrets) -> Option<&'a Secret> {
    let (signature, time) = (delivery.headers.get("x-zm-signature"), delivery.headers.get("x-zm-request-timestamp"));
    let at = time.and_then(|time| time.parse().ok()).map(nerve_model::Timestamp::from_seconds);
    let signed = |secret: &&Secret| at.map(|at| v0_hex::sign(secret, &delivery.body, at)).as_deref() == signature;
    secrets.iter().find(signed).or_else(|| secrets.iter().next())
}
