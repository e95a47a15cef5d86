use super::{Keys, Vendor, with_headers};
use nerve_intake::{Delivery, Headers, Received, Source};
use nerve_model::{Millis, Timestamp};
use nerve_signatures::Rejection;
use proptest::{
    collection::vec,
    prelude::any,
    prop_assert,
    test_runner::{Config, TestRunner},
};

type Proof = Vec<(&'static str, String)>;

/// Checks of a source's verification, for any scheme.
impl<S: Source> Vendor<S> {
    /// Checks that a genuine delivery is accepted in any case of its header names, and at each step of a rotation of
    /// secrets.
    ///
    /// # Panics
    ///
    /// One is rejected.
    pub fn check_genuine(&self) {
        let delivery = self.typical();
        let [own, other] = self.keys.signing.map(|secret| self.signed_by(secret, &delivery));
        let Received::Taken(taken) = self.receive(&own) else { panic!("{:?}", self.receive(&own)) };
        assert!(taken.events.iter().all(|arrived| arrived.event.trust == self.keys.trust()), "{taken:?}");
        let shouted = own.headers.iter().map(|(name, value)| (name.to_ascii_uppercase(), value.clone())).collect();
        assert_eq!(self.receive(&Delivery { headers: shouted, ..own.clone() }), Received::Taken(taken));
        let wrong = Some(self.keys.wrong());
        let none = Some(Rejection::NoSecret);
        for (configured, of_own, of_other) in [
            (&[0][..], None, wrong),
            (&[0, 1], None, None),
            (&[1, 0], None, None),
            (&[1], wrong, None),
            (&[], none, none),
        ] {
            let secrets: Vec<String> = configured.iter().map(|nth| self.keys.configured(*nth)).collect();
            for secrets in [secrets.join(","), secrets.join(", ")] {
                let rejected = |delivery| self.rejection(delivery, &secrets);
                assert_eq!((rejected(&own), rejected(&other)), (of_own, of_other), "with {configured:?}");
            }
        }
    }

    /// Checks that a delivery is rejected without the complete proof, with a damaged proof, or with a changed body.
    ///
    /// # Panics
    ///
    /// One is accepted.
    pub fn check_forged(&self) {
        let delivery = self.typical();
        let proof = self.keys.proof(self.keys.signing[0], &delivery, delivery.received_at);
        let delivery = without(&delivery, &proof);
        let bare = Delivery { headers: Headers::default(), body: Vec::new(), ..delivery.clone() };
        assert!(!self.takes(&bare), "nothing at all");
        assert_eq!(self.receive(&delivery), Received::Rejected(self.keys.missing()));
        for (how, proof) in without_one(&proof).into_iter().chain(damaged(&proof)) {
            assert!(!self.takes(&with_headers(&delivery, proof)), "{how}");
        }
        if self.keys.covers_body {
            self.check_changed(&self.signed(&delivery));
        }
    }

    fn check_changed(&self, signed: &Delivery) {
        let other = Delivery { body: b"{}".to_vec(), ..signed.clone() };
        assert_eq!(self.receive(&other), Received::Rejected(Rejection::Mismatch));
        for at in (0..signed.body.len()).step_by((signed.body.len() / 40).max(1)) {
            let mut body = signed.body.clone();
            body[at] ^= 1;
            assert!(!self.takes(&Delivery { body, ..signed.clone() }), "byte {at}");
        }
        let longer = [&signed.body[..], b" "].concat();
        assert!(!self.takes(&Delivery { body: longer, ..signed.clone() }), "a byte more");
    }

    /// Checks that a delivery with a signed time is accepted up to the scheme's tolerance.
    ///
    /// # Panics
    ///
    /// It is accepted later, or rejected earlier.
    pub fn check_age(&self) {
        let delivery = self.typical();
        let Some(Millis(tolerance)) = self.keys.tolerance else {
            let later = Delivery { received_at: delivery.received_at + Millis::days(365), ..self.signed(&delivery) };
            assert!(self.takes(&later), "no time is signed");
            return;
        };
        let second = 1_000;
        for (off, rejection) in [
            (0, None),
            (tolerance - second, None),
            (tolerance, None),
            (tolerance + second, Some(Rejection::Future)),
            (Millis::days(365).0, Some(Rejection::Future)),
            (second - tolerance, None),
            (-tolerance, None),
            (-tolerance - second, Some(Rejection::Stale)),
        ] {
            let at = Timestamp::from_millis(delivery.received_at.as_millis() + off);
            let signed = self.signed_at(self.keys.signing[0], &delivery, at);
            assert_eq!(self.rejection(&signed, &self.keys.configured(0)), rejection, "off by {off} ms");
        }
    }

    /// Checks that no body or header makes the source panic, and that none is accepted without proof.
    ///
    /// # Panics
    ///
    /// One does or is.
    pub fn check_any_bytes(&self) {
        let (delivery, Keys { signing: [secret, _], .. }) = (self.typical(), self.keys);
        let inputs = (vec(any::<u8>(), 0..400), vec(("[a-z-]{1,20}", "\\PC{0,40}"), 0..5), ".{0,100}");
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(64) });
        let run = runner.run(&inputs, |(body, headers, text)| {
            let delivery = Delivery { body, ..delivery.clone() };
            let unproven = Delivery { headers: headers.into_iter().collect(), ..delivery.clone() };
            prop_assert!(!self.takes(&unproven));
            let proof = self.keys.proof(secret, &delivery, delivery.received_at);
            prop_assert!(
                !self.takes(&with_headers(&delivery, proof.into_iter().map(|(name, _)| (name, text.clone()))))
            );
            self.take(&delivery);
            Ok(())
        });
        run.unwrap_or_else(|failure| panic!("{failure}"));
    }

    pub(super) fn takes(&self, delivery: &Delivery) -> bool {
        self.rejection(delivery, &self.keys.configured(0)).is_none()
    }

    fn rejection(&self, delivery: &Delivery, secrets: &str) -> Option<Rejection> {
        match self.receive_with(delivery, secrets) {
            Received::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }
}

/// A delivery without its proof.
fn without(delivery: &Delivery, proof: &Proof) -> Delivery {
    let proves = |name: &str| proof.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let headers = delivery.headers.iter().filter(|(name, _)| !proves(name)).cloned().collect();
    Delivery { headers, ..delivery.clone() }
}

/// The proof without one of its headers, for each header.
fn without_one(proof: &Proof) -> Vec<(String, Proof)> {
    let without = |left_out: &'static str| proof.iter().filter(move |(name, _)| *name != left_out).cloned().collect();
    proof.iter().map(|(name, _)| (format!("without {name}"), without(name))).collect()
}

/// The proof with each change to each of its headers.
fn damaged(proof: &Proof) -> Vec<(String, Proof)> {
    let mut damaged = Vec::new();
    for (n, (name, value)) in proof.iter().enumerate() {
        for (how, value) in [
            ("empty", String::new()),
            ("blank", " ".to_owned()),
            ("truncated", value[..value.len() - 1].to_owned()),
            ("cut in half", value[..value.len() / 2].to_owned()),
            ("extended", format!("{value}0")),
            ("in another script", value.replace(|c: char| c.is_ascii_alphanumeric(), "é")),
            ("of control characters", "\u{0}\u{7f}".to_owned()),
            ("very long", value.repeat(5_000)),
        ] {
            let mut proof = proof.clone();
            proof[n].1 = value;
            damaged.push((format!("{name} {how}"), proof));
        }
    }
    damaged
}
