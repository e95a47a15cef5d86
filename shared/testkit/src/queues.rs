use nerve_model::{ProposalId, RecordId};
use nerve_ports::{Actions, Situations, Unreachable};
use std::cell::{Cell, RefCell};

/// A queue that records its messages and loses some on command.
#[derive(Debug)]
pub struct FakeQueue<T> {
    messages: RefCell<Vec<T>>,
    unreachable: Cell<bool>,
}

impl<T> Default for FakeQueue<T> {
    fn default() -> Self {
        Self { messages: RefCell::default(), unreachable: Cell::default() }
    }
}

impl<T> FakeQueue<T> {
    /// Takes all messages so far.
    pub fn take(&self) -> Vec<T> {
        self.messages.take()
    }

    /// Makes sending fail, or succeed again.
    pub fn unreachable(&self, on: bool) {
        self.unreachable.set(on);
    }

    fn send(&self, message: T) -> Result<(), Unreachable> {
        if self.unreachable.get() {
            return Err(Unreachable("the queue is away".to_owned()));
        }
        self.messages.borrow_mut().push(message);
        Ok(())
    }
}

impl Actions for FakeQueue<ProposalId> {
    async fn announce(&self, proposal: ProposalId) -> Result<(), Unreachable> {
        self.send(proposal)
    }
}

impl Situations for FakeQueue<RecordId> {
    async fn announce(&self, record: RecordId) -> Result<(), Unreachable> {
        self.send(record)
    }
}
