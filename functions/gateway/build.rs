//! Generates the table of sources from their folders: the folder's name is the path, its binding `SOURCE_<NAME>`.

// A build script fails by panicking.
#![allow(clippy::unwrap_used)]

use std::{env, fmt::Write, fs, path::Path};

const SOURCES: &str = "../sources";

fn main() {
    // A new source has its binding here. The folders themselves change with every bundle.
    println!("cargo::rerun-if-changed=../../wrangler.toml");
    let folders = fs::read_dir(SOURCES).unwrap().map(|entry| entry.unwrap().path());
    let sources = folders.filter(|folder| folder.join("wrangler.toml").is_file());
    let mut names: Vec<String> = sources.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    let mut table = String::from("&[\n");
    for name in names {
        let binding = format!("SOURCE_{}", name.to_uppercase());
        writeln!(table, "Source {{ name: {name:?}, binding: {binding:?} }},").unwrap();
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("sources.rs"), table).unwrap();
}
