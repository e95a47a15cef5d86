//! Replaced names stay replaced: in files and folders, in Rust declarations, and in the tables and columns that the
//! migrations leave.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process::capture;
use crate::project::Project;
use crate::schema::Schema;
use crate::tokens::{self, Token};

/// A line holds the old name, the term, and the folder in which the name is replaced; without one it is replaced
/// everywhere.
const REPLACED: &str = include_str!("replaced_names.txt");

/// The keywords before a declared name.
const DECLARES: [&str; 8] = ["mod", "struct", "enum", "trait", "type", "fn", "const", "static"];

struct Replaced {
    name: &'static str,
    term: &'static str,
    folder: &'static str,
}

/// A name and the place of its declaration.
struct Declared {
    name: String,
    file: String,
    line: usize,
}

/// A line for each replaced name that is still declared, with its place and the term to use.
pub(crate) fn replaced(project: &Project) -> Result<Vec<String>> {
    let files = capture(project.command("git").args(["ls-files", "*.rs", "*.sql"]))?;
    let mut declared = Vec::new();
    let mut schema = Schema::default();
    for file in files.lines().filter(|file| project.path(file).is_file()) {
        let text = fs::read_to_string(project.path(file)).with_context(|| format!("cannot read {file}"))?;
        if file.starts_with("migrations/") {
            schema.apply(file, &text);
        } else {
            declared.extend(declarations(file, &text));
        }
    }
    declared.extend(files.lines().flat_map(paths));
    declared.extend(schema.names().map(|(name, (file, line))| at(name, file, *line)));
    Ok(findings(&list(REPLACED)?, declared))
}

fn findings(list: &[Replaced], declared: Vec<Declared>) -> Vec<String> {
    let mut findings: Vec<String> = declared
        .iter()
        .filter_map(|Declared { name, file, line }| {
            let old = list.iter().find(|old| old.name == name && Path::new(file).starts_with(old.folder))?;
            Some(format!("{file}:{line}: {name} is called {}", old.term))
        })
        .collect();
    findings.sort();
    findings.dedup();
    findings
}

fn list(text: &'static str) -> Result<Vec<Replaced>> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let entry = |line: &'static str| {
        let mut parts = line.split('|').map(str::trim);
        let entry = Replaced { name: parts.next()?, term: parts.next()?, folder: parts.next().unwrap_or_default() };
        (!entry.term.is_empty() && parts.next().is_none()).then_some(entry)
    };
    lines.map(|line| entry(line).with_context(|| format!("{line:?} is no `name | term | folder`"))).collect()
}

fn at(name: &str, file: &str, line: usize) -> Declared {
    Declared { name: name.to_owned(), file: file.to_owned(), line }
}

/// The file and its folders; each folder is reported once for all its files.
fn paths(file: &str) -> Vec<Declared> {
    let folders = Path::new(file).ancestors().skip(1).filter_map(|folder| Some((folder, folder.file_name()?)));
    let stem = Path::new(file).file_stem().map(|stem| (Path::new(file), stem));
    let named = folders.chain(stem).filter_map(|(path, name)| Some(at(name.to_str()?, path.to_str()?, 1)));
    named.collect()
}

fn declarations(file: &str, text: &str) -> Vec<Declared> {
    let tokens = tokens::all(text);
    let pairs = tokens.windows(2).filter(|pair| matches!(pair, [word, name] if declares(word, name)));
    pairs.map(|pair| at(pair[1].text, file, pair[1].line)).collect()
}

fn declares(word: &Token<'_>, name: &Token<'_>) -> bool {
    DECLARES.contains(&word.text) && name.is_word()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# a comment\n\nhand_on | dispatch\nwords | labels | functions/console\nKnown | RecordContext\n";

    fn check(file: &str, text: &str, expected: &[&str]) {
        let declared = declarations(file, text).into_iter().chain(paths(file)).collect();
        assert_eq!(findings(&list(LIST).unwrap(), declared), expected);
    }

    #[test]
    fn declared_names_are_told_with_their_term() {
        check("a.rs", "use b;\npub(crate) async fn hand_on() {}", &["a.rs:2: hand_on is called dispatch"]);
        check("a.rs", "mod hand_on;", &["a.rs:1: hand_on is called dispatch"]);
        check("a.rs", "struct Known<T>(T);", &["a.rs:1: Known is called RecordContext"]);
        check("x/hand_on.rs", "", &["x/hand_on.rs:1: hand_on is called dispatch"]);
        check("x/hand_on/a.rs", "", &["x/hand_on:1: hand_on is called dispatch"]);
        check("functions/console/a.rs", "const fn words() {}", &["functions/console/a.rs:1: words is called labels"]);
    }

    #[test]
    fn names_that_are_only_used_and_words_of_texts_are_not() {
        check("a.rs", "// mod hand_on\nfn a() { hand_on(); let words = \"struct Known\"; }", &[]);
        check("a.rs", "fn words() {} enum K { Known }", &[]);
    }

    #[test]
    fn the_list_can_be_read() {
        assert!(list(REPLACED).unwrap().len() > 40);
        assert!(list("hand_on").is_err() && list("a | b | c | d").is_err());
    }
}
