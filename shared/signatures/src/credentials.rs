//! A password or token in a header, for senders that do not sign.
//!
//! Anybody who has seen one delivery can forge others, so such a delivery gets at most [`nerve_model::Trust::Token`].
//! Names of authentication schemes compare without case (RFC 9110).

use crate::{Rejection, Secret, Secrets, present};
use base64ct::{Base64, Encoding as _};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Accepts an `authorization` header `Basic` (RFC 7617) with one of `secrets`, each written `user:password`.
///
/// Commas separate secrets, so neither name nor password can contain one.
pub fn verify_basic(authorization: Option<&str>, secrets: &Secrets) -> Result<(), Rejection> {
    let pairs = secrets.keys(|secret| secret.as_str().split_once(':').is_some_and(filled).then_some(secret))?;
    let encoded = after_scheme("basic", authorization)?;
    let pair = Base64::decode_vec(encoded).map_err(|_| Rejection::WrongCredentials)?;
    one_of(pairs.into_iter(), &pair)
}

/// Accepts an `authorization` header `Bearer` (RFC 6750) with one of `secrets`.
pub fn verify_bearer(authorization: Option<&str>, secrets: &Secrets) -> Result<(), Rejection> {
    secrets.required()?;
    one_of(secrets.iter(), after_scheme("bearer", authorization)?.as_bytes())
}

/// Accepts a `header` that equals one of `secrets`.
pub fn verify_token(header: Option<&str>, secrets: &Secrets) -> Result<(), Rejection> {
    secrets.required()?;
    one_of(secrets.iter(), present(header).ok_or(Rejection::MissingCredentials)?.as_bytes())
}

/// The value of an `Authorization` header with a token.
pub fn bearer(secret: &Secret) -> String {
    format!("Bearer {}", secret.as_str())
}

/// The `authorization` header of a sender with the secret `user:password`.
pub fn basic(secret: &Secret) -> String {
    format!("Basic {}", Base64::encode_string(secret.as_bytes()))
}

fn filled((user, password): (&str, &str)) -> bool {
    !user.is_empty() && !password.is_empty()
}

fn after_scheme<'a>(scheme: &str, header: Option<&'a str>) -> Result<&'a str, Rejection> {
    let header = present(header).ok_or(Rejection::MissingCredentials)?;
    let (name, rest) = header.split_once(' ').ok_or(Rejection::WrongCredentials)?;
    if name.eq_ignore_ascii_case(scheme) { Ok(rest.trim_start_matches(' ')) } else { Err(Rejection::WrongCredentials) }
}

/// Compares digests, because comparing texts would reveal the length of a secret.
fn one_of<'a>(mut secrets: impl Iterator<Item = &'a Secret>, given: &[u8]) -> Result<(), Rejection> {
    let given = Sha256::digest(given);
    let same = |secret: &Secret| Sha256::digest(secret.as_bytes()).ct_eq(&given).into();
    if secrets.any(same) { Ok(()) } else { Err(Rejection::WrongCredentials) }
}
