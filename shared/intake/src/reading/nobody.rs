//! Mail addresses behind which nobody reads.

/// Local parts, of letters and digits alone, that tell nobody to answer.
const NOBODY: [&str; 14] = [
    "noreply",
    "noreplies",
    "donotreply",
    "dontreply",
    "notreply",
    "nepasrepondre",
    "nichtantworten",
    "keineantwort",
    "keinantwort",
    "noresponder",
    "noresponda",
    "nonrispondere",
    "geenantwoord",
    "naoresponda",
];

/// True if nobody reads what is sent to this mail address: it belongs to a program, and is no customer's.
pub fn is_nobody(address: &str) -> bool {
    let local = plain_local(address);
    NOBODY.iter().any(|nobody| local.contains(nobody)) || matches!(local.as_str(), "mailerdaemon" | "postmaster")
}

/// The local part of a mail address in lower case, without its tag and without what is neither a letter nor a digit.
pub fn plain_local(address: &str) -> String {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let local = local.split('+').next().unwrap_or_default();
    local.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::is_nobody;

    #[test]
    fn nobody_reads_at_the_address_of_a_program() {
        for (address, nobody) in [
            ("noreply@shop.example", true),
            ("No-Reply+tag@shop.example", true),
            ("do_not_reply@shop.example", true),
            ("forms-receipts-noreply@google.com", true),
            ("nicht.antworten@shop.example", true),
            ("mailer-daemon@mx.example", true),
            ("ada@noreply.example", false),
            ("norman.reply@example.com", false),
            ("", false),
        ] {
            assert_eq!(is_nobody(address), nobody, "{address}");
        }
    }
}
