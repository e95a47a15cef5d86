//! Prints the outcome of a sample delivery under a mapping: `cargo run -p custom-worker --example dry-run --
//! mappings/acme.toml sample.json`
//!
//! It does not check the signature. It reports an error in the mapping with its line.

// A command-line program, which never runs in a worker.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

use custom_worker::{mapping::Mapping, read};
use nerve_intake::{Delivery, Deployment, Headers, Item, Outcome, Settings};
use nerve_model::Timestamp;
use std::{env, error::Error, fs, path::Path, process::ExitCode, time::SystemTime};

/// Settings come from the environment, as in `OWN_DOMAINS=ours.example cargo run …`.
struct Environment;

impl Settings for Environment {
    fn get(&self, name: &str) -> Option<String> {
        env::var(name).ok().filter(|text| !text.trim().is_empty())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [mapping, sample] = arguments.as_slice() else {
        eprintln!("usage: dry-run <mapping.toml> <sample.json>");
        return ExitCode::from(2);
    };
    match run(Path::new(mapping), Path::new(sample)) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(file: &Path, sample: &Path) -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mapping: Mapping = toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let body = fs::read(sample).map_err(|error| format!("{}: {error}", sample.display()))?;
    let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or("acme");
    let outcome = read(name, &mapping, &delivery(body)?, &Deployment::read(&Environment)?)?;
    let Outcome::Items(items) = outcome else { return Ok("a handshake".to_owned()) };
    Ok(items.iter().map(shown).collect::<Result<Vec<_>, _>>()?.join("\n"))
}

fn delivery(body: Vec<u8>) -> Result<Delivery, Box<dyn Error>> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let received_at = Timestamp::from_seconds(i64::try_from(now)?);
    Ok(Delivery { method: "POST".to_owned(), url: String::new(), headers: Headers::default(), body, received_at })
}

fn shown(item: &Item) -> Result<String, serde_json::Error> {
    match item {
        Item::Ignored(ignored) => Ok(format!("ignored: {}", ignored.reason)),
        Item::Malformed(malformed) => Ok(format!("cannot be read: {malformed}")),
        Item::Event(event) | Item::Mail(event, _) => serde_json::to_string_pretty(&serde_json::json!({
            "fact": event.fact,
            "dedup_key": event.dedup_key,
            "semantic_key": event.semantic_key,
            "subject": event.subject,
            "claims": event.claims,
            "party_name": event.party_name,
            "summary": event.summary,
            "link": event.link,
            "test": event.test,
            "occurred_at": event.occurred_at,
        })),
    }
}
