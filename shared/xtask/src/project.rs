//! Where things are, and how the project's own programs are called.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The working tree.
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// Two folders above this crate, wherever the command was called from.
    pub(crate) fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.ancestors().nth(2).context("the project has no root")?;
        Ok(Self { root: root.to_path_buf() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A program that `npm ci` put into the project.
    pub(crate) fn npm_bin(&self, name: &str) -> PathBuf {
        self.root.join("node_modules/.bin").join(name)
    }

    /// A call of `program` from the root of the project.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        // A failing tool says why; how it got there internally is of no use to its caller.
        command.env("RUST_BACKTRACE", "0");
        command
    }

    pub(crate) fn cargo(&self) -> Command {
        self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// The pinned Node.js: the system's own is used to install it and for nothing else.
    pub(crate) fn node(&self) -> Command {
        self.command(self.npm_bin("node"))
    }
}
