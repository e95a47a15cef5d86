//! The console in a test world: real SQLite, a fixed clock, one customer with four proposals.

use crate::{
    console::handle,
    http::{Method, Request, Response},
    services::Services,
    session::{AdminToken, Session},
};
use nerve_intake::reading::People;
use nerve_ledger::{
    chain::{self, Body, ChainId, Entry, EntryKind},
    events, proposals,
    questions::{self, Question},
    records::{self, NewRecord, Origin},
};
use nerve_model::{
    Action, Actor, Audience, Candidate, Card, Case, ClaimKind, CreateTask, DedupKey, DraftMessage, EventRef, Evidence,
    Executable, Execution, Gate, GateResult, GateVerdict, Handling, HumanOwned, Millis, NotifyInternal, Operation,
    Priority, Proposal, ProposalId, ProposalStatus, QuestionId, QuestionStatus, RecommenderId, RecordId, RecordRef,
    SituationRef, Timestamp,
};
use nerve_ports::{Actions, Database, Entropy, ErasureTargets, Operations, Situations, Timelines, Unreachable};
use nerve_protocol::{
    inbox::{Kept, RawBody},
    record::{Compared, Comparison, Page, Pending, Span},
    source_metrics::SourceMetrics,
};
use nerve_testkit::{
    FakeQueue, SeededEntropy, Sqlite, block_on,
    events::{NOW, ada, confident, entry, payment_failed, record_id},
};
use serde_json::Value;
use std::{cell::RefCell, collections::BTreeMap};

/// The admin token of the test world.
pub(crate) const TOKEN: &str = "hush";

/// The services of the test world.
pub(crate) struct World {
    /// The database.
    pub(crate) db: Sqlite,
    /// The announced proposals.
    pub(crate) queue: FakeQueue<ProposalId>,
    /// The configured token.
    pub(crate) token: Option<&'static str>,
    /// The inbox's answer; `None` where it cannot be reached.
    pub(crate) inbox: Option<(Kept, RawBody, Vec<u8>)>,
    /// The counts by source; those of other sources cannot be reached.
    pub(crate) health: BTreeMap<&'static str, SourceMetrics>,
    /// The log.
    pub(crate) log: RefCell<Vec<String>>,
    /// The deliveries and timelines whose erasure was ordered.
    pub(crate) erased: RefCell<Vec<String>>,
    /// Reads telephone numbers of Germany.
    pub(crate) people: People,
    /// Deterministic randomness.
    pub(crate) entropy: SeededEntropy,
}

impl Actions for World {
    async fn announce(&self, proposal: ProposalId) -> Result<(), Unreachable> {
        self.queue.announce(proposal).await
    }
}

impl Operations for World {
    async fn operations(&self) -> Result<Vec<Operation>, Unreachable> {
        Ok(nerve_connectors::operations(&nerve_connectors::Team::Console))
    }
}

impl Entropy for World {
    fn random(&self) -> u128 {
        self.entropy.random()
    }
}

impl Situations for World {
    async fn announce(&self, _: RecordId) -> Result<(), Unreachable> {
        Ok(())
    }
}

impl Timelines for World {
    async fn pending(&self, _: RecordId, _: u32) -> Result<Pending, Unreachable> {
        let entries = vec![entry(1, payment_failed(1, "in_1"))];
        let open_items = entries.clone();
        Ok(Pending { entries, open_items, up_to: Some(1), ..Pending::default() })
    }

    async fn compare(&self, _: RecordId, _: Comparison) -> Result<Compared, Unreachable> {
        Ok(Compared::default())
    }

    async fn page(&self, _: RecordId, span: Span) -> Result<Page, Unreachable> {
        let told = entry(1, payment_failed(1, "in_1"));
        let wanted = span.before.is_none_or(|before| told.place() < before)
            && (span.kinds.is_empty() || span.kinds.contains(&told.event.kind()))
            && span.text.is_none_or(|text| nerve_situation::says(&told.event, &text));
        Ok(Page { entries: Some(told).filter(|_| wanted).into_iter().collect(), next: None })
    }
}

impl ErasureTargets for World {
    async fn erase_delivery(&self, inbox: &str, key: &DedupKey, _: &[String]) -> Result<(), Unreachable> {
        self.erased.borrow_mut().push(format!("{inbox} {key}"));
        self.inbox.as_ref().map(drop).ok_or_else(away)
    }

    async fn scrub_delivery(&self, _: &str, _: &DedupKey, _: &[String]) -> Result<(), Unreachable> {
        Ok(())
    }

    async fn erase_timeline(&self, record: RecordId) -> Result<(), Unreachable> {
        self.erased.borrow_mut().push(record.to_string());
        Ok(())
    }

    async fn scrub_timeline(&self, _: RecordId, _: &[String]) -> Result<(), Unreachable> {
        Ok(())
    }
}

impl Services for World {
    type Db = Sqlite;

    fn db(&self) -> &Sqlite {
        &self.db
    }

    fn now(&self) -> Timestamp {
        NOW
    }

    fn admin_token(&self) -> Option<AdminToken> {
        self.token.and_then(AdminToken::new)
    }

    fn people(&self) -> &People {
        &self.people
    }

    fn document_bytes(&self) -> usize {
        nerve_situation::DOCUMENT_BYTES
    }

    fn report(&self, failure: &str) {
        self.log.borrow_mut().push(failure.to_owned());
    }

    async fn inspect(&self, _: &str, _: &DedupKey) -> Result<Option<Kept>, Unreachable> {
        self.inbox.clone().map(|(kept, ..)| Some(kept)).ok_or_else(away)
    }

    async fn raw(&self, _: &str, _: &DedupKey) -> Result<Option<(RawBody, Vec<u8>)>, Unreachable> {
        self.inbox.clone().map(|(_, about, bytes)| Some((about, bytes))).ok_or_else(away)
    }

    async fn source_metrics(&self, source: &str) -> Result<SourceMetrics, Unreachable> {
        self.health.get(source).cloned().ok_or_else(away)
    }
}

fn away() -> Unreachable {
    Unreachable("the inbox is away".to_owned())
}

impl World {
    /// A world without events.
    pub(crate) fn empty() -> Self {
        let (db, queue, entropy) = (Sqlite::default(), FakeQueue::default(), SeededEntropy::new(1));
        let people = People::new(Vec::new(), "DE".parse().ok());
        Self {
            db,
            queue,
            token: Some(TOKEN),
            inbox: None,
            health: BTreeMap::new(),
            log: RefCell::default(),
            erased: RefCell::default(),
            people,
            entropy,
        }
    }

    /// A world where a payment of Ada failed: a task, a draft, a refund and a notification are proposed.
    pub(crate) fn new() -> Self {
        Self::about(&ada())
    }

    /// The same about another record; its name is in every text that comes from outside.
    pub(crate) fn about(record: &RecordRef) -> Self {
        let world = Self::empty();
        let mut event = payment_failed(1, "in_1");
        event.summary.clone_from(&record.name);
        let known = NewRecord { claims: event.claims.clone(), ..NewRecord::named(record.clone()).provisional() };
        let origin = Origin { event: Some(event.id), ..Origin::of(Actor::system("context"), NOW) };
        let mut statements = records::create(&known, &origin, world.random());
        statements.push(events::insert(&event, &confident(), record.id, "inbox", 0));
        block_on(world.db.batch(statements)).unwrap();
        for (n, action) in actions(&record.name).into_iter().enumerate() {
            world.propose(n as u128 + 1, record, action);
        }
        world
    }

    /// Raises an identity question with two candidates: Ada, and another record of that name.
    pub(crate) fn ask_identity(&self, name: &str) -> Question {
        let party = RecordRef { id: record_id(71), name: name.to_owned(), ..ada() };
        let other = RecordRef { id: record_id(72), ..party.clone() };
        let name = Evidence {
            field: ClaimKind::Name,
            value: name.to_owned(),
            finding: format!("the same: {name}"),
            weight: 12.0,
        };
        let candidate =
            |record| Candidate { record, confidence: 0.5, prior: -12.0, against: None, evidence: vec![name.clone()] };
        let question = Question {
            id: QuestionId::new(NOW, 1),
            key: "key".to_owned(),
            record: party.id,
            whole: party.clone(),
            joined: false,
            event: payment_failed(1, "in_1").id,
            candidates: [ada(), other.clone()].map(candidate).into(),
            status: QuestionStatus::Open,
            answer: None,
            urgent: false,
            considered: None,
            asked_at: NOW,
            version: 1,
        };
        let origin = Origin::of(Actor::system("test"), NOW);
        let records = [&party, &other]
            .map(|record| records::create(&NewRecord::named(record.clone()).provisional(), &origin, self.random()));
        block_on(self.db.batch(records.into_iter().flatten().chain([questions::ask(&question)]).collect())).unwrap();
        question
    }

    fn propose(&self, n: u128, record: &RecordRef, action: Action) {
        let mut proposal = proposal(n, record, action);
        let chain = ChainId::Record(record.id);
        let mut head = block_on(chain::head(&self.db, &chain)).unwrap();
        proposal.card.situation.entry = Some(head.n + 1);
        proposal.digest = proposals::digest(proposal.id, &proposal.card);
        let entry = Entry {
            kind: EntryKind::Proposed,
            at: NOW,
            actor: Actor::system("agent"),
            proposal: Some(proposal.id),
            event: Some(proposal.card.event.id),
            body: Body { situation: Some(record.name.clone()), ..Body::of(&proposal) },
        };
        let mut statements = vec![proposals::insert(&proposal)];
        statements.extend(head.append(&chain, &entry, self.random()));
        block_on(self.db.batch(statements)).unwrap();
    }

    /// Writes the entry of a recommendation like this proposal that a gate dropped.
    pub(crate) fn drop_like(&self, proposal: &Proposal, reason: &str) {
        let chain = ChainId::Record(proposal.card.home());
        let mut head = block_on(chain::head(&self.db, &chain)).unwrap();
        let entry = Entry {
            kind: EntryKind::Dropped,
            at: NOW,
            actor: Actor::system("agent"),
            proposal: Some(ProposalId::new(NOW, 99)),
            event: Some(proposal.card.event.id),
            body: Body { note: Some(reason.to_owned()), approval_status: None, ..Body::of(proposal) },
        };
        block_on(self.db.batch(head.append(&chain, &entry, self.random()))).unwrap();
    }

    /// The current state of a proposal.
    pub(crate) fn proposal(&self, n: u128) -> Proposal {
        block_on(proposals::get(&self.db, ProposalId::new(NOW, n))).unwrap().unwrap()
    }

    /// The response of the console.
    pub(crate) fn ask(&self, request: Request) -> Response {
        block_on(handle(request, self))
    }

    /// The status and the document of the API, for a program with the token.
    pub(crate) fn api(&self, method: &str, target: &str, body: &str) -> (u16, Value) {
        let response = self.ask(request(method, target).with("authorization", "Bearer hush").body(body));
        let document = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        (response.status, document)
    }

    /// The status and the page that Ada sees.
    pub(crate) fn page(&self, target: &str) -> (u16, String) {
        let response = self.ask(request("GET", target).signed_in());
        (response.status, String::from_utf8(response.body).unwrap())
    }

    /// The response to a form that Ada submits.
    pub(crate) fn submit(&self, target: &str, form: &str) -> Response {
        self.ask(request("POST", target).signed_in().with("origin", "https://nerve.example").body(form))
    }
}

/// A request to `https://nerve.example`.
pub(crate) fn request(method: &str, target: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method: Method::parse(method),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: vec![("Host".to_owned(), "nerve.example".to_owned())],
        body: Vec::new(),
        https: true,
    }
}

impl Request {
    /// With a header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a body.
    pub(crate) fn body(self, body: &str) -> Self {
        Self { body: body.as_bytes().to_vec(), ..self }
    }

    /// With Ada's session.
    pub(crate) fn signed_in(self) -> Self {
        let session = Session::start("Ada", NOW).unwrap().seal(&AdminToken::new(TOKEN).unwrap()).unwrap();
        self.with("cookie", &format!("other=1; nerve_session={session}"))
    }
}

fn actions(text: &str) -> [Action; 4] {
    let line = nerve_model::clip(text, 200);
    let (to, due_at) = (Some("ada@example.com".to_owned()), Some(NOW + Millis::days(2)));
    let task =
        CreateTask { title: line.clone(), detail: text.to_owned(), priority: Priority::Urgent, due_at, assignee: None };
    let draft = DraftMessage { to, subject: line, body: text.to_owned() };
    let notice =
        NotifyInternal { audience: Audience::Team, text: nerve_model::clip(text, 500), priority: Priority::Normal };
    [
        Action::Executable(Executable::CreateTask(task)),
        Action::Executable(Executable::DraftMessage(draft)),
        Action::HumanOwned(HumanOwned::Refund(Case { summary: text.to_owned() })),
        Action::Executable(Executable::NotifyInternal(notice)),
    ]
}

fn proposal(n: u128, record: &RecordRef, action: Action) -> Proposal {
    let event = payment_failed(1, "in_1");
    let text = record.name.clone();
    let reference = EventRef {
        id: event.id,
        kind: event.kind(),
        source: event.source.clone(),
        summary: text.clone(),
        test: true,
        occurred_at: NOW,
        link: event.link.clone(),
    };
    let gate = |gate: &Gate| GateResult { gate: *gate, verdict: GateVerdict::Hold, reason: text.clone() };
    let card = Card {
        edited: false,
        effect: text.clone(),
        risk: action.kind().base_risk(),
        reversible: action.kind().is_reversible(),
        action,
        reason: text.clone(),
        proposed_by: "playbook: payment-failed".to_owned(),
        questions: vec![text.clone()],
        answers: vec![text.clone()],
        matter: None,
        subject: event.subject.clone(),
        record: record.clone(),
        part: None,
        matched: confident(),
        timeline: vec![entry(1, event).line()],
        gates: Gate::ALL.iter().map(gate).collect(),
        situation: SituationRef { digest: nerve_situation::digest(&text), up_to: 1, entry: None },
        event: reference,
    };
    let id = ProposalId::new(NOW, n);
    Proposal {
        id,
        recommender: RecommenderId::PLAYBOOK,
        status: ProposalStatus::Pending,
        version: 1,
        digest: proposals::digest(id, &card),
        card,
        handling: Handling::default(),
        decision: None,
        execution: Execution::default(),
        outcome: None,
        created_at: NOW,
        updated_at: NOW,
        expires_at: NOW + Millis::days(14),
    }
}
