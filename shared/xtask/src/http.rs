//! An HTTP client for the local server.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

use crate::output::Stopwatch;

/// The time limit of an answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A server on this machine.
#[derive(Clone)]
pub(crate) struct Local {
    agent: Agent,
    port: u16,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Local {
    pub(crate) fn new(port: u16) -> Self {
        let config =
            Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(TIMEOUT)).build();
        Self { agent: config.into(), port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        self.send("GET", path, headers, "")
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        self.send("POST", path, headers, body)
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(self.url() + path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match method {
            "GET" => self.agent.run(request.body(())?),
            _ => self.agent.run(request.body(body)?),
        };
        let mut answer = answer.with_context(|| format!("{method} {path}"))?;
        let body = answer.body_mut().read_to_string().with_context(|| format!("{method} {path}"))?;
        Ok(Answer { status: answer.status().as_u16(), body })
    }
}

impl Answer {
    /// The body, if the request succeeded.
    pub(crate) fn json(&self) -> Result<Value> {
        if self.status != 200 {
            bail!("status {}: {}", self.status, self.body);
        }
        serde_json::from_str(&self.body).with_context(|| format!("not JSON: {}", self.body))
    }
}

/// Fails if the port stays in use; an instance that was just killed takes a moment to release it.
pub(crate) fn wait_until_free(port: u16, patience: Duration) -> Result<()> {
    let watch = Stopwatch::start();
    loop {
        match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
            Ok(_) => return Ok(()),
            Err(_) if watch.elapsed() < patience => std::thread::sleep(patience / 20),
            Err(error) => bail!("port {port} is taken ({error}); choose another with --port"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = wait_until_free(port, Duration::ZERO).unwrap_err().to_string();
        assert!(error.starts_with(&format!("port {port} is taken")), "{error}");
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            drop(listener);
        });
        assert!(wait_until_free(port, Duration::from_secs(5)).is_ok());
    }
}
