use super::{ANSWER_CHARS, NAME_CHARS, line, prose};
use nerve_model::Answer;

/// The most answers of one form that are kept.
pub const MAX_ANSWERS: usize = 100;

/// A question and its answer, clean and clipped; `None` when either says nothing.
pub fn answer(question: &str, answer: &str) -> Option<Answer> {
    Some(Answer { question: line(question, NAME_CHARS)?, answer: prose(answer, ANSWER_CHARS)? })
}

/// Answers on one line, for a summary: `Company: Acme; Size: 50`.
pub fn listed(answers: &[Answer]) -> String {
    let mut listed = String::new();
    // A summary shows no more than a few.
    for answer in answers.iter().take(5) {
        if !listed.is_empty() {
            listed.push_str("; ");
        }
        listed.push_str(&answer.question);
        // A question ends in its own mark, or in ours.
        listed.push_str(if answer.question.ends_with(['?', ':', '!', '.']) { " " } else { ": " });
        listed.push_str(&answer.answer);
    }
    listed
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
    fn answers_stand_on_one_line() {
        let answers: Vec<_> =
            [("Company", "Acme"), ("Consent?", "yes")].iter().filter_map(|(q, a)| answer(q, a)).collect();
        assert_eq!(listed(&answers), "Company: Acme; Consent? yes");
        assert_eq!(listed(&[]), "");
    }
}
