//! Completes an event by what its source handed on as written.
//!
//! Sources are small workers without tables; the context worker has them. It completes each event before the inbox
//! redacts and stores it, so every later step sees whole events. Completion is pure: the same event and the same text
//! are completed the same way, and an event without unread parts is left as it is.

mod claims;

use nerve_intake::{Ignored, reading::SUMMARY_CHARS};
use nerve_model::{Event, Fact, clip};
use nerve_protocol::unread::Unread;
use nerve_telephone::read;

/// The event with what was unread: the mail in which it arrived, claims by telephone number, and the sides of a call in
/// normal form. `body` is the raw body of the delivery.
///
/// # Errors
///
/// What was unread shows that it is no event.
pub fn complete(mut event: Event, unread: &Unread, body: &[u8]) -> Result<Event, Ignored> {
    if let Some(mail) = &unread.mail {
        event = nerve_mail::complete(event, mail, body)?;
    }
    event.claims = claims::with_numbers(event.claims, unread);
    if let Fact::CallEnded(call) = &mut event.fact {
        for side in [&mut call.from, &mut call.to].into_iter().flatten() {
            if let Some(number) = read(side, unread.home).only() {
                event.summary = clip(&event.summary.replace(side.as_str(), number), SUMMARY_CHARS);
                number.clone_into(side);
            }
        }
    }
    Ok(event)
}
