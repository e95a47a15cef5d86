//! `cargo xtask dev`: every worker on the real runtime, on one port of this machine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::http::{Local, wait_until_free};
use crate::instance::Instance;
use crate::output::{self, Stopwatch};
use crate::process::capture;
use crate::profile::Profile;
use crate::project::Project;
use crate::server::Server;
use crate::vars::{ADMIN_TOKEN, Vars};
use crate::{build, clock, demo, workers};

/// How long the workers may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(90);

/// How long the port may still be held by an instance that was just killed.
const PORT_PATIENCE: Duration = Duration::from_secs(2);

/// How often the end of the server, or the wish for it, is looked for.
const POLL: Duration = Duration::from_millis(50);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port to listen on, on 127.0.0.1
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Where the databases live [default: .wrangler/state in the project]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// The secrets and settings; created with random secrets if absent [default: .dev.vars in the project]
    #[arg(long, value_name = "FILE")]
    vars: Option<PathBuf>,
    /// Play a story of signed deliveries through the real hooks
    #[arg(long)]
    demo: bool,
    /// Run what is deployed: small and fast, but it takes minutes to build
    #[arg(long)]
    release: bool,
    /// Show everything that the server prints, not only warnings and errors
    #[arg(long)]
    verbose: bool,
}

/// Runs until it is told to end, or the server ends.
pub(crate) fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    wait_until_free(options.port, PORT_PATIENCE)?;
    let workers = workers::all(project)?;
    let profile = if options.release { Profile::Release } else { Profile::Development };
    build::build(project, &workers, profile)?;
    output::section("Starting");
    let vars = Vars::load_or_create(&location(project, options.vars.as_deref(), ".dev.vars")?, &workers)?;
    let state = location(project, options.state.as_deref(), ".wrangler/state")?;
    let instance = Instance::create(&state, &workers, profile, &vars)?;
    output::note(&format!("everything the server says goes to {}", instance.log().display()));
    if let Some(mut migrations) = instance.migrate(project)? {
        capture(&mut migrations).context("migrating the database")?;
    }
    serve(project, options, &instance, &vars)
}

/// An option is relative to where the caller stands, a default to the project.
fn location(project: &Project, given: Option<&Path>, default: &str) -> Result<PathBuf> {
    match given {
        Some(path) => std::path::absolute(path).with_context(|| format!("no such place: {}", path.display())),
        None => Ok(project.path(default)),
    }
}

fn serve(project: &Project, options: &Options, instance: &Instance, vars: &Vars) -> Result<ExitCode> {
    let stop = Stop::listen()?;
    wait_until_free(options.port, PORT_PATIENCE)?;
    let mut server = Server::start(&instance.serve(project, options.port), &instance.log(), options.verbose)?;
    let local = Local::new(options.port);
    if !wait_until_healthy(&local, &mut server, &stop)? {
        return Ok(stop.code());
    }
    clock::start(local.clone());
    if options.demo {
        demo::play(&local, vars, &|| stop.requested())?;
    }
    let token = vars.get(ADMIN_TOKEN).unwrap_or("none, since NERVE_ADMIN_TOKEN is missing");
    println!("\nNerve is ready: {}  sign-in token: {token}", local.url());
    while !stop.requested() {
        fail_if_ended(&mut server)?;
        std::thread::sleep(POLL);
    }
    output::note("stopping");
    server.stop();
    Ok(stop.code())
}

/// `false` when it should stop instead.
fn wait_until_healthy(local: &Local, server: &mut Server, stop: &Stop) -> Result<bool> {
    let watch = Stopwatch::start();
    while !stop.requested() {
        fail_if_ended(server)?;
        if local.get("/api/health", &[]).is_ok_and(|answer| answer.status == 200) {
            output::note(&format!("healthy after {}", output::duration(watch.elapsed())));
            return Ok(true);
        }
        if watch.elapsed() > START_TIMEOUT {
            bail!("GET /api/health is not 200 after {} s\n{}", START_TIMEOUT.as_secs(), server.last_words());
        }
        std::thread::sleep(POLL);
    }
    Ok(false)
}

fn fail_if_ended(server: &mut Server) -> Result<()> {
    match server.ended() {
        Some(status) => bail!("the server ended with {status}\n{}", server.last_words()),
        None => Ok(()),
    }
}

/// Whether somebody wants this to end.
struct Stop(Arc<AtomicI32>);

impl Stop {
    fn listen() -> Result<Self> {
        let received = Arc::new(AtomicI32::new(0));
        let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM]).context("cannot listen for signals")?;
        let slot = Arc::clone(&received);
        std::thread::spawn(move || signals.forever().for_each(|signal| slot.store(signal, Ordering::Relaxed)));
        Ok(Self(received))
    }

    fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// What a shell would report of a program that the signal ended.
    fn code(&self) -> ExitCode {
        u8::try_from(128 + self.0.load(Ordering::Relaxed)).map_or(ExitCode::FAILURE, ExitCode::from)
    }
}
