//! The meaning of a tool's answer.

use crate::repeatable::Repeatable;
use nerve_model::{Millis, one_line};
use nerve_ports::{HttpResponse, NoAnswer};

/// The longest time that a tool can make Nerve wait.
const LONGEST_WAIT: Millis = Millis::minutes(60);

/// The verdict on an attempt at a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The tool performed the action.
    Delivered,
    /// The tool did not perform it; a retry may succeed, after the given time if the tool named one.
    Again(Option<Millis>, String),
    /// The tool refused it for good: a person must decide.
    Refused(String),
    /// The tool may or may not have performed it.
    Unknown(String),
}

/// Classifies an answer by HTTP (RFC 9110) and the sender's rules of Standard Webhooks.
///
/// A 429, and a 503 with `Retry-After`, mean that the tool did not process the request. Any other 408 or 5xx leaves
/// that open: it leads to a retry only where the tool recognizes repeated requests.
pub fn classify(answer: Result<HttpResponse, NoAnswer>, repeatable: Repeatable) -> Verdict {
    let answer = match answer {
        Ok(answer) => answer,
        Err(silence) => return unsure(repeatable, None, silence.to_string()),
    };
    let said = format!("the tool answered {}: {}", answer.status, one_line(&answer.body, 200));
    let wait = answer.retry_after.as_deref().and_then(seconds);
    match answer.status {
        200..=299 => Verdict::Delivered,
        429 => Verdict::Again(wait, said),
        503 if wait.is_some() => Verdict::Again(wait, said),
        408 | 425 | 500..=599 => unsure(repeatable, wait, said),
        _ => Verdict::Refused(said),
    }
}

fn unsure(repeatable: Repeatable, wait: Option<Millis>, said: String) -> Verdict {
    match repeatable {
        Repeatable::Harmless | Repeatable::Idempotent => Verdict::Again(wait, said),
        Repeatable::Unsafe => Verdict::Unknown(said),
    }
}

/// The seconds of a `Retry-After`; `None` for a date, since Nerve's own schedule is enough.
fn seconds(text: &str) -> Option<Millis> {
    let seconds: u32 = text.trim().parse().ok()?;
    Some(Millis::seconds(seconds.into()).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_means_what_it_says() {
        let answer = |status, retry_after: Option<&str>| {
            Ok(HttpResponse { status, retry_after: retry_after.map(str::to_owned), body: "x\ny".to_owned() })
        };
        let again = |wait| Verdict::Again(wait, String::new());
        let (refused, unknown) = (Verdict::Refused(String::new()), Verdict::Unknown(String::new()));
        let table = [
            (answer(200, None), Verdict::Delivered, Verdict::Delivered),
            (answer(204, None), Verdict::Delivered, Verdict::Delivered),
            (answer(301, None), refused.clone(), refused.clone()),
            (answer(400, None), refused.clone(), refused.clone()),
            (answer(404, None), refused.clone(), refused.clone()),
            (answer(410, None), refused.clone(), refused),
            (answer(408, None), again(None), unknown.clone()),
            (answer(429, None), again(None), again(None)),
            (answer(429, Some("7")), again(Some(Millis::seconds(7))), again(Some(Millis::seconds(7)))),
            (answer(429, Some("86400")), again(Some(LONGEST_WAIT)), again(Some(LONGEST_WAIT))),
            (answer(429, Some("Fri, 31 Dec 1999 23:59:59 GMT")), again(None), again(None)),
            (answer(500, None), again(None), unknown.clone()),
            (answer(500, Some("5")), again(Some(Millis::seconds(5))), unknown.clone()),
            (answer(503, Some("5")), again(Some(Millis::seconds(5))), again(Some(Millis::seconds(5)))),
            (answer(503, None), again(None), unknown.clone()),
            (Err(NoAnswer("cut".to_owned())), again(None), unknown),
        ];
        for (answer, idempotent, not) in table {
            for (repeatable, expected) in [(Repeatable::Idempotent, idempotent), (Repeatable::Unsafe, not)] {
                let verdict = match classify(answer.clone(), repeatable) {
                    Verdict::Delivered => Verdict::Delivered,
                    Verdict::Again(wait, _) => again(wait),
                    Verdict::Refused(_) => Verdict::Refused(String::new()),
                    Verdict::Unknown(_) => Verdict::Unknown(String::new()),
                };
                assert_eq!(verdict, expected, "{answer:?} {repeatable:?}");
            }
        }
    }

    #[test]
    fn an_answer_is_quoted_as_one_line() {
        let answer = HttpResponse { status: 400, retry_after: None, body: "no\nsuch\u{202e} channel".to_owned() };
        let Verdict::Refused(said) = classify(Ok(answer), Repeatable::Idempotent) else { panic!("refused") };
        assert_eq!(said, "the tool answered 400: no such channel");
    }
}
