//! `cargo xtask new-source <name>`: a folder that builds, its place in the lists, and a failing test to start from.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::output;
use crate::project::Project;

/// The files of a source, with `__name__`, `__NAME__` and `__Title__` where those of the new one belong.
const TEMPLATE: [(&str, &str); 7] = [
    ("Cargo.toml", include_str!("../templates/source/Cargo.toml")),
    ("README.md", include_str!("../templates/source/README.md")),
    ("wrangler.toml", include_str!("../templates/source/wrangler.toml")),
    ("fixtures/first.json", include_str!("../templates/source/fixtures/first.json")),
    ("src/lib.rs", include_str!("../templates/source/src/lib.rs")),
    ("src/source.rs", include_str!("../templates/source/src/source.rs")),
    ("src/tests.rs", include_str!("../templates/source/src/tests.rs")),
];

/// A line or more for each list that names every source: the file, what stands right behind the new lines, the lines.
const LISTED: [(&str, &str, &str); 7] = [
    (
        "wrangler.toml",
        "[[services]]\nbinding = \"CONSOLE\"",
        "[[services]]\nbinding = \"SOURCE___NAME__\"\nservice = \"nerve-__name__\"\n\n",
    ),
    (
        "functions/gateway/src/routing.rs",
        "];\n\n/// The source whose path goes on",
        "    Source { name: \"__name__\", binding: \"SOURCE___NAME__\" },\n",
    ),
    (
        "tests/catalog/Cargo.toml",
        "\n[dev-dependencies]",
        "__name__-worker = { path = \"../../functions/sources/__name__\" }\n",
    ),
    (
        "tests/catalog/src/door.rs",
        "}\n\n/// The source of that name.",
        "    \"__name__\": __name___worker::__Title__, signing::__NAME__;\n",
    ),
    (
        "tests/catalog/src/signing.rs",
        "pub(crate) const PASSWORD",
        "pub(crate) const __NAME__: Keys = body_only(|secret, delivery, _| {\n    \
         vec![(\"x-__name__-signature\", body_hmac::sign(secret, &delivery.body, Format::hex(\"sha256=\")))]\n});\n\n",
    ),
    (
        "fuzz/Cargo.toml",
        "\n[[bin]]\nname = \"box\"",
        "\n[[bin]]\nname = \"__name__\"\npath = \"targets/door.rs\"\ntest = false\ndoc = false\nbench = false\n",
    ),
    (
        "tests/support/senders.mjs",
        "};\n\n// The body in which the vendor",
        "  __name__: { secret: \"__name__-secret\", sign: (body, { secret }) => \
         ({ \"x-__name__-signature\": `sha256=${hmac(secret, body, \"hex\")}` }) },\n",
    ),
];

/// Makes the folder and enters the source into the lists.
pub(crate) fn run(project: &Project, name: &str) -> Result<()> {
    check(name)?;
    let folder = project.path("functions/sources").join(name);
    ensure!(!folder.exists(), "{name} is taken: {} exists", folder.display());
    // Nothing is written unless all of it can be.
    let lists = LISTED.iter().map(|(file, behind, lines)| {
        let text = fs::read_to_string(project.path(file)).with_context(|| format!("cannot read {file}"))?;
        Ok((project.path(file), insert(&text, behind, &named(lines, name)).with_context(|| format!("in {file}"))?))
    });
    let lists = lists.collect::<Result<Vec<_>>>()?;
    for (file, text) in TEMPLATE {
        let path = folder.join(named(file, name));
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(&path, named(text, name)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for (path, text) in lists {
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    output::note(&format!("functions/sources/{name} builds, and is listed where every source is"));
    output::note(&format!("start with its failing test: cargo test -p {name}-worker"));
    output::note("docs/ADDING_A_SOURCE.md says what comes next");
    Ok(())
}

/// A name becomes that of a crate, a worker, a path and, in upper case, a secret.
fn check(name: &str) -> Result<()> {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !(starts && plain && (2..=30).contains(&name.len())) {
        bail!("{name:?} is no name for a source: 2 to 30 lower-case letters and digits, a letter first");
    }
    Ok(())
}

fn named(text: &str, name: &str) -> String {
    let mut title = name.to_owned();
    title.get_mut(..1).map(str::make_ascii_uppercase);
    text.replace("__name__", name).replace("__NAME__", &name.to_uppercase()).replace("__Title__", &title)
}

fn insert(text: &str, behind: &str, lines: &str) -> Result<String> {
    let at = text.find(behind).with_context(|| format!("cannot find {behind:?}, before which the new lines belong"))?;
    let (before, after) = text.split_at(at);
    Ok(format!("{before}{lines}{after}"))
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
    fn every_list_has_a_place_for_one_more() {
        for (file, behind, lines) in LISTED {
            let text = fs::read_to_string(root().join(file)).unwrap();
            let with = insert(&text, behind, &named(lines, "acme")).unwrap();
            assert_eq!(with.replacen(&named(lines, "acme"), "", 1), text, "{file}");
            assert_eq!(text.matches(behind).count(), 1, "{file}");
        }
    }

    #[test]
    fn nothing_of_the_template_stays() {
        for (file, text) in TEMPLATE {
            let made = named(file, "acme") + &named(text, "acme");
            assert!(!made.contains("__") && made.contains("cme"), "{file}");
        }
        assert!(named("__Title__ __NAME___SECRETS", "acme").starts_with("Acme ACME_SECRETS"));
    }
}
