//! `docs/SOURCES.md` is written from the code, and each folder holds what a source may have.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use nerve_catalog::{DOORS, Door};
use nerve_intake::Becomes;
use std::{fmt::Write, fs, path::PathBuf};

const TABLE: &str = "docs/SOURCES.md";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn written() -> String {
    let mut text = String::from(
        "# Sources\n\nWhich deliveries become events, which do not, and why. Written from the code by `UPDATE_FIXTURES=1 cargo test -p\n\
         nerve-catalog table`; a test fails where it differs. How a source is set up, what its keys are and which answers its\n\
         vendor gets stands in its README. `IGNORED_KINDS` turns kinds off, source by source.\n",
    );
    let mut doors: Vec<&Door> = DOORS.iter().collect();
    doors.sort_by_key(|door| door.name);
    doors.iter().for_each(|door| section(&mut text, door));
    text
}

fn section(text: &mut String, door: &Door) {
    let kinds: Vec<String> = door.kinds().iter().map(|kind| format!("`{kind}`")).collect();
    writeln!(text, "\n## [{}](../functions/sources/{}/README.md)\n", door.title, door.name).unwrap();
    writeln!(text, "`/hooks/{}`: {}\n", door.name, kinds.join(", ")).unwrap();
    text.push_str("| Delivery | Becomes |\n|---|---|\n");
    for line in door.selected {
        writeln!(text, "| {} | {} |", line.delivery, becomes(line.becomes)).unwrap();
    }
}

fn becomes(becomes: Becomes) -> String {
    match becomes {
        Becomes::Event(kinds) => kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", "),
        Becomes::Ignored(reason) => format!("ignored: {reason}"),
        Becomes::Handshake => "an answer to the vendor's handshake".to_owned(),
    }
}

#[test]
fn the_table_of_sources_is_the_codes() {
    let path = root().join(TABLE);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, written()).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == written(), "{TABLE} is stale: it says how to write it");
}

#[test]
fn every_folder_is_a_door_and_known_at_the_front() {
    let mut folders: Vec<String> = fs::read_dir(root().join("functions/sources"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut doors: Vec<&str> = DOORS.iter().map(|door| door.name).collect();
    doors.sort_unstable();
    assert_eq!(folders, doors);
    let (front, routing) = (read("wrangler.toml"), read("functions/gateway/src/routing.rs"));
    for door in DOORS {
        let binding = format!("SOURCE_{}", door.name.to_uppercase());
        let service = format!("binding = \"{binding}\"\nservice = \"nerve-{}\"", door.name);
        assert!(front.contains(&service), "wrangler.toml: {service}");
        assert!(routing.contains(&format!("name: \"{}\", binding: \"{binding}\"", door.name)), "{}", door.name);
    }
}

#[test]
fn a_source_has_its_own_secrets_and_a_way_to_the_inbox_and_nothing_else() {
    for door in DOORS {
        let config: toml::Table = read(&format!("functions/sources/{}/wrangler.toml", door.name)).parse().unwrap();
        assert_eq!(config["name"].as_str(), Some(format!("nerve-{}", door.name).as_str()));
        let known = [
            "name",
            "main",
            "compatibility_date",
            "workers_dev",
            "preview_urls",
            "observability",
            "vars",
            "secrets",
            "durable_objects",
        ];
        for key in config.keys() {
            assert!(known.contains(&key.as_str()), "{} has {key}", door.name);
        }
        let prefix = format!("{}_", door.name.to_uppercase());
        for secret in config["secrets"]["required"].as_array().unwrap() {
            assert!(secret.as_str().unwrap().starts_with(&prefix), "{} sees {secret:?}", door.name);
        }
        let bindings = config["durable_objects"]["bindings"].as_array().unwrap();
        let inbox: Vec<_> = bindings.iter().map(|binding| binding["name"].as_str().unwrap()).collect();
        assert_eq!(inbox, ["INBOX"], "{}", door.name);
    }
}

#[test]
fn every_readme_explains_keys_answers_and_setting_up() {
    for door in DOORS {
        let readme = read(&format!("functions/sources/{}/README.md", door.name));
        assert_eq!(readme.lines().next(), Some(format!("# {}", door.title).as_str()));
        for part in ["**Dedup key:**", "**Semantic key:**", "## Setting it up", "| Status | Means |"] {
            assert!(readme.contains(part), "{} lacks {part}", door.name);
        }
    }
}
