use nerve_ports::DatabaseError;
use std::{cell::RefCell, collections::VecDeque};

/// How one call to a store goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It works.
    None,
    /// Nothing is written, and the caller learns of it.
    Lost,
    /// Everything is written, and the caller is told that it was not.
    ReportedLost,
}

/// The script by which a store fails: one entry per call, then everything works, unless there is an outage.
#[derive(Debug, Default)]
pub struct Failures {
    script: RefCell<VecDeque<Failure>>,
    outage: RefCell<bool>,
}

impl Failures {
    /// What the next calls do.
    pub fn script(&self, failures: impl IntoIterator<Item = Failure>) {
        self.script.borrow_mut().extend(failures);
    }

    /// Forgets what is left of the script.
    pub fn clear(&self) {
        self.script.borrow_mut().clear();
    }

    /// Whether every call fails.
    pub fn outage(&self, on: bool) {
        self.outage.replace(on);
    }

    /// Whether the next call may fail.
    pub fn expected(&self) -> bool {
        *self.outage.borrow() || !self.script.borrow().is_empty()
    }

    /// Runs something that looks on from outside: no call in it fails, and the script stays as it is.
    pub fn suspended<T>(&self, run: impl FnOnce() -> T) -> T {
        let (script, outage) = (self.script.take(), self.outage.replace(false));
        let result = run();
        self.script.replace(script);
        self.outage.replace(outage);
        result
    }

    /// Runs a call as the script says.
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
