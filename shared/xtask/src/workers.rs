//! The deployed workers: all crates below `functions/` that have a `wrangler.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::capture;
use crate::profile::Profile;
use crate::project::Project;
use crate::setup::WASM_TARGET;

/// The gateway's folder; its configuration is at the root of the project.
const FRONT_DOOR: &str = "functions/gateway";

/// A worker.
pub(crate) struct Worker {
    /// Its name in `wrangler.toml`.
    pub(crate) name: String,
    /// Its name in `Cargo.toml`.
    pub(crate) package: String,
    /// The folder of the crate.
    pub(crate) dir: PathBuf,
    /// The `wrangler.toml`, parsed.
    pub(crate) config: toml::Table,
    /// The folder of the `wrangler.toml`; its paths are relative to this folder.
    pub(crate) config_dir: PathBuf,
    /// The folder of cargo's output.
    pub(crate) target: PathBuf,
}

impl Worker {
    /// The folder of the bundle; for an upload the wrangler file names it.
    pub(crate) fn bundle(&self, profile: Profile) -> PathBuf {
        match profile {
            Profile::Development => self.target.join("development").join(&self.name),
            Profile::Release => self.dir.join("build"),
        }
    }

    /// The file that cargo compiles it to.
    pub(crate) fn wasm(&self, profile: Profile) -> PathBuf {
        let folder = self.target.join(WASM_TARGET).join(profile.name());
        folder.join(self.package.replace('-', "_")).with_extension("wasm")
    }

    /// True if a person's `name` means this worker: its own name, the package's, or the one without prefix.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.package == name || self.name.strip_prefix("nerve-") == Some(name)
    }

    /// True if the worker has a public route.
    pub(crate) fn is_front_door(&self) -> bool {
        self.dir.ends_with(FRONT_DOOR)
    }

    /// True if it serves a single webhook source.
    pub(crate) fn is_source(&self) -> bool {
        self.dir.parent().is_some_and(|parent| parent.ends_with("functions/sources"))
    }

    /// The names of its secrets.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let required = self.config.get("secrets").and_then(|secrets| secrets.get("required"));
        required.and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str)
    }

    /// The names of its plain variables and of its optional secrets.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let vars = self.config.get("vars").and_then(toml::Value::as_table);
        let optional = OPTIONAL_SECRETS.iter().filter(|(name, _)| *name == self.name).flat_map(|(_, secrets)| *secrets);
        vars.into_iter().flat_map(|vars| vars.keys().map(String::as_str)).chain(optional.copied())
    }
}

/// Secrets that enable an option. A wrangler file can only list required ones.
const OPTIONAL_SECRETS: &[(&str, &[&str])] = &[("nerve-executor", &["NOTIFY_URL", "NOTIFY_SECRET"])];

/// The output of `cargo metadata` about the workspace itself.
pub(crate) fn metadata(project: &Project) -> Result<Value> {
    let mut cargo = project.cargo();
    cargo.args(["metadata", "--format-version", "1", "--no-deps"]);
    serde_json::from_str(&capture(&mut cargo)?).context("cargo metadata printed something else")
}

/// All workers, the gateway first, the others by name.
pub(crate) fn all(project: &Project) -> Result<Vec<Worker>> {
    let metadata = metadata(project)?;
    let target = metadata["target_directory"].as_str().context("no target directory")?;
    let mut workers = Vec::new();
    for package in metadata["packages"].as_array().context("no packages")? {
        workers.extend(worker(project, Path::new(target), package)?);
    }
    workers.sort_by_key(|w| (!w.is_front_door(), w.name.clone()));
    Ok(workers)
}

/// The workers that `names` mean; all if there are no names.
pub(crate) fn named(project: &Project, names: &[String]) -> Result<Vec<Worker>> {
    let mut workers = all(project)?;
    for name in names {
        if !workers.iter().any(|worker| worker.is_called(name)) {
            let known: Vec<_> = workers.iter().map(|worker| worker.name.as_str()).collect();
            bail!("there is no worker {name}; there are {}", known.join(", "));
        }
    }
    workers.retain(|worker| names.is_empty() || names.iter().any(|name| worker.is_called(name)));
    Ok(workers)
}

fn worker(project: &Project, target: &Path, package: &Value) -> Result<Option<Worker>> {
    let manifest = Path::new(package["manifest_path"].as_str().context("no manifest path")?);
    let dir = manifest.parent().context("a manifest without a folder")?.to_path_buf();
    if !dir.starts_with(project.path("functions")) {
        return Ok(None);
    }
    let config_dir = if dir == project.path(FRONT_DOOR) { project.root().to_path_buf() } else { dir.clone() };
    let config = parse(&config_dir.join("wrangler.toml"))?;
    let name = config.get("name").and_then(toml::Value::as_str).context("a worker without a name")?.to_owned();
    let package = package["name"].as_str().context("a package without a name")?.to_owned();
    Ok(Some(Worker { name, package, dir, config, config_dir, target: target.to_path_buf() }))
}

fn parse(path: &Path) -> Result<toml::Table> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.parse().with_context(|| format!("{} is not valid", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(dir: &str) -> Worker {
        let config = "[secrets]\nrequired = [\"STRIPE_SECRETS\"]\n[vars]\nDEBOUNCE_MS = \"2000\"\n";
        Worker {
            name: "nerve-stripe".into(),
            package: "stripe-worker".into(),
            dir: dir.into(),
            config: config.parse().unwrap(),
            config_dir: dir.into(),
            target: PathBuf::new(),
        }
    }

    #[test]
    fn a_worker_answers_to_each_of_its_names() {
        let worker = example("/p/functions/sources/stripe");
        assert!(["nerve-stripe", "stripe-worker", "stripe"].iter().all(|name| worker.is_called(name)));
        assert!(!worker.is_called("strip"));
    }

    #[test]
    fn the_folder_shows_the_purpose_of_a_worker() {
        assert!(example("/p/functions/sources/stripe").is_source());
        assert!(!example("/p/functions/console").is_source());
        assert!(example("/p/functions/gateway").is_front_door());
    }

    #[test]
    fn the_wrangler_file_lists_a_workers_secrets_and_variables() {
        let worker = example("/p/functions/sources/stripe");
        assert_eq!(worker.secrets().collect::<Vec<_>>(), ["STRIPE_SECRETS"]);
        assert_eq!(worker.variables().collect::<Vec<_>>(), ["DEBOUNCE_MS"]);
    }
}
