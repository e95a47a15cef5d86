//! The effect of each operation.

use crate::{
    events::Happening,
    operation::{Decision, Operation, Store, Treats},
    ports::{Links, NoErasures},
    promise::{Broken, Promise},
    world::{DEBOUNCE, Inbox, RETENTION, Task, World},
};
use nerve_engine::{Agent, Dispatcher, Executor, Reply, Review, Sweeper};
use nerve_intake::inbox::{self, Arrival};
use nerve_model::{ActionKind, Actor, Digest, EventId, EventKind, Millis, ProposalId, RecommenderId};
use nerve_ports::{DatabaseError, Entropy, Row, Wake};
use nerve_protocol::{
    inbox::{Accepted, name},
    limits::backoff,
    unread::Unread,
};
use nerve_testkit::{Failure, ObjectSqlite, Treatment};
use serde_json::{Value, json};
use std::{
    rc::Rc,
    task::{Context, Waker},
};

/// The position of one of several; `None` if there are none.
pub(crate) fn pick<T>(list: &[T], n: u8) -> Option<usize> {
    (!list.is_empty()).then(|| usize::from(n) % list.len())
}

impl World {
    pub(crate) fn perform(self: &Rc<Self>, operation: Operation) {
        match operation {
            Operation::Deliver { said, durable } => self.deliver(said, durable),
            Operation::Alarm { inbox, early } => self.ring(inbox, early),
            Operation::Consider { message, keep } => self.consider(message, keep),
            Operation::CarryOut { message, keep } => self.execute(message, keep),
            Operation::Lose { message, action } => self.lose(message, action),
            Operation::Sweep => self.sweep(),
            Operation::Decide { proposal, decision } => self.decide(proposal, decision),
            Operation::Merge { part, record } => self.merge(part, record),
            Operation::Unmerge { merge } => self.unmerge(merge),
            Operation::Identify { question, says } => self.identify(question, says),
            Operation::Grant => self.switch_autonomy(true),
            Operation::Revoke => self.switch_autonomy(false),
            Operation::Step { task, awaits } => self.step(task, awaits),
            Operation::Finish => self.finish(),
            Operation::Die { task, awaits, halfway } => self.die(task, awaits, halfway),
            Operation::PowerCut => self.power_cut(),
            Operation::Tool { treats } => self.tool.script([treatment(treats)]),
            Operation::Fail { store, after, persisted } => self.fail(store, after, persisted),
            Operation::Outage { part, away } => self.away.set(part, away),
            Operation::Wait { millis } => self.now.set(self.now.get() + Millis(millis.into())),
            Operation::SetBack { millis } => self.now.set(self.now.get() - Millis(millis.into())),
        }
    }

    /// Works like the shell of the inbox: store, set the alarm, answer. A death undoes all of it.
    pub(crate) fn deliver(&self, said: Happening, durable: bool) {
        let now = self.now.get();
        let event = said.event(EventId::new(now, self.entropy.random()), now);
        let inbox = self.inbox(&name(&event, &Unread::default()));
        let mut memory = self.memory.borrow_mut();
        let delivered = memory.delivered.entry((inbox.name.clone(), event.dedup_key.clone())).or_default();
        delivered.said = Some(said);
        delivered.sent += 1;
        let may_fail = inbox.storage.failures.expected();
        let (json, body) = (serde_json::to_string(&event).unwrap(), said.body());
        let arrival = Arrival {
            inbox: &inbox.name,
            id: event.id,
            dedup_key: &event.dedup_key,
            event: &json,
            headers: &[],
            body: &body,
        };
        let kept = inbox.storage.turn(durable, || {
            let accepted = inbox::accept(&inbox.storage, arrival, now)?;
            let soon = Wake::By(now + DEBOUNCE);
            let wake = if inbox.alarm.get().serves(soon) { soon } else { inbox::wake(&inbox.storage, DEBOUNCE)? };
            Ok::<_, DatabaseError>((accepted, wake))
        });
        match kept {
            Ok((accepted, wake)) if durable => {
                inbox.arm(wake);
                delivered.acknowledged += 1;
                if let Accepted::Accepted { event } | Accepted::Duplicate { event, .. } = accepted {
                    delivered.event.get_or_insert(event);
                }
            }
            Err(error) if !may_fail => {
                memory.broken = Some(Broken { promise: Promise::Independent, what: error.to_string() });
            }
            Ok(_) | Err(_) => {}
        }
    }

    pub(crate) fn begin(&self, work: impl Future<Output = ()> + 'static, inbox: Option<Rc<Inbox>>) {
        self.tasks.borrow_mut().push(Task { work: Box::pin(work), inbox });
    }

    fn ring(self: &Rc<Self>, n: u8, early: bool) {
        let inbox = pick(&self.inboxes.borrow(), n).map(|n| Rc::clone(&self.inboxes.borrow()[n]));
        if let Some(inbox) = inbox.filter(|inbox| early || inbox.is_due(self.now.get())) {
            self.alarm(&inbox);
        }
    }

    /// Works like the shell of the inbox.
    pub(crate) fn alarm(self: &Rc<Self>, inbox: &Rc<Inbox>) {
        if inbox.running.replace(true) {
            return;
        }
        inbox.alarm.set(Wake::NotNeeded);
        let (links, own) = (Links(Rc::clone(self)), Rc::clone(inbox));
        let work = async move {
            let outcome = dispatch(&links, &own.storage).await;
            let wake = outcome.and_then(|()| inbox::wake(&own.storage, DEBOUNCE));
            own.arm(wake.unwrap_or_else(|_| Wake::By(links.0.now.get() + backoff(3))));
            own.running.set(false);
        };
        self.begin(work, Some(Rc::clone(inbox)));
    }

    pub(crate) fn consider(self: &Rc<Self>, message: u8, keep: bool) {
        let Some(n) = pick(&self.situations.borrow(), message) else { return };
        let record = if keep { self.situations.borrow()[n] } else { self.situations.borrow_mut().remove(n) };
        let links = Links(Rc::clone(self));
        let work = async move {
            let world = &links.0;
            let now = world.now.get();
            let agent = Agent {
                db: &links,
                records: &links,
                actions: &links,
                entropy: &world.entropy,
                operations: &links,
                recommender: &world.rules,
                document_bytes: nerve_situation::DOCUMENT_BYTES,
                now,
            };
            if agent.consider(record).await.is_err() {
                world.situations.borrow_mut().push(record);
            }
        };
        self.begin(work, None);
    }

    pub(crate) fn execute(self: &Rc<Self>, message: u8, keep: bool) {
        let Some(n) = pick(&self.actions.borrow(), message) else { return };
        let proposal = if keep { self.actions.borrow()[n] } else { self.actions.borrow_mut().remove(n) };
        let links = Links(Rc::clone(self));
        let work = async move {
            let (world, now) = (&links.0, links.0.now.get());
            let executor = Executor { db: &links, entropy: &world.entropy, http: &links, team: &world.team, now };
            if executor.execute(proposal).await.is_err() {
                world.actions.borrow_mut().push(proposal);
            }
        };
        self.begin(work, None);
    }

    fn lose(&self, message: u8, action: bool) {
        if action {
            let found = pick(&self.actions.borrow(), message);
            found.map(|n| self.actions.borrow_mut().remove(n));
        } else {
            let found = pick(&self.situations.borrow(), message);
            found.map(|n| self.situations.borrow_mut().remove(n));
        }
    }

    pub(crate) fn sweep(self: &Rc<Self>) {
        let links = Links(Rc::clone(self));
        let work = async move {
            let (entropy, now) = (&links.0.entropy, links.0.now.get());
            let sweeper =
                Sweeper { db: &links, actions: &links, situations: &links, targets: &NoErasures, entropy, now };
            // The next sweep does the failed jobs.
            let _swept = sweeper.sweep().await;
        };
        self.begin(work, None);
    }

    fn decide(self: &Rc<Self>, n: u8, decision: Decision) {
        let all = self.db.look("SELECT id, digest, action_kind, status FROM proposals ORDER BY id");
        let fits = |row: &Row| decision.fits().contains(&row.parse("status").unwrap());
        let fitting: Vec<Row> = all.iter().filter(|row| fits(row)).cloned().collect();
        // Sometimes a person is too late, or looks at another proposal.
        let proposals = if fitting.is_empty() || n.is_multiple_of(8) { all } else { fitting };
        let Some(row) = pick(&proposals, n).map(|n| &proposals[n]) else { return };
        let id: ProposalId = row.parse("id").unwrap();
        let kind: ActionKind = row.parse("action_kind").unwrap();
        let mut memory = self.memory.borrow_mut();
        let digest = match decision {
            Decision::ApproveAsFirstShown => memory.first_shown[&id].clone(),
            _ => Digest(row.text("digest").unwrap().to_owned()),
        };
        if matches!(decision, Decision::Approve | Decision::ApproveAsFirstShown) {
            memory.agreed.entry(id).or_default().push(digest.clone());
        }
        let links = Links(Rc::clone(self));
        self.begin(async move { decide(&links, id, kind, decision, &digest).await }, None);
    }

    fn switch_autonomy(self: &Rc<Self>, grant: bool) {
        let links = Links(Rc::clone(self));
        let work = async move {
            let review = reviewer(&links);
            let (playbook, event, action) = (RecommenderId::PLAYBOOK, EventKind::PaymentFailed, ActionKind::CreateTask);
            let _settled = if grant {
                review.grant(playbook, event, action).await
            } else {
                review.revoke(playbook, event, action).await
            };
        };
        self.begin(work, None);
    }

    fn take(&self, n: u8) -> Option<Task> {
        let found = pick(&self.tasks.borrow(), n);
        found.map(|n| self.tasks.borrow_mut().remove(n))
    }

    fn step(&self, n: u8, awaits: u8) {
        let task = self.take(n);
        let left = (0..awaits).try_fold(task, |task, _| Some(advance(task?, true))).flatten();
        self.tasks.borrow_mut().extend(left);
    }

    pub(crate) fn finish(&self) {
        for _ in 0..10_000 {
            let tasks = self.tasks.take();
            if tasks.is_empty() {
                return;
            }
            let left: Vec<Task> = tasks.into_iter().filter_map(|task| advance(task, true)).collect();
            self.tasks.borrow_mut().extend(left);
        }
        self.memory.borrow_mut().broken =
            Some(Broken { promise: Promise::AtRest, what: "something never ends".to_owned() });
    }

    fn die(&self, n: u8, awaits: u8, halfway: bool) {
        let task = self.take(n);
        if let Some(task) = (0..awaits).try_fold(task, |task, _| Some(advance(task?, true))).flatten() {
            self.bury(task, halfway);
        }
    }

    /// Buries a task that died. The platform repeats an alarm; a message in progress is lost.
    fn bury(&self, task: Task, halfway: bool) {
        let inbox = task.inbox.clone();
        let armed = inbox.as_ref().map(|inbox| inbox.alarm.get());
        if halfway {
            drop(advance(task, false));
        }
        if let Some((inbox, armed)) = inbox.zip(armed) {
            inbox.alarm.set(armed);
            inbox.arm(Wake::By(self.now.get()));
            inbox.running.set(false);
        }
    }

    fn power_cut(&self) {
        for task in self.tasks.take() {
            self.bury(task, false);
        }
        self.situations.take();
        self.actions.take();
    }

    fn fail(&self, store: Store, after: u8, persisted: bool) {
        let failure = if persisted { Failure::ReportedLost } else { Failure::Lost };
        let script = (0..after).map(|_| Failure::None).chain([failure]);
        match store {
            Store::Database => self.db.failures.script(script),
            Store::Inbox(n) => {
                let inboxes = self.inboxes.borrow();
                pick(&inboxes, n).inspect(|n| inboxes[*n].storage.failures.script(script));
            }
            Store::Record(n) => {
                let records = self.records.borrow();
                let records: Vec<_> = records.values().collect();
                pick(&records, n).inspect(|n| records[*n].failures.script(script));
            }
        }
    }
}

const fn treatment(treats: Treats) -> Treatment {
    match treats {
        Treats::Busy => Treatment::Refused(429, Some(30)),
        Treats::Fails => Treatment::Refused(500, None),
        Treats::DoesAndFails => Treatment::Done(500),
        Treats::DoesAndCuts => Treatment::DoneAndCut,
        Treats::Away => Treatment::NotReached,
        Treats::Refuses => Treatment::Refused(404, None),
    }
}

async fn dispatch(links: &Links, storage: &ObjectSqlite) -> Result<(), DatabaseError> {
    let (world, now) = (&links.0, links.0.now.get());
    let dispatcher =
        Dispatcher { db: links, records: links, situations: links, entropy: &world.entropy, retention: RETENTION, now };
    dispatcher.dispatch(storage).await?;
    inbox::sweep(storage, RETENTION, now)
}

/// Continues a task to its next `await`; returns the rest of it.
fn advance(mut task: Task, durable: bool) -> Option<Task> {
    let inbox = task.inbox.clone();
    let mut poll = || task.work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
    let done = match inbox {
        Some(inbox) => inbox.storage.turn(durable, poll),
        None => poll(),
    };
    (!done).then_some(task)
}

fn reviewer(links: &Links) -> Review<'_, Links, Links, Links, nerve_testkit::SeededEntropy, Links> {
    let world = &links.0;
    let actor = Actor::Person("Ada".to_owned());
    Review {
        db: links,
        records: links,
        actions: links,
        entropy: &world.entropy,
        operations: links,
        now: world.now.get(),
        actor,
    }
}

/// Performs a decision; a refusal is a valid answer.
async fn decide(links: &Links, id: ProposalId, kind: ActionKind, decision: Decision, digest: &Digest) {
    let (review, tomorrow) = (reviewer(links), links.0.now.get() + Millis::days(1));
    let _answer = match decision {
        Decision::Approve | Decision::ApproveAsFirstShown => review.approve(id, digest).await,
        Decision::Reject => review.reject(id, "no").await,
        Decision::Edit => review.edit(id, edited(kind)).await,
        Decision::Answer => {
            let reply = Reply { text: "yes", ..Reply::default() };
            review.answer(id, &reply).await.map(|answered| answered.proposal)
        }
        Decision::Snooze => review.snooze(id, Some(tomorrow)).await,
        Decision::Undo => review.undo(id).await,
        Decision::Retry => review.retry(id).await,
        Decision::FoundDone => review.found_done(id).await,
        Decision::Outcome => review.outcome(id, "it is paid").await,
    };
}

fn edited(kind: ActionKind) -> Value {
    match kind {
        ActionKind::CreateTask => json!({"title": "Ring them", "priority": "urgent"}),
        ActionKind::AddNote => json!({"text": "Noted."}),
        ActionKind::DraftMessage => json!({"to": "ada@example.com", "subject": "Hello", "body": "Please pay."}),
        ActionKind::NotifyInternal => json!({"audience": "team", "text": "Look.", "priority": "normal"}),
        _ => json!({"summary": "Pay it back."}),
    }
}
