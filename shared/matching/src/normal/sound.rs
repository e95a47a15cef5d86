/// The approximate sound of a name: American Soundex without its limit of three digits. Names in other scripts stay as
/// they are. Spelling variants share it (`meier`, `meyer`, `mayr`). It finds candidates and does not score them.
pub fn sound(name: &str) -> String {
    let mut letters = name.chars().filter(|c| c.is_alphanumeric());
    let Some(first) = letters.next() else { return String::new() };
    if !first.is_ascii() {
        return name.to_owned();
    }
    let mut sound = String::from(first);
    let mut last = code(first);
    for c in letters {
        let next = code(c);
        match next {
            Code::Digit(digit) if next != last => sound.push(digit),
            Code::Silent => continue,
            _ => {}
        }
        last = next;
    }
    sound
}

#[derive(Clone, Copy, PartialEq)]
enum Code {
    Digit(char),
    Vowel,
    Silent,
}

const fn code(c: char) -> Code {
    match c {
        'b' | 'f' | 'p' | 'v' => Code::Digit('1'),
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => Code::Digit('2'),
        'd' | 't' => Code::Digit('3'),
        'l' => Code::Digit('4'),
        'm' | 'n' => Code::Digit('5'),
        'r' => Code::Digit('6'),
        'h' | 'w' => Code::Silent,
        _ => Code::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_sound_alike() {
        for (name, expected) in [
            ("meyer", "m6"),
            ("maier", "m6"),
            ("robert", "r163"),
            ("rupert", "r163"),
            ("ashcraft", "a2613"),
            ("tymczak", "t522"),
            ("schmidt", "s53"),
            ("schmitt", "s53"),
            ("петров", "петров"),
            ("", ""),
        ] {
            assert_eq!(sound(name), expected, "{name}");
        }
    }
}
