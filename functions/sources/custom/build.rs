//! Parses and checks the mappings, so that an error in one stops the build and not a worker. Embeds JSON, because a
//! TOML parser would double the size of the worker.

// A build script fails by panicking.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, dead_code)]

#[path = "src/expression.rs"]
mod expression;
#[path = "src/mapping.rs"]
mod mapping;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-changed=mappings");
    let mut files: Vec<PathBuf> = fs::read_dir("mappings").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    let entries: Vec<String> = files.iter().map(|file| entry(file)).collect();
    let target = PathBuf::from(env::var("OUT_DIR").unwrap()).join("mappings.rs");
    fs::write(target, format!("&[{}]", entries.join(", "))).unwrap();
}

/// `("tally", "{...}")`.
fn entry(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let name = file.file_stem().and_then(|name| name.to_str()).unwrap();
    let stop = |error: &dyn std::fmt::Display| -> ! { panic!("{}: {error}", file.display()) };
    if !mapping::is_name(name) {
        stop(&"the name of a mapping has lower-case letters, digits and hyphens");
    }
    toml::from_str::<mapping::Mapping>(&text).unwrap_or_else(|error| stop(&error));
    let value: serde_json::Value = toml::from_str(&text).unwrap();
    format!("({name:?}, {:?})", value.to_string())
}
