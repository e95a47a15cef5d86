use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Letters in lower case without accents, other characters unchanged: `Ångström` is `angstrom`, `Łódź` is `lodz`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match letters(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded
}

/// The folded words: runs of letters and digits. An apostrophe joins (`O'Brien` is `obrien`), any other character
/// separates.
pub fn words(text: &str) -> Vec<String> {
    let joined: String = fold(text).chars().filter(|c| !matches!(c, '\'' | '\u{2019}' | '`' | '\u{b4}')).collect();
    joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Replacements of letters that Unicode does not decompose, as people write them on a keyboard without them.
const fn letters(c: char) -> Option<&'static str> {
    match c {
        'ß' => Some("ss"),
        'æ' => Some("ae"),
        'œ' => Some("oe"),
        'ø' => Some("o"),
        'đ' | 'ð' => Some("d"),
        'þ' => Some("th"),
        'ł' => Some("l"),
        'ħ' => Some("h"),
        'ı' => Some("i"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_make_no_difference() {
        for (text, expected) in [
            ("Ångström", "angstrom"),
            ("Łódź", "lodz"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Søren Ægir", "soren aegir"),
            ("İstanbul", "istanbul"),
            ("ﬁnance", "finance"),
            ("Ｗｉｄｅ", "wide"),
            ("José", "jose"),
            ("Nguyễn", "nguyen"),
            ("Дмитрий", "дмитрии"),
            ("", ""),
        ] {
            assert_eq!(fold(text), expected, "{text}");
        }
    }

    #[test]
    fn words_are_letters_and_digits() {
        assert_eq!(words("O\u{2019}Brien-Smith, J.R."), ["obrien", "smith", "j", "r"]);
        assert_eq!(words(" \u{200b}--"), Vec::<String>::new());
    }
}
