use nerve_intake::Delivery;
use nerve_model::{Millis, Timestamp, Trust};
use nerve_signatures::{Rejection, Secret, Secrets, TimeFormat, standard_webhooks};

/// Makes the headers with which the holder of a secret proves a delivery at a time.
pub type Sign = fn(&Secret, &Delivery, Timestamp) -> Vec<(&'static str, String)>;

/// Two secrets, and the vendor's way to prove one.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    pub(super) signing: [&'static str; 2],
    pub(super) configured: fn(&str) -> String,
    pub(super) sign: Sign,
    pub(super) tolerance: Option<Millis>,
    pub(super) covers_body: bool,
}

impl Keys {
    /// A signature that covers the body and no time.
    pub const fn of_body(sign: Sign) -> Self {
        Self {
            signing: ["secret of the fixtures", "another secret"],
            configured: str::to_owned,
            sign,
            tolerance: None,
            covers_body: true,
        }
    }

    /// A signature that covers the body and a time, which may deviate by `tolerance`.
    pub const fn timed(tolerance: Millis, sign: Sign) -> Self {
        Self { tolerance: Some(tolerance), ..Self::of_body(sign) }
    }

    /// A password or token, which covers neither.
    pub const fn credentials(sign: Sign) -> Self {
        Self { covers_body: false, ..Self::of_body(sign) }
    }

    /// Standard Webhooks, with the delivery's id or else `msg_1`.
    pub const fn standard_webhooks() -> Self {
        let sign: Sign = |secret, delivery, at| {
            let id = delivery.headers.get("webhook-id").unwrap_or("msg_1");
            vec![
                ("webhook-id", id.to_owned()),
                ("webhook-timestamp", TimeFormat::Seconds.write(at)),
                ("webhook-signature", standard_webhooks::sign(secret, id, at, &delivery.body)),
            ]
        };
        let keys = ["whsec_b2YgdGhlIGZpeHR1cmVzIG9mIHRoaXMgZG9vcg==", "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIGZpeHR1cmVz"];
        Self::timed(standard_webhooks::TOLERANCE, sign).with_secrets(keys)
    }

    /// The same with two other secrets, as text.
    #[must_use]
    pub const fn with_secrets(self, signing: [&'static str; 2]) -> Self {
        Self { signing, ..self }
    }

    /// The same for a scheme in which the operator configures the public key.
    #[must_use]
    pub const fn with_public_keys(self, configured: fn(&str) -> String) -> Self {
        Self { configured, ..self }
    }

    /// The nth secret as the operator configures it.
    pub fn configured(&self, nth: usize) -> String {
        (self.configured)(self.signing[nth])
    }

    /// The proof of a secret's holder at a time.
    pub(super) fn proof(&self, secret: &str, delivery: &Delivery, at: Timestamp) -> Vec<(&'static str, String)> {
        let secret = Secrets::parse(secret).iter().next().cloned().unwrap();
        (self.sign)(&secret, delivery, at)
    }

    /// The trust in a proven delivery.
    pub(super) fn trust(&self) -> Trust {
        if self.covers_body { Trust::Signed } else { Trust::Token }
    }

    /// The rejection without a proof.
    pub(super) fn missing(&self) -> Rejection {
        if self.covers_body { Rejection::MissingSignature } else { Rejection::MissingCredentials }
    }

    /// The rejection with another secret.
    pub(super) fn wrong(&self) -> Rejection {
        if self.covers_body { Rejection::Mismatch } else { Rejection::WrongCredentials }
    }
}
