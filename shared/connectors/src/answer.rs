//! What a tool's answer means.

use crate::repeatable::Repeatable;
use nerve_model::{Millis, one_line};
use nerve_ports::{HttpResponse, NoAnswer};

/// The longest a tool may ask us to wait.
const LONGEST_WAIT: Millis = Millis::minutes(60);

/// What a tool's answer, or its silence, means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is done.
    Delivered,
    /// It was not done; another attempt may do it. The tool may have said when.
    Again(Option<Millis>, String),
    /// It was not done, and will not be: a person has to look.
    Refused(String),
    /// It may or may not have been done.
    Unknown(String),
}

/// Reads an answer as HTTP (RFC 9110) and the sender's side of Standard Webhooks have it.
///
/// A 429, and a 503 with `Retry-After`, say that the request was not processed. Any other 408 or 5xx leaves it open:
/// where a repetition is recognized, both mean another attempt.
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

/// Seconds; a date is left to our own schedule.
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
    fn what_the_tool_said_is_one_line() {
        let answer = HttpResponse { status: 400, retry_after: None, body: "no\nsuch\u{202e} channel".to_owned() };
        let Verdict::Refused(said) = classify(Ok(answer), Repeatable::Idempotent) else { panic!("refused") };
        assert_eq!(said, "the tool answered 400: no such channel");
    }
}
