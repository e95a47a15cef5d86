//! The runtime behind [`Services`]; requests and responses between its form and the console's.

use crate::{
    http::{Method, Request, Response, max_body_bytes},
    services::Services,
    session::AdminToken,
    zone,
};
use nerve_intake::{Deployment, reading::People};
use nerve_model::{DedupKey, Operation, ProposalId, RecordId, Timestamp};
use nerve_ports::{Actions, Entropy, ErasureTargets, Operations, Situations, Timelines, Unreachable};
use nerve_protocol::{
    inbox::{Kept, RawBody},
    record::{Compared, Comparison, Page, Pending, Span},
    source_metrics::SourceMetrics,
};
use nerve_runtime::{
    ActionQueue, D1, ExecutorClient, InboxClient, Level, ObjectErasureTargets, Randomness, RecordClient,
    SituationQueue, TooLarge, Vars, log, number_var, read_body, secret, time_zone,
};
use nerve_situation::{DOCUMENT_BYTES_SETTING, document_bytes};

pub(crate) struct Bindings {
    db: D1,
    inboxes: InboxClient,
    records: RecordClient,
    targets: ObjectErasureTargets,
    actions: ActionQueue,
    situations: SituationQueue,
    operations: ExecutorClient,
    token: Option<String>,
    people: People,
    document_bytes: usize,
}

impl Bindings {
    /// The bindings of the worker; an error names the missing one.
    pub(crate) fn from_env(env: &worker::Env) -> Result<Self, String> {
        zone::set(time_zone(env)?);
        Ok(Self {
            db: D1::from_env(env).map_err(|error| error.to_string())?,
            inboxes: InboxClient::from_env(env).map_err(|error| error.to_string())?,
            records: RecordClient::from_env(env).map_err(|error| error.to_string())?,
            targets: ObjectErasureTargets::from_env(env).map_err(|error| error.to_string())?,
            actions: ActionQueue::from_env(env).map_err(|error| error.to_string())?,
            situations: SituationQueue::from_env(env).map_err(|error| error.to_string())?,
            operations: ExecutorClient::from_env(env).map_err(|error| error.to_string())?,
            token: secret(env, "NERVE_ADMIN_TOKEN"),
            people: Deployment::read(&Vars(env)).map_err(|error| error.to_string())?.people,
            document_bytes: document_bytes(number_var(env, DOCUMENT_BYTES_SETTING, 16_384)),
        })
    }
}

impl Actions for Bindings {
    async fn announce(&self, proposal: ProposalId) -> Result<(), Unreachable> {
        self.actions.announce(proposal).await
    }
}

impl Situations for Bindings {
    async fn announce(&self, record: RecordId) -> Result<(), Unreachable> {
        self.situations.announce(record).await
    }
}

impl Operations for Bindings {
    async fn operations(&self) -> Result<Vec<Operation>, Unreachable> {
        self.operations.operations().await
    }
}

impl Entropy for Bindings {
    fn random(&self) -> u128 {
        Randomness.random()
    }
}

impl Timelines for Bindings {
    async fn pending(&self, record: RecordId, history: u32) -> Result<Pending, Unreachable> {
        self.records.pending(record, history).await
    }

    async fn compare(&self, record: RecordId, asked: Comparison) -> Result<Compared, Unreachable> {
        self.records.compare(record, asked).await
    }

    async fn page(&self, record: RecordId, span: Span) -> Result<Page, Unreachable> {
        self.records.page(record, span).await
    }
}

impl ErasureTargets for Bindings {
    async fn erase_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable> {
        self.targets.erase_delivery(inbox, key, words).await
    }

    async fn scrub_delivery(&self, inbox: &str, key: &DedupKey, words: &[String]) -> Result<(), Unreachable> {
        self.targets.scrub_delivery(inbox, key, words).await
    }

    async fn erase_timeline(&self, record: RecordId) -> Result<(), Unreachable> {
        self.targets.erase_timeline(record).await
    }

    async fn scrub_timeline(&self, record: RecordId, words: &[String]) -> Result<(), Unreachable> {
        self.targets.scrub_timeline(record, words).await
    }
}

impl Services for Bindings {
    type Db = D1;

    fn db(&self) -> &D1 {
        &self.db
    }

    fn now(&self) -> Timestamp {
        nerve_runtime::now()
    }

    fn admin_token(&self) -> Option<AdminToken> {
        self.token.as_deref().and_then(AdminToken::new)
    }

    fn people(&self) -> &People {
        &self.people
    }

    fn document_bytes(&self) -> usize {
        self.document_bytes
    }

    fn report(&self, failure: &str) {
        log(Level::Error, "console", "failed", failure);
    }

    async fn inspect(&self, inbox: &str, key: &DedupKey) -> Result<Option<Kept>, Unreachable> {
        self.inboxes.inspect(inbox, key).await
    }

    async fn raw(&self, inbox: &str, key: &DedupKey) -> Result<Option<(RawBody, Vec<u8>)>, Unreachable> {
        self.inboxes.raw(inbox, key).await
    }

    async fn source_metrics(&self, source: &str) -> Result<SourceMetrics, Unreachable> {
        self.inboxes.source_metrics(source).await
    }
}

/// Reads a request, unless its body is too large.
pub(crate) async fn read(request: worker::Request) -> worker::Result<Result<Request, TooLarge>> {
    let url = request.inner().url();
    let (https, path, query) = split(&url);
    let body = match read_body(request.inner(), max_body_bytes(path)).await? {
        Ok(body) => body,
        Err(too_large) => return Ok(Err(too_large)),
    };
    Ok(Ok(Request {
        // As text, since `Request::method` reads an unknown one as `GET`.
        method: Method::parse(&request.inner().method()),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: request.headers().entries().collect(),
        body,
        https,
    }))
}

/// Scheme, path and query of an absolute URL as the platform writes it. A parser would bring tables of the world's
/// scripts into the worker.
fn split(url: &str) -> (bool, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let target = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (scheme == "https", path, query)
}

pub(crate) fn write(response: Response) -> worker::Result<worker::Response> {
    let headers = worker::Headers::new();
    for (name, value) in &response.headers {
        headers.append(name, value)?;
    }
    let builder = worker::ResponseBuilder::new().with_status(response.status).with_headers(headers);
    Ok(if response.body.is_empty() { builder.empty() } else { builder.fixed(response.body) })
}
