use super::{ANSWER_CHARS, NAME_CHARS, SUMMARY_CHARS, line, prose};
use nerve_model::{Answer, one_line};

/// The most answers of one form that are stored.
pub const MAX_ANSWERS: usize = 100;

/// A question and its answer, clean and clipped; `None` if either is empty.
pub fn answer(question: &str, answer: &str) -> Option<Answer> {
    Some(Answer { question: line(question, NAME_CHARS)?, answer: prose(answer, ANSWER_CHARS)? })
}

/// A summary of a submission: `Ada filled in "Site survey". Company: Acme; Consent? yes`. Answers that repeat the name
/// or address in `who` are left out.
pub fn filled_in(who: &str, title: Option<&str>, answers: &[Answer]) -> String {
    let mut summary = match title {
        Some(title) => format!("{who} filled in \"{title}\""),
        None => format!("{who} filled in a form"),
    };
    let said =
        |text: &str| who.eq_ignore_ascii_case(text) || who.split(' ').any(|word| word.eq_ignore_ascii_case(text));
    // A summary has room for no more than a few.
    let telling = answers.iter().filter(|answer| !said(&answer.answer)).take(5);
    for (at, Answer { question, answer }) in telling.enumerate() {
        summary.push_str(if at == 0 { ". " } else { "; " });
        summary.push_str(question);
        // A question keeps its own mark; otherwise a colon follows.
        summary.push_str(if question.ends_with(['?', ':', '!', '.']) { " " } else { ": " });
        summary.push_str(answer);
    }
    one_line(&summary, SUMMARY_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_something_or_is_none() {
        assert_eq!(answer(" ", "yes"), None);
        assert_eq!(answer("Consent?", "\u{202e}"), None);
        let long = answer(&"q".repeat(1_000), &"a".repeat(1_000)).unwrap();
        assert_eq!((long.question.chars().count(), long.answer.chars().count()), (NAME_CHARS, ANSWER_CHARS));
    }

    #[test]
    fn a_summary_names_sender_and_form_and_repeats_nothing() {
        let asked = [("First name", "ada"), ("Company", "Acme"), ("Mail", "ada@acme.example"), ("Consent?", "yes")];
        let answers: Vec<_> = asked.iter().filter_map(|(question, text)| answer(question, text)).collect();
        for (who, title, expected) in [
            (
                "Ada King",
                Some("Survey"),
                "Ada King filled in \"Survey\". Company: Acme; Mail: ada@acme.example; Consent? yes",
            ),
            (
                "ada@acme.example",
                None,
                "ada@acme.example filled in a form. First name: ada; Company: Acme; Consent? yes",
            ),
        ] {
            assert_eq!(filled_in(who, title, &answers), expected);
        }
        assert_eq!(filled_in("Somebody", None, &[]), "Somebody filled in a form");
    }
}
