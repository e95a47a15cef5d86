//! `cargo xtask new-source <name>`: creates a folder that builds, a binding at the gateway, and a failing test to start
//! from.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::output;
use crate::project::Project;

/// The files of a source, with `__name__`, `__NAME__` and `__Title__` as placeholders.
const TEMPLATE: [(&str, &str); 9] = [
    ("Cargo.toml", include_str!("../templates/source/Cargo.toml")),
    ("README.md", include_str!("../templates/source/README.md")),
    ("wrangler.toml", include_str!("../templates/source/wrangler.toml")),
    ("sender.mjs", include_str!("../templates/source/sender.mjs")),
    ("fixtures/first.json", include_str!("../templates/source/fixtures/first.json")),
    ("src/lib.rs", include_str!("../templates/source/src/lib.rs")),
    ("src/source.rs", include_str!("../templates/source/src/source.rs")),
    ("src/tests.rs", include_str!("../templates/source/src/tests.rs")),
    ("src/tests/signing.rs", include_str!("../templates/source/src/tests/signing.rs")),
];

/// The gateway's configuration, the only file outside a source's folder that names the source.
const FRONT_DOOR: &str = "wrangler.toml";

/// The gateway's binding of a source.
const BINDING: &str = "[[services]]\nbinding = \"SOURCE___NAME__\"\nservice = \"nerve-__name__\"\n\n";

/// The beginning of all sources' bindings, and of the binding after them.
const SOURCES: &str = "[[services]]\nbinding = \"SOURCE_";
const CONSOLE: &str = "[[services]]\nbinding = \"CONSOLE\"";

/// Creates the folder and adds the binding to the gateway.
pub(crate) fn run(project: &Project, name: &str) -> Result<()> {
    check(name)?;
    let folder = project.path("functions/sources").join(name);
    ensure!(!folder.exists(), "{name} is taken: {} exists", folder.display());
    // Nothing is written unless everything can be.
    let front_door = project.path(FRONT_DOOR);
    let text = fs::read_to_string(&front_door).with_context(|| format!("cannot read {FRONT_DOOR}"))?;
    let text = bound(&text, name).with_context(|| format!("{FRONT_DOOR} does not bind CONSOLE after the sources"))?;
    for (file, text) in TEMPLATE {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(&path, named(text, name)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    fs::write(&front_door, text).with_context(|| format!("cannot write {FRONT_DOOR}"))?;
    output::note(&format!("created functions/sources/{name} and its binding in {FRONT_DOOR}"));
    output::note(&format!("start with its failing test: cargo test -p {name}-worker fixture"));
    output::note("docs/ADDING_A_SOURCE.md describes the next steps");
    Ok(())
}

/// Checks a name: it becomes the name of a crate, a worker, a path and, in upper case, a secret.
fn check(name: &str) -> Result<()> {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !(starts && plain && (2..=30).contains(&name.len())) {
        bail!("{name:?} is no name for a source: 2 to 30 lower-case letters and digits, a letter first");
    }
    Ok(())
}

/// A template with the name filled in.
pub(crate) fn named(text: &str, name: &str) -> String {
    let mut title = name.to_owned();
    title.get_mut(..1).map(str::make_ascii_uppercase);
    text.replace("__name__", name).replace("__NAME__", &name.to_uppercase()).replace("__Title__", &title)
}

/// The gateway's configuration with one more source, in alphabetical order.
fn bound(text: &str, name: &str) -> Option<String> {
    let binding = named(BINDING, name);
    let later = text.match_indices(SOURCES).find(|(at, _)| text.get(*at..).is_some_and(|rest| rest > &*binding));
    let at = later.map_or_else(|| text.find(CONSOLE), |(at, _)| Some(at))?;
    let (before, after) = text.split_at_checked(at)?;
    Some(format!("{before}{binding}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    #[test]
    fn a_name_fits_everywhere_it_stands() {
        for name in ["acme", "x2", "pipedrive"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["", "a", "Acme", "2acme", "ac-me", "ac_me", "acmé", "../acme", &"a".repeat(31)] {
            assert!(check(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_source_is_bound_in_its_place() {
        let text = fs::read_to_string(root().join(FRONT_DOOR)).unwrap();
        for (name, next) in [("acme", "SOURCE_BOX"), ("github2", "SOURCE_HUBSPOT"), ("zz", "CONSOLE")] {
            let with = bound(&text, name).unwrap();
            let binding = named(BINDING, name);
            assert_eq!(with.replacen(&binding, "", 1), text);
            let (_, after) = with.split_once(&binding).unwrap();
            assert!(after.starts_with(&format!("[[services]]\nbinding = \"{next}\"")), "{name}: {after:.60}");
        }
        assert_eq!(bound("name = \"x\"\n", "acme"), None);
    }

    #[test]
    fn nothing_of_the_template_stays() {
        for (file, text) in TEMPLATE {
            let made = named(text, "acme");
            assert!(!made.contains("__") && made.contains("cme"), "{file}");
        }
        assert!(named("__Title__ __NAME___SECRETS", "acme").starts_with("Acme ACME_SECRETS"));
    }
}
