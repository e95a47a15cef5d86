//! Plain texts that say nothing but where the text is.

/// A text that refers to the formatted version is a sentence or two, not longer.
const MAX_PLACEHOLDER_CHARS: usize = 400;

/// Words of such a text: the mail cannot be shown as plain text.
const CANNOT: [&str; 13] = [
    "view",
    "display",
    "support",
    "client",
    "program",
    "enable",
    "anzeig",
    "darstell",
    "darzustell",
    "afficher",
    "visualiz",
    "ver este",
    "bekijk",
];

/// True if a plain text only tells that the mail has an HTML version, or how to see it.
pub(crate) fn is_placeholder(text: &str) -> bool {
    if text.chars().nth(MAX_PLACEHOLDER_CHARS).is_some() {
        return false;
    }
    let text = text.to_lowercase();
    let elsewhere = text.contains("html") || text.contains("browser");
    elsewhere && CANNOT.iter().any(|word| text.contains(word)) && !text.contains('?')
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn a_text_may_only_say_where_the_text_is() {
        for (text, placeholder) in [
            ("This is an HTML message. Please view it in an HTML-capable client.", true),
            ("To view this email, open it in your browser: https://a.example/x", true),
            ("Ihr E-Mail-Programm kann HTML nicht darstellen.", true),
            ("Votre messagerie ne peut pas afficher le HTML", true),
            ("Please send us the HTML files.", false),
            ("Can you view our page in your browser?", false),
            ("When will you come?", false),
            ("", false),
            (&format!("view in browser{}", " and more".repeat(100)), false),
        ] {
            assert_eq!(is_placeholder(text), placeholder, "{text}");
        }
    }
}
