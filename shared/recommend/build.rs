//! Reads and checks the playbook: a mistake in it fails the build and not a worker.

// A build script fails by a panic.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, dead_code)]

#[path = "src/playbook/rules.rs"]
mod rules;
#[path = "src/playbook/template.rs"]
mod template;

use std::{env, fs, path::PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=playbook.toml");
    let text = fs::read_to_string("playbook.toml").unwrap();
    let rules: rules::Rules = toml::from_str(&text).unwrap_or_else(|error| panic!("playbook.toml: {error}"));
    if let Err(error) = rules.check() {
        panic!("playbook.toml: {error}");
    }
    let target = PathBuf::from(env::var("OUT_DIR").unwrap()).join("playbook.json");
    fs::write(target, serde_json::to_string(&rules).unwrap()).unwrap();
}
