use super::{Vendor, with_headers};
use nerve_intake::{Arrived, Delivery, Received, Source};

impl<S: Source> Vendor<S> {
    /// Sends a body of any bytes to the source: without proof, with each header damaged, and as its vendor sends it.
    /// The first byte selects the model of the delivery: models differ in headers and addresses.
    ///
    /// # Panics
    ///
    /// The source accepts an unproven delivery, or an accepted event violates the rules of events.
    pub fn feed(&self, models: &[Delivery], bytes: &[u8]) {
        let Some((model, body)) = bytes.split_first() else { return };
        let delivery = Delivery { body: body.to_vec(), ..models[usize::from(*model) % models.len()].clone() };
        let text: String = String::from_utf8_lossy(body).chars().take(500).collect();
        let damaged = delivery.headers.iter().map(|(name, _)| (name.clone(), text.clone())).collect();
        let proof = self.keys.proof(self.keys.signing[0], &delivery, delivery.received_at);
        let proof = proof.into_iter().map(|(name, _)| (name, text.clone()));
        for unproven in
            [delivery.clone(), Delivery { headers: damaged, ..delivery.clone() }, with_headers(&delivery, proof)]
        {
            assert!(!matches!(self.receive(&unproven), Received::Taken(_)), "took an unproven delivery");
        }
        if let Received::Taken(taken) = self.take(&delivery) {
            for Arrived { event, .. } in taken.events {
                assert!(event.summary.chars().count() <= 200 && !event.summary.chars().any(char::is_control));
                assert!(event.link.is_none_or(|link| link.starts_with("https://")));
                assert!((1..=1_024).contains(&event.dedup_key.as_str().len()));
            }
        }
    }

    /// The fixtures as models for [`Self::feed`].
    pub fn models(&self) -> Vec<Delivery> {
        self.fixtures().into_iter().map(|fixture| fixture.delivery).collect()
    }

    /// Feeds cut and changed bodies of all fixtures, as the fuzz target does without end.
    ///
    /// # Panics
    ///
    /// [`Self::feed`] panics.
    pub fn check_feed(&self) {
        let models = self.models();
        for (model, delivery) in (0..=u8::MAX).zip(&models) {
            let body = &delivery.body;
            for at in (0..=body.len()).step_by((body.len() / 8).max(1)) {
                self.feed(&models, &[&[model], &body[..at]].concat());
                self.feed(&models, &[&[model], &body[..at], &[0xff, b'"', b'\\', b'{'], &body[at..]].concat());
            }
        }
    }
}
