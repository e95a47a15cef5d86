use super::{Vendor, vendor::root};
use nerve_intake::{Becomes, Source};
use nerve_model::EventKind;
use std::{fmt::Write, fs};

/// The table of all sources, a section for each.
const TABLE: &str = "docs/SOURCES.md";

const SECTION: &str = "\n## ";

impl<S: Source> Vendor<S> {
    /// Compares the source's section of `docs/SOURCES.md` with its code. With `UPDATE_FIXTURES=1` in the environment
    /// the test writes the section.
    ///
    /// # Panics
    ///
    /// They differ.
    pub fn check_table(&self) {
        let path = root().join(TABLE);
        let text = fs::read_to_string(&path).unwrap();
        let with = with_section(&text, &section::<S>());
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            fs::write(&path, with).unwrap();
        } else {
            assert!(text == with, "{TABLE} is stale: it says how to write it");
        }
    }
}

/// The text with this section in place of the source's old one, sorted by folder.
fn with_section(text: &str, section: &str) -> String {
    let mut parts = text.split(SECTION).map(str::trim_end);
    let head = parts.next().unwrap_or_default();
    let others = parts.filter(|other| folder(other) != folder(section));
    let mut sections: Vec<&str> = others.chain([section.trim_end()]).collect();
    sections.sort_by_key(|section| folder(section));
    let mut text = head.to_owned();
    sections.iter().for_each(|section| text.extend(["\n", SECTION, section]));
    text + "\n"
}

fn folder(section: &str) -> &str {
    section.split_once("(../functions/sources/").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default()
}

fn section<S: Source>() -> String {
    let kinds: Vec<String> = kinds::<S>().iter().map(|kind| format!("`{kind}`")).collect();
    let mut text = format!("[{}](../functions/sources/{}/README.md)\n\n", S::TITLE, S::NAME);
    writeln!(text, "`/hooks/{}`: {}\n", S::NAME, kinds.join(", ")).unwrap();
    text.push_str("| Delivery | Becomes |\n|---|---|\n");
    for line in S::SELECTED {
        writeln!(text, "| {} | {} |", line.delivery, becomes(line.becomes)).unwrap();
    }
    text
}

/// The kinds of events that the source reports, by name.
fn kinds<S: Source>() -> Vec<EventKind> {
    let kinds = S::SELECTED.iter().flat_map(|line| match line.becomes {
        Becomes::Event(kinds) => kinds.to_vec(),
        _ => Vec::new(),
    });
    let mut kinds: Vec<EventKind> = kinds.collect();
    kinds.sort_by_key(|kind| kind.as_str());
    kinds.dedup();
    kinds
}

fn becomes(becomes: Becomes) -> String {
    match becomes {
        Becomes::Event(kinds) => kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", "),
        Becomes::Ignored(reason) => format!("ignored: {reason}"),
        Becomes::Handshake => "an answer to the vendor's handshake".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_stands_once_and_in_order() {
        let own = |name: &str, text: &str| format!("[X](../functions/sources/{name}/README.md)\n\n{text}\n");
        let text = ["# Sources\n\nIntroduction.\n", &own("box", "old"), &own("zoom", "z")].join("\n## ");
        let with = with_section(&text, &own("box", "new"));
        assert_eq!(with, text.replace("old", "new"));
        let with = with_section(&with, &own("slack", "s"));
        assert_eq!(with.matches(SECTION).count(), 3);
        let at = |name: &str| with.find(&format!("sources/{name}/")).unwrap();
        assert!(at("box") < at("slack") && at("slack") < at("zoom"), "{with}");
        assert_eq!(with_section(&with, &own("slack", "s")), with);
    }
}
