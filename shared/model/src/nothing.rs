//! Words that people and programs write where they have nothing to say.

/// Words for nothing, in lower case, without signs and blanks.
const WORDS: &str = "na ka nv none null nil nan undefined empty blank missing unknown notknown notavailable notapplicable \
    notprovided notset notspecified notgiven noname nomail noemail noemailaddress nophone nophonenumber notelephone nonumber \
    noid tbd tba tbc unbekannt keine kein keiner keines keins keineangabe keineangaben keinname keinemail keineemail \
    keinemailadresse keineemailadresse keintelefon keinetelefonnummer keinenummer leer fehlt ohne entfällt \
    nichtvorhanden nichtbekannt nichtangegeben nichtverfügbar nichtzutreffend inconnu aucun aucune ninguno ninguna \
    desconocido desconocida nessuno nessuna sconosciuto geen onbekend brak nieznany ref name value wert bezug zahl num \
    div0 spill field";

/// Words for nothing that are also names of people.
const NAMES: &str = "na ka nan nil tba ohne leer name value field blank kein brak wert zahl ref num spill";

/// True if a text where an address, a number or an id belongs says that there is none: `-`, `n/a`, `keine`, `0`, or the
/// error of a spreadsheet.
pub fn says_nothing(text: &str) -> bool {
    let word = word(text);
    let zero = || !word.is_empty() && word.chars().all(|c| c == '0');
    is_sign(text) || zero() || is_among(WORDS, &word)
}

/// True if a text where a name belongs names nobody. `Na` is a name, `n/a` is none; so is `null`, but `Null` may be.
pub fn names_nobody(text: &str) -> bool {
    let text = text.trim();
    let word = word(text);
    let bare = text.chars().all(char::is_alphanumeric);
    let name = bare && (is_among(NAMES, &word) || text == "Null");
    is_sign(text) || (is_among(WORDS, &word) && !name)
}

/// True if the text has signs only, as in `-`, `???` or `#####`.
fn is_sign(text: &str) -> bool {
    let sign = |c: char| {
        c.is_ascii_punctuation()
            || c.is_whitespace()
            || matches!(c, '‐'..='―' | '−' | '…' | '·' | '•' | '¿' | '？' | '／' | '－')
    };
    !text.is_empty() && text.chars().all(sign)
}

fn word(text: &str) -> String {
    // Longer than any of the words.
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(40).collect()
}

fn is_among(words: &str, word: &str) -> bool {
    !word.is_empty() && words.split_ascii_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing_are_told_from_values() {
        for text in [
            "-",
            "--",
            "—",
            "?",
            "...",
            "n/a",
            "N/A",
            "N.A.",
            "NA",
            "#N/A",
            "#NV",
            "#REF!",
            "#DIV/0!",
            "#####",
            "none",
            "None",
            "NULL",
            "(null)",
            "<none>",
            "[blank]",
            "unknown",
            "Unbekannt",
            "keine",
            "k.A.",
            "k. A.",
            "keine Angabe",
            "not provided",
            "no email",
            "keine E-Mail",
            "TBD",
            "0",
            "000-000",
        ] {
            assert!(says_nothing(text), "{text}");
        }
        for text in ["", "ada@example.com", "0301", "C-0", "none@example.com", "keine Ahnung", "нет@example.com"] {
            assert!(!says_nothing(text), "{text}");
        }
    }

    #[test]
    fn a_name_that_sounds_like_nothing_is_a_name() {
        for text in ["-", "n/a", "#N/A", "k.A.", "null", "NULL", "None", "unbekannt", "keine Angabe", "?", "(blank)"] {
            assert!(names_nobody(text), "{text}");
        }
        for text in ["", "Na", "Null", "Nan", "Nil", "Ada", "Noname Ltd", "0", "4711", "Leer", "李"] {
            assert!(!names_nobody(text), "{text}");
        }
    }
}
