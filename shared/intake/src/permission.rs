use crate::{Delivery, Deployment, Misconfigured, Settings, Source};
use nerve_signatures::{Rejection, Secrets};

/// The longest origin that is answered, in bytes.
const MAX_ORIGIN_BYTES: usize = 255;

/// The answer to a sender that asks whether it may send (HTTP 1.1 Web Hooks for Event Delivery, section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// It may: the values of `WebHook-Allowed-Origin` and `WebHook-Allowed-Rate`.
    Granted {
        /// The origin that asked.
        origin: String,
        /// Requests in a minute; `*` is any number.
        rate: String,
    },
    /// It does not prove that it may.
    Rejected(Rejection),
    /// It does not say who asks.
    Nobody,
    /// A setting is wrong.
    Misconfigured(Misconfigured),
}

/// Decides by the proof that the source demands of a delivery.
pub fn permission<S: Source>(delivery: &Delivery, secrets: &Secrets, settings: &dyn Settings) -> Permission {
    let header = |name: &str| delivery.headers.get(name).map(str::trim);
    let plain = |origin: &&str| {
        (1..=MAX_ORIGIN_BYTES).contains(&origin.len()) && origin.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let Some(origin) = header("webhook-request-origin").filter(plain) else { return Permission::Nobody };
    let deployment = match Deployment::read(settings) {
        Ok(deployment) => deployment,
        Err(misconfigured) => return Permission::Misconfigured(misconfigured),
    };
    if let Err(rejection) = S::verify(delivery, secrets, &deployment) {
        return Permission::Rejected(rejection);
    }
    let rate = header("webhook-request-rate").and_then(|rate| rate.parse::<u32>().ok()).filter(|rate| *rate > 0);
    let rate = rate.map_or_else(|| "*".to_owned(), |rate| rate.to_string());
    Permission::Granted { origin: origin.to_owned(), rate }
}
