use super::Vendor;
use nerve_intake::Source;
use std::fs;

/// The parts that each README must have.
const PARTS: [&str; 4] = ["**Dedup key:**", "**Semantic key:**", "## Setting it up", "| Status | Means |"];

/// The settings that the wrangler file of a source may have.
const SETTINGS: [&str; 9] = [
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

impl<S: Source> Vendor<S> {
    /// Checks that the README explains keys, answers and setup, and that the worker has its own secrets, a binding to
    /// the inbox, and nothing else.
    ///
    /// # Panics
    ///
    /// One of them is violated.
    pub fn check_folder(&self) {
        let read = |file: &str| fs::read_to_string(self.folder().join(file)).unwrap();
        let readme = read("README.md");
        assert_eq!(readme.lines().next(), Some(format!("# {}", S::TITLE).as_str()));
        for part in PARTS {
            assert!(readme.contains(part), "the README lacks {part}");
        }
        let config: toml::Table = read("wrangler.toml").parse().unwrap();
        assert_eq!(config["name"].as_str(), Some(format!("nerve-{}", S::NAME).as_str()));
        for key in config.keys() {
            assert!(SETTINGS.contains(&key.as_str()), "{key} is no setting of a source");
        }
        let prefix = format!("{}_", S::NAME.as_str().to_uppercase());
        for secret in config["secrets"]["required"].as_array().unwrap() {
            assert!(secret.as_str().unwrap().starts_with(&prefix), "it sees {secret:?}");
        }
        let bindings = config["durable_objects"]["bindings"].as_array().unwrap();
        let names: Vec<_> = bindings.iter().map(|binding| binding["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["INBOX"]);
    }
}
