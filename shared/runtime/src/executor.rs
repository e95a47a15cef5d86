use crate::unreachable;
use nerve_model::Operation;
use nerve_ports::{Operations, Unreachable};
use nerve_protocol::executor::{BINDING, OPERATIONS_PATH};
use worker::{Env, Fetcher};

/// A client of the executor.
#[derive(Debug)]
pub struct ExecutorClient(Fetcher);

impl ExecutorClient {
    /// The service bound as `EXECUTOR`.
    pub fn from_env(env: &Env) -> Result<Self, Unreachable> {
        env.service(BINDING).map(Self).map_err(unreachable)
    }
}

impl Operations for ExecutorClient {
    async fn operations(&self) -> Result<Vec<Operation>, Unreachable> {
        // A service has no address, but the platform requires one.
        let mut answer = self.0.fetch(format!("https://executor{OPERATIONS_PATH}"), None).await.map_err(unreachable)?;
        match answer.status_code() {
            200 => answer.json().await.map_err(unreachable),
            status => Err(Unreachable(format!("the executor answered {status}"))),
        }
    }
}
