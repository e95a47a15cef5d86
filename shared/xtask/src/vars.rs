//! The secrets and settings of a local instance: one file, from which each worker gets its own values.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::output;
use crate::workers::Worker;

/// The name of the token that opens the console and the API.
pub(crate) const ADMIN_TOKEN: &str = "NERVE_ADMIN_TOKEN";

/// The random bytes in a created secret.
const SECRET_BYTES: usize = 24;

/// The names and values of the file.
pub(crate) struct Vars(BTreeMap<String, String>);

impl Vars {
    /// Reads the file, or creates it with a random value for each secret of the workers.
    pub(crate) fn load_or_create(path: &Path, workers: &[Worker]) -> Result<Self> {
        if !path.exists() {
            create(path, workers)?;
        }
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let vars = Self(parse(&text).with_context(|| format!("in {}", path.display()))?);
        for warning in vars.complaints(workers) {
            output::warn(&format!("{warning} ({})", path.display()));
        }
        Ok(vars)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The values that a worker declares, and no others.
    pub(crate) fn of<'a>(&'a self, worker: &'a Worker) -> BTreeMap<&'a str, &'a str> {
        worker.secrets().chain(worker.variables()).filter_map(|name| Some((name, self.get(name)?))).collect()
    }

    /// Messages about missing and unused values.
    fn complaints(&self, workers: &[Worker]) -> Vec<String> {
        let missing = workers.iter().flat_map(|worker| {
            let absent = worker.secrets().filter(|name| self.get(name).is_none());
            absent.map(|name| format!("{name} is missing: {} fails closed", worker.name))
        });
        let declared = |name: &str| workers.iter().any(|w| w.secrets().chain(w.variables()).any(|known| known == name));
        let unknown = self.0.keys().filter(|name| !declared(name));
        missing.chain(unknown.map(|name| format!("{name} is declared by no worker: ignored"))).collect()
    }
}

/// Creates the file, readable by its owner only; never overwrites it.
fn create(path: &Path, workers: &[Worker]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let mut text = String::from("# The secrets of a local instance, made up on its first start.\n");
    for name in workers.iter().flat_map(Worker::secrets) {
        text.push_str(&format!("{name}={}\n", random(name)?));
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    output::note(&format!("created random secrets in {}", path.display()));
    Ok(())
}

/// A random secret. Stripe and Standard Webhooks have Base64 keys, and hexadecimal is Base64; a password gets a name
/// before it, and SendGrid a public key. Any text serves for the other vendors.
fn random(name: &str) -> Result<String> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).context("no randomness")?;
    let prefix = match name {
        "SENDGRID_SECRETS" => return public_key(),
        "POSTMARK_SECRETS" => "nerve:",
        name if name.ends_with("_SECRETS") => "whsec_",
        _ => "nrv_",
    };
    Ok(prefix.to_owned() + &hex::encode(bytes))
}

/// The public key of a discarded private key: the source rejects everything until the vendor's key replaces it.
fn public_key() -> Result<String> {
    let mut private_key = [0; 32];
    getrandom::fill(&mut private_key).context("no randomness")?;
    nerve_signatures::ecdsa_p256::public_key_of(&private_key).context("these bytes are no private key; try again")
}

/// Parses dotenv text: `NAME=value`, `NAME='value'` or `NAME="value"`, with `#` comments.
fn parse(text: &str) -> Result<BTreeMap<String, String>> {
    let mut vars = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else {
            bail!("line {}: expected NAME=value", number + 1);
        };
        vars.insert(name.trim().to_owned(), unquote(value.trim()).to_owned());
    }
    Ok(vars)
}

fn unquote(value: &str) -> &str {
    for quote in ['\'', '"', '`'] {
        if let Some((inner, _)) = value.strip_prefix(quote).and_then(|rest| rest.rsplit_once(quote)) {
            return inner;
        }
    }
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end())
}

/// The line that dotenv parses back as exactly this value.
pub(crate) fn line(name: &str, value: &str) -> Result<String> {
    let quote = ['\'', '`', '"'].into_iter().find(|quote| !value.contains(*quote));
    let quote = quote.with_context(|| format!("{name} has every kind of quote in it"))?;
    Ok(format!("{name}={quote}{value}{quote}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    fn worker(name: &str, config: &str) -> Worker {
        let config = config.parse().unwrap();
        let (dir, target) = (PathBuf::new(), PathBuf::new());
        Worker { name: name.into(), package: name.into(), config_dir: dir.clone(), dir, config, target }
    }

    fn workers() -> [Worker; 2] {
        [
            worker("nerve-stripe", "secrets.required = [\"STRIPE_SECRETS\"]"),
            worker("nerve-console", "secrets.required = [\"NERVE_ADMIN_TOKEN\"]\nvars.PAGE = \"20\""),
        ]
    }

    fn vars(text: &str) -> Vars {
        Vars(parse(text).unwrap())
    }

    #[test]
    fn dotenv_is_read() {
        let text = "# c\n\nA=1\nexport B = two # why\nC='a # b'\nD=\"x\"\nE=a#b=c\nF=\n";
        let expected = [("A", "1"), ("B", "two"), ("C", "a # b"), ("D", "x"), ("E", "a#b=c"), ("F", "")];
        assert_eq!(parse(text).unwrap(), expected.map(|(k, v)| (k.into(), v.into())).into());
        assert!(parse("no equals sign").is_err());
    }

    #[test]
    fn a_written_value_is_read_back() {
        for value in ["plain", "a'b", "a b # c", "$HOME", "'`"] {
            let vars = vars(&line("X", value).unwrap());
            assert_eq!(vars.get("X"), Some(value));
        }
        assert!(line("X", "'`\"").is_err());
    }

    #[test]
    fn a_worker_gets_its_declared_values_and_no_others() {
        let vars = vars("STRIPE_SECRETS=s\nNERVE_ADMIN_TOKEN=t\nPAGE=50\nOTHER=x\n");
        let [stripe, console] = workers();
        assert_eq!(vars.of(&stripe), [("STRIPE_SECRETS", "s")].into());
        assert_eq!(vars.of(&console), [("NERVE_ADMIN_TOKEN", "t"), ("PAGE", "50")].into());
    }

    #[test]
    fn missing_and_unknown_names_are_reported() {
        let complaints = vars("STRIPE_SECRETS=\nNERVE_ADMIN_TOKEN=t\nTYPO=x").complaints(&workers());
        let missing = "STRIPE_SECRETS is missing: nerve-stripe fails closed";
        assert_eq!(complaints, [missing, "TYPO is declared by no worker: ignored"]);
    }

    #[test]
    fn a_new_file_has_every_secret_and_is_its_owners() {
        let path = std::env::temp_dir().join(format!("nerve-vars-{}", std::process::id()));
        let first = Vars::load_or_create(&path, &workers()).unwrap();
        let again = Vars::load_or_create(&path, &workers()).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        fs::remove_file(&path).unwrap();
        assert!(first.get("STRIPE_SECRETS").unwrap().starts_with("whsec_"));
        assert_eq!(first.get(ADMIN_TOKEN), again.get(ADMIN_TOKEN));
        assert_eq!(mode & 0o777, 0o600);
        assert!(first.complaints(&workers()).is_empty());
    }
}
