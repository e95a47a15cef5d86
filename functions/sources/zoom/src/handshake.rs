//! Zoom asks whether the endpoint knows the secret token, when it is set up and every 72 hours after
//! (<https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint>).

use nerve_intake::{Delivery, Malformed, Reply, reading::required};
use nerve_signatures::{Format, Secret, Secrets, body_hmac, v0_hex};
use serde::Serialize;

/// Longer tokens are not Zoom's.
const MAX_TOKEN_BYTES: usize = 200;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    plain_token: &'a str,
    encrypted_token: String,
}

/// The token, and what only a holder of the secret can make of it.
///
/// # Errors
///
/// Where the token is too long to be one.
pub(crate) fn answer(token: &str, delivery: &Delivery, secrets: &Secrets) -> Result<Reply, Malformed> {
    let token = required(Some(token).filter(|token| token.len() <= MAX_TOKEN_BYTES), "payload.plainToken")?;
    let secret = required(asking(delivery, secrets), "a secret")?;
    let answer =
        Answer { plain_token: token, encrypted_token: body_hmac::sign(secret, token.as_bytes(), Format::hex("")) };
    let body = serde_json::to_string(&answer).map_err(|error| Malformed(error.to_string()))?;
    Ok(Reply { status: 200, content_type: "application/json", body })
}

/// The secret that the question itself is signed with: while one replaces another, the other would be a wrong answer.
fn asking<'a>(delivery: &Delivery, secrets: &'a Secrets) -> Option<&'a Secret> {
    let (signature, time) = (delivery.headers.get("x-zm-signature"), delivery.headers.get("x-zm-request-timestamp"));
    let at = time.and_then(|time| time.parse().ok()).map(nerve_model::Timestamp::from_seconds);
    let signed = |secret: &&Secret| at.map(|at| v0_hex::sign(secret, &delivery.body, at)).as_deref() == signature;
    secrets.iter().find(signed).or_else(|| secrets.iter().next())
}
