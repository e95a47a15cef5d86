//! ECDSA on P-256 over the SHA-256 of `{t}{body}`, in Base64 of DER, beside a header with the time in seconds.
//!
//! SendGrid signs this way, both events and inbound mail,
//! <https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features>,
//! with `x-twilio-email-event-webhook-signature` and `-timestamp`. The secret is the vendor's public key, in Base64 as
//! its settings show it. Nothing separates time and body, but a body never starts with a digit, and a shorter time lies
//! decades in the past.

use crate::{Rejection, Secret, Secrets, TimeFormat, mac::verdict, present};
use base64ct::{Base64, Encoding as _};
use nerve_model::{Millis, Timestamp};
use p256::ecdsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{Signer, hazmat::PrehashVerifier},
};
use sha2::{Digest, Sha256};

/// SendGrid prescribes none, and does not say that a retry is signed anew: ten minutes leave room for a queue.
pub const TOLERANCE: Millis = Millis::minutes(10);

/// The DER prefix of the point in all public keys on P-256 (RFC 5480). Since it is constant, no ASN.1 is parsed.
const PUBLIC_KEY_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// Two numbers of 33 bytes, with tags and lengths.
const MAX_SIGNATURE_BYTES: usize = 72;

/// Accepts a `signature` of `timestamp` and `body` that one of the public keys in `keys` verifies, made no more than
/// `tolerance` before or after `now`.
pub fn verify(
    signature: Option<&str>,
    timestamp: Option<&str>,
    body: &[u8],
    keys: &Secrets,
    tolerance: Millis,
    now: Timestamp,
) -> Result<(), Rejection> {
    let keys = keys.keys(public_key)?;
    let signature =
        parse(present(signature).ok_or(Rejection::MissingSignature)?).ok_or(Rejection::MalformedSignature)?;
    let time = TimeFormat::Seconds.read(timestamp)?;
    let digest = Sha256::new().chain_update(time.as_bytes()).chain_update(body).finalize();
    verdict(keys.iter().any(|key| key.verify_prehash(&digest, &signature).is_ok()))?;
    time.within(tolerance, now)
}

/// Signs as the vendor does; `time` is in seconds, in digits. `None` if these 32 bytes are no private key.
pub fn sign(private_key: &[u8; 32], time: &str, body: &[u8]) -> Option<String> {
    let signature: Signature = SigningKey::from_slice(private_key).ok()?.sign(&[time.as_bytes(), body].concat());
    Some(Base64::encode_string(signature.to_der().as_bytes()))
}

/// The public key as the vendor's settings show it. `None` if these 32 bytes are no private key.
pub fn public_key_of(private_key: &[u8; 32]) -> Option<String> {
    let key = SigningKey::from_slice(private_key).ok()?;
    let point = key.verifying_key().to_sec1_point(false);
    Some(Base64::encode_string(&[&PUBLIC_KEY_PREFIX, point.as_bytes()].concat()))
}

fn public_key(key: &Secret) -> Option<VerifyingKey> {
    let der = Base64::decode_vec(key.as_str()).ok()?;
    VerifyingKey::from_sec1_bytes(der.strip_prefix(&PUBLIC_KEY_PREFIX)?).ok()
}

fn parse(text: &str) -> Option<Signature> {
    let mut der = [0; MAX_SIGNATURE_BYTES];
    Signature::from_der(Base64::decode(text, &mut der).ok()?).ok()
}
