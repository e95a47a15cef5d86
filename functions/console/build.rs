//! Reads the name, the secrets and the set-up text of each source from its folder: each exists once.

// A build script fails by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

use pulldown_cmark::{Parser, html::push_html};
use std::{env, fmt::Write, fs, path::Path};

const SOURCES: &str = "../sources";

fn main() {
    // A new source has its binding here. The folders themselves change with every bundle.
    println!("cargo::rerun-if-changed=../../wrangler.toml");
    let mut folders: Vec<_> = fs::read_dir(SOURCES).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut table = String::from("&[\n");
    for folder in folders.iter().filter(|folder| folder.join("README.md").is_file()) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let readme = read(&folder.join("README.md"));
        let title = readme.lines().next().and_then(|line| line.strip_prefix("# "));
        let title = title.unwrap_or_else(|| panic!("{name}/README.md begins with `# ` and the name of the vendor"));
        let setup = setup(&readme).unwrap_or_else(|| panic!("{name}/README.md has a part `## Setting it up`"));
        let secrets = secrets(&read(&folder.join("wrangler.toml")));
        writeln!(table, "Source {{ name: {name:?}, title: {title:?}, secrets: &{secrets:?}, setup: {setup:?} }},")
            .unwrap();
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("sources.rs"), table).unwrap();
}

fn read(path: &Path) -> String {
    println!("cargo::rerun-if-changed={}", path.display());
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The set-up section of a README, as HTML.
fn setup(readme: &str) -> Option<String> {
    let (_, rest) = readme.split_once("\n## Setting it up\n")?;
    let part = rest.split("\n## ").next()?;
    let mut html = String::new();
    push_html(&mut html, Parser::new(part));
    Some(html)
}

fn secrets(wrangler: &str) -> Vec<String> {
    let config: toml::Table = wrangler.parse().unwrap();
    let names = config.get("secrets").and_then(|secrets| secrets.get("required")).and_then(toml::Value::as_array);
    names.into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect()
}
