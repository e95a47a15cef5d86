use nerve_ports::DatabaseError;
use std::{cell::RefCell, collections::VecDeque};

/// The outcome of one call to a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The call succeeds.
    None,
    /// Nothing is written, and the caller gets an error.
    Lost,
    /// Everything is written, but the caller gets an error.
    ReportedLost,
}

/// The script of a store's failures: one entry per call; after it all calls succeed, unless there is an outage.
#[derive(Debug, Default)]
pub struct Failures {
    script: RefCell<VecDeque<Failure>>,
    outage: RefCell<bool>,
}

impl Failures {
    /// Adds the outcomes of the next calls.
    pub fn script(&self, failures: impl IntoIterator<Item = Failure>) {
        self.script.borrow_mut().extend(failures);
    }

    /// Clears the rest of the script.
    pub fn clear(&self) {
        self.script.borrow_mut().clear();
    }

    /// Starts or ends an outage, in which all calls fail.
    pub fn outage(&self, on: bool) {
        self.outage.replace(on);
    }

    /// True if the next call may fail.
    pub fn expected(&self) -> bool {
        *self.outage.borrow() || !self.script.borrow().is_empty()
    }

    /// Runs an observation: no call in it fails, and the script stays as it is.
    pub fn suspended<T>(&self, run: impl FnOnce() -> T) -> T {
        let (script, outage) = (self.script.take(), self.outage.replace(false));
        let result = run();
        self.script.replace(script);
        self.outage.replace(outage);
        result
    }

    /// Runs a call by the script.
    pub(crate) fn run<T>(&self, call: impl FnOnce() -> Result<T, DatabaseError>) -> Result<T, DatabaseError> {
        if *self.outage.borrow() {
            return Err(DatabaseError::Unavailable("outage".to_owned()));
        }
        let failure = self.script.borrow_mut().pop_front().unwrap_or(Failure::None);
        match failure {
            Failure::None => call(),
            Failure::Lost => Err(DatabaseError::Unavailable("lost".to_owned())),
            Failure::ReportedLost => {
                call()?;
                Err(DatabaseError::Unavailable("reported lost".to_owned()))
            }
        }
    }
}
