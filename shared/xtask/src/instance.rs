//! The configuration of one local instance, made from the `wrangler.toml` files.
//!
//! Each instance has a folder below its state folder, so that several run side by side. Each worker has a folder in it:
//! the worker sees its own secrets only, and keeps its code when there is a newer build:
//!
//! ```text
//! <state>/v3/                 the databases, in wrangler's layout
//! <state>/instance/<worker>/  wrangler.json, .dev.vars, a copy of the bundle
//! <state>/instance/registry/  where the workers of this instance find each other
//! <state>/server.log
//! ```

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::bundle;
use crate::profile::Profile;
use crate::project::Project;
use crate::vars::{self, Vars};
use crate::workers::Worker;

/// The worker of the cron trigger.
const SWEEPER: &str = "nerve-sweeper";

/// A state folder that this program has locked.
pub(crate) struct Instance {
    state: PathBuf,
    configs: Vec<PathBuf>,
    /// The database of the worker that names the migrations.
    database: Option<PathBuf>,
    _lock: File,
}

impl Instance {
    /// Locks the state folder and writes the configuration into it.
    pub(crate) fn create(state: &Path, workers: &[Worker], profile: Profile, vars: &Vars) -> Result<Self> {
        let folder = state.join("instance");
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let lock = lock(state)?;
        let mut instance = Self { state: state.to_path_buf(), configs: Vec::new(), database: None, _lock: lock };
        for worker in workers {
            let config = write_worker(&folder, worker, workers, vars)?;
            copy_bundle(&worker.bundle(profile), &folder.join(&worker.name))?;
            if migrations_dir(worker).is_some() {
                instance.database = Some(config.clone());
            }
            instance.configs.push(config);
        }
        Ok(instance)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.state.join("server.log")
    }

    /// Brings the local database to the latest migration.
    pub(crate) fn migrate(&self, project: &Project) -> Result<Option<Command>> {
        let Some(config) = &self.database else { return Ok(None) };
        let mut wrangler = self.wrangler(project);
        wrangler.args(["d1", "migrations", "apply", "nerve", "--local", "--config"]).arg(config);
        wrangler.arg("--persist-to").arg(&self.state);
        Ok(Some(wrangler))
    }

    /// Runs all workers on one port of the loopback interface.
    pub(crate) fn serve(&self, project: &Project, port: u16) -> Command {
        let mut wrangler = self.wrangler(project);
        wrangler.args(["dev", "--ip", "127.0.0.1", "--port", &port.to_string(), "--inspector-port", "0"]);
        wrangler.args(["--show-interactive-dev-session", "false", "--persist-to"]).arg(&self.state);
        for config in &self.configs {
            wrangler.arg("--config").arg(config);
        }
        wrangler
    }

    /// A call of wrangler limited to this instance and this machine.
    fn wrangler(&self, project: &Project) -> Command {
        let mut wrangler = project.node();
        wrangler.arg("--no-warnings").arg(project.path("node_modules/wrangler/wrangler-dist/cli.js"));
        for (variable, value) in QUIET {
            wrangler.env(variable, value);
        }
        for (variable, folder) in [
            ("WRANGLER_REGISTRY_PATH", "registry"),
            ("WRANGLER_LOG_PATH", "logs"),
            ("WRANGLER_CACHE_DIR", "cache"),
            ("XDG_CONFIG_HOME", "config"),
        ] {
            wrangler.env(variable, self.state.join("instance").join(folder));
        }
        wrangler
    }
}

/// Disables questions, telemetry, update checks, and the development tools that would open the databases to anybody who
/// reaches the port.
const QUIET: &[(&str, &str)] = &[
    ("CI", "true"),
    ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
    ("NO_COLOR", "1"),
    ("WRANGLER_HIDE_BANNER", "true"),
    ("WRANGLER_SEND_ERROR_REPORTS", "false"),
    ("WRANGLER_SEND_METRICS", "false"),
    ("X_LOCAL_EXPLORER", "false"),
    ("X_LOCAL_OBSERVABILITY", "false"),
];

/// Two servers on the same databases would not see each other's objects.
fn lock(state: &Path) -> Result<File> {
    let file = File::create(state.join("instance/lock")).context("cannot create the lock file")?;
    if file.try_lock().is_err() {
        bail!("{} is in use by another instance; choose another with --state", state.display());
    }
    Ok(file)
}

fn write_worker(folder: &Path, worker: &Worker, workers: &[Worker], vars: &Vars) -> Result<PathBuf> {
    let folder = folder.join(&worker.name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut config = config(worker)?;
    if worker.is_front_door() && workers.iter().any(|w| w.name == SWEEPER) {
        pass_ticks_on(&mut config, &folder)?;
    }
    let path = folder.join("wrangler.json");
    write_private(&path, &serde_json::to_string_pretty(&config)?)?;
    let lines: Result<String> = vars.of(worker).iter().map(|(name, value)| vars::line(name, value)).collect();
    write_private(&folder.join(".dev.vars"), &lines?)?;
    Ok(path)
}

fn copy_bundle(bundle: &Path, folder: &Path) -> Result<()> {
    for file in bundle::FILES {
        let (from, to) = (bundle.join(file), folder.join(file));
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

/// The worker's own configuration, readable from another folder.
fn config(worker: &Worker) -> Result<Value> {
    let mut config = serde_json::to_value(&worker.config).context("cannot convert the configuration")?;
    config["main"] = json!("index.js");
    for database in config.get_mut("d1_databases").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(migrations) = database.get("migrations_dir").and_then(Value::as_str) {
            database["migrations_dir"] = json!(worker.config_dir.join(migrations));
        }
    }
    Ok(config)
}

fn migrations_dir(worker: &Worker) -> Option<&toml::Value> {
    let databases = worker.config.get("d1_databases")?.as_array()?;
    databases.iter().find_map(|database| database.get("migrations_dir"))
}

const TICKING_FRONT_DOOR: &str = r#"import FrontDoor from "./index.js";
export default class extends FrontDoor {
  scheduled({ cron, scheduledTime }) {
    return this.env.SWEEPER.scheduled({ cron, scheduledTime: new Date(scheduledTime) });
  }
}
"#;

/// Locally only the first worker can be triggered by cron, so the gateway forwards the trigger to the sweeper. The
/// deployed gateway has neither the handler nor the binding.
fn pass_ticks_on(config: &mut Value, folder: &Path) -> Result<()> {
    write_private(&folder.join("main.mjs"), TICKING_FRONT_DOOR)?;
    config["main"] = json!("main.mjs");
    append(config, "compatibility_flags", json!("service_binding_extra_handlers"));
    append(config, "services", json!({ "binding": "SWEEPER", "service": SWEEPER }));
    Ok(())
}

fn append(config: &mut Value, list: &str, item: Value) {
    match config.get_mut(list).and_then(Value::as_array_mut) {
        Some(items) => items.push(item),
        None => config[list] = json!([item]),
    }
}

/// The owner alone can read the file, even if an earlier instance created it.
fn write_private(path: &Path, text: &str) -> Result<()> {
    let context = || format!("cannot write {}", path.display());
    let mut file =
        File::options().write(true).create(true).truncate(true).mode(0o600).open(path).with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(name: &str, dir: &str, config: &str) -> Worker {
        let dir = PathBuf::from(dir);
        let config = config.parse().unwrap();
        Worker { name: name.into(), package: name.into(), config_dir: dir.clone(), dir, config, target: PathBuf::new() }
    }

    #[test]
    fn migrations_are_found_from_elsewhere() {
        let text = "main = \"build/index.js\"\n[[d1_databases]]\nmigrations_dir = \"../../migrations\"\n";
        let config = config(&worker("nerve-context", "/p/functions/context", text)).unwrap();
        assert_eq!(config["main"], "index.js");
        assert_eq!(config["d1_databases"][0]["migrations_dir"], "/p/functions/context/../../migrations");
    }

    #[test]
    fn each_folder_has_the_secrets_of_its_worker_only() {
        let root = std::env::temp_dir().join(format!("nerve-instance-{}", std::process::id()));
        let dir = |path: &str| root.join(path).display().to_string();
        let workers = [
            worker("nerve-gateway", &dir("functions/gateway"), ""),
            worker("nerve-stripe", &dir("functions/sources/stripe"), "secrets.required = [\"STRIPE_SECRETS\"]"),
            worker(SWEEPER, &dir("functions/sweeper"), ""),
        ];
        for worker in &workers {
            let bundle = worker.bundle(Profile::Release);
            fs::create_dir_all(&bundle).unwrap();
            fs::write(bundle.join("index.js"), &worker.name).unwrap();
            fs::write(bundle.join("index_bg.wasm"), "").unwrap();
        }
        fs::write(root.join("vars"), "STRIPE_SECRETS=whsec_1\n").unwrap();
        let vars = Vars::load_or_create(&root.join("vars"), &workers).unwrap();
        let state = root.join("state");
        let instance = Instance::create(&state, &workers, Profile::Release, &vars).unwrap();
        let read = |path: &str| fs::read_to_string(state.join("instance").join(path)).unwrap();
        assert_eq!(read("nerve-stripe/.dev.vars"), "STRIPE_SECRETS='whsec_1'\n");
        assert_eq!(read("nerve-stripe/index.js"), "nerve-stripe");
        assert_eq!(read("nerve-gateway/.dev.vars"), "");
        assert!(read("nerve-gateway/wrangler.json").contains("SWEEPER"));
        assert!(!read("nerve-stripe/wrangler.json").contains("SWEEPER"));
        let second = Instance::create(&state, &workers, Profile::Release, &vars).err().unwrap().to_string();
        assert!(second.contains("in use by another instance"), "{second}");
        drop(instance);
        fs::remove_dir_all(&root).unwrap();
    }
}
