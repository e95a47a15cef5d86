//! The ports of the simulated world. Each call has two awaits, one before its effect and one before the caller learns
//! of it, so that the caller can die at either.

use crate::world::World;
use nerve_model::{DedupKey, Operation, ProposalId, RecordId};
use nerve_ports::{
    Actions, Database, DatabaseError, ErasureTargets, HttpClient, HttpRequest, HttpResponse, NoAnswer, Operations,
    Records, Row, Situations, Statement, Timelines, Unreachable,
};
use nerve_protocol::record::{Appended, Compared, Comparison, NewEntry, Page, Pending, Span};
use nerve_situation::timeline;
use nerve_testkit::ObjectSqlite;
use std::{future::poll_fn, rc::Rc, task::Poll};

/// The caller's ports to the world.
#[derive(Clone)]
pub(crate) struct Links(pub(crate) Rc<World>);

/// Lets other tasks continue.
async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        // For an observer that waits; operations wake the running tasks.
        context.waker().wake_by_ref();
        if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Runs an effect between two pauses, unless the part is unreachable.
async fn call<T, E>(away: impl Fn() -> Option<E>, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    pause().await;
    let result = away().map_or_else(run, Err);
    pause().await;
    result
}

impl Database for Links {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, DatabaseError> {
        let away = || self.0.away.database.get().then(|| DatabaseError::Unavailable("away".to_owned()));
        call(away, || nerve_testkit::block_on(self.0.db.batch(statements))).await
    }
}

impl Links {
    async fn ask<T>(
        &self,
        record: RecordId,
        run: impl FnOnce(&ObjectSqlite) -> Result<T, DatabaseError>,
    ) -> Result<T, Unreachable> {
        let away = || self.0.away.records.get().then(|| Unreachable("away".to_owned()));
        call(away, || run(&self.0.record(record)).map_err(|error| Unreachable(error.to_string()))).await
    }

    async fn send(&self, push: impl FnOnce(&World)) -> Result<(), Unreachable> {
        let away = || self.0.away.queues.get().then(|| Unreachable("away".to_owned()));
        call(away, || {
            push(&self.0);
            Ok(())
        })
        .await
    }
}

impl Timelines for Links {
    async fn pending(&self, record: RecordId, history: u32) -> Result<Pending, Unreachable> {
        let now = self.0.now.get();
        self.ask(record, |storage| timeline::pending(storage, history, now)).await
    }

    async fn compare(&self, record: RecordId, asked: Comparison) -> Result<Compared, Unreachable> {
        self.ask(record, |storage| timeline::compare(storage, &asked)).await
    }

    async fn page(&self, record: RecordId, span: Span) -> Result<Page, Unreachable> {
        self.ask(record, |storage| timeline::page(storage, &span)).await
    }
}

impl Records for Links {
    async fn append(&self, record: RecordId, entries: Vec<NewEntry>) -> Result<Vec<Appended>, Unreachable> {
        let now = self.0.now.get();
        self.ask(record, |storage| entries.iter().map(|entry| timeline::append(storage, entry, now)).collect()).await
    }

    async fn confirm(&self, record: RecordId, up_to: u64) -> Result<(), Unreachable> {
        self.ask(record, |storage| timeline::confirm(storage, up_to)).await
    }
}

impl HttpClient for Links {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, NoAnswer> {
        call(|| None, || nerve_testkit::block_on(self.0.tool.send(request))).await
    }
}

impl Situations for Links {
    async fn announce(&self, record: RecordId) -> Result<(), Unreachable> {
        self.send(|world| world.situations.borrow_mut().push(record)).await
    }
}

impl Actions for Links {
    async fn announce(&self, proposal: ProposalId) -> Result<(), Unreachable> {
        self.send(|world| world.actions.borrow_mut().push(proposal)).await
    }
}

impl Operations for Links {
    async fn operations(&self) -> Result<Vec<Operation>, Unreachable> {
        call(|| None, || Ok(nerve_connectors::operations(&self.0.team))).await
    }
}

/// The simulation has no erasures, so each call is an error.
pub(crate) struct NoErasures;

impl ErasureTargets for NoErasures {
    async fn erase_delivery(&self, _: &str, _: &DedupKey, _: &[String]) -> Result<(), Unreachable> {
        Err(nothing_to_erase())
    }

    async fn scrub_delivery(&self, _: &str, _: &DedupKey, _: &[String]) -> Result<(), Unreachable> {
        Err(nothing_to_erase())
    }

    async fn erase_timeline(&self, _: RecordId) -> Result<(), Unreachable> {
        Err(nothing_to_erase())
    }

    async fn scrub_timeline(&self, _: RecordId, _: &[String]) -> Result<(), Unreachable> {
        Err(nothing_to_erase())
    }
}

fn nothing_to_erase() -> Unreachable {
    Unreachable("nobody is erased in the simulation".to_owned())
}
