use crate::{DOORS, Door};
use nerve_intake::{Delivery, Headers, Received};
use std::{collections::BTreeMap, sync::LazyLock};

/// The deliveries of every folder, read once.
static MODELS: LazyLock<BTreeMap<&str, Vec<Delivery>>> = LazyLock::new(|| {
    let deliveries = |door: &Door| door.fixtures().into_iter().map(|fixture| fixture.delivery).collect();
    DOORS.iter().map(|door| (door.name, deliveries(door))).collect()
});

/// Gives a source a body of any bytes: without proof, with every header damaged, and as its vendor would send it. The
/// first byte says on which of its fixtures the delivery is modeled: their headers and addresses differ.
///
/// # Panics
///
/// Where an unproven delivery comes in, or what came in is not what an event may be.
pub fn feed(door: &Door, bytes: &[u8]) {
    let Some((model, body)) = bytes.split_first() else { return };
    let models = &MODELS[door.name];
    let model = &models[usize::from(*model) % models.len()];
    let delivery = Delivery { body: body.to_vec(), ..model.clone() };
    let text: String = String::from_utf8_lossy(body).chars().take(500).collect();
    let damaged: Headers = delivery.headers.iter().map(|(name, _)| (name.clone(), text.clone())).collect();
    let proof = door.proof(&delivery).into_iter().map(|(name, _)| (name, text.clone())).collect();
    for unproven in
        [delivery.clone(), Delivery { headers: damaged, ..delivery.clone() }, door.with_proof(&delivery, proof)]
    {
        assert!(
            !matches!(door.receive(&unproven, &[0]), Received::Taken(_)),
            "{} took an unproven delivery",
            door.name
        );
    }
    if let Received::Taken(taken) = door.receive(&door.signed(&delivery, 0, delivery.received_at), &[0]) {
        for event in taken.events {
            assert!(event.summary.chars().count() <= 200 && !event.summary.chars().any(char::is_control));
            assert!(event.link.is_none_or(|link| link.starts_with("https://")));
            assert!((1..=1_024).contains(&event.dedup_key.as_str().len()));
        }
    }
}
