use nerve_intake::{Arrived, Received};
use nerve_protocol::unread::Unread;

/// The outcome with whole events, as the context worker completes them.
pub(super) fn completed(received: Received, body: &[u8]) -> Received {
    let Received::Taken(mut taken) = received else { return received };
    for Arrived { event, unread } in std::mem::take(&mut taken.events) {
        match nerve_completion::complete(event, &unread, body) {
            Ok(event) => taken.events.push(Arrived { event, unread: Unread::default() }),
            Err(ignored) => taken.ignored.push(ignored),
        }
    }
    Received::Taken(taken)
}
