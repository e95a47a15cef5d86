//! `bundler WASM FOLDER`: writes the files that a compiled worker needs to run on the platform into the folder.
//!
//! It replaces `worker-build` and the `wasm-bindgen` command, without their first step (compiling) and their last (one
//! optimized file). It is a separate program, so that the rest of the project does not wait for its compilation.

mod shim;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let [wasm, folder] = [arguments.next(), arguments.next()].map(|path| path.context("usage: bundler WASM FOLDER"));
    run(&wasm?, &folder?)
}

/// Writes `shim.js`, the entry point, `index.js`, `index_bg.wasm`, and the files they import.
fn run(wasm: &Path, folder: &Path) -> Result<()> {
    bindings(wasm, folder).with_context(|| format!("no bindings for {}", wasm.display()))?;
    let path = folder.join("index.js");
    let module = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let path = folder.join("shim.js");
    fs::write(&path, shim::of(&module)).with_context(|| format!("cannot write {}", path.display()))
}

fn bindings(wasm: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("index").module(true)?;
    // After a panic the shim restarts with clean memory.
    bindgen.reset_state_function(true).force_enable_abort_handler(true);
    bindgen.generate(folder)
}
