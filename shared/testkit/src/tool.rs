use nerve_ports::{HttpClient, HttpRequest, HttpResponse, NoAnswer};
use std::{cell::RefCell, collections::VecDeque};

/// A tool's treatment of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// Does it and answers with this status.
    Done(u16),
    /// Does nothing and answers with this status and, optionally, `Retry-After` in seconds.
    Refused(u16, Option<u32>),
    /// Does it, but the answer is lost.
    DoneAndCut,
    /// Cannot be reached.
    NotReached,
}

/// A tool that follows a script, then accepts everything.
#[derive(Debug, Default)]
pub struct FakeTool {
    script: RefCell<VecDeque<Treatment>>,
    requests: RefCell<Vec<HttpRequest>>,
    done: RefCell<Vec<HttpRequest>>,
}

impl FakeTool {
    /// Adds the treatments of the next requests.
    pub fn script(&self, treatments: impl IntoIterator<Item = Treatment>) {
        self.script.borrow_mut().extend(treatments);
    }

    /// Clears the rest of the script.
    pub fn clear(&self) {
        self.script.borrow_mut().clear();
    }

    /// All requests that were sent.
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.requests.borrow().clone()
    }

    /// The effects: a tool with keys applies each `webhook-id` once, any other tool each request.
    pub fn done(&self) -> Vec<HttpRequest> {
        self.done.borrow().clone()
    }

    fn act(&self, request: &HttpRequest) {
        let key = |request: &HttpRequest| {
            request.headers.iter().find(|(name, _)| *name == "webhook-id").map(|(_, value)| value.clone())
        };
        let mut done = self.done.borrow_mut();
        if key(request).is_none_or(|id| !done.iter().any(|before| key(before).as_ref() == Some(&id))) {
            done.push(request.clone());
        }
    }
}

impl HttpClient for FakeTool {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, NoAnswer> {
        self.requests.borrow_mut().push(request.clone());
        let treatment = self.script.borrow_mut().pop_front().unwrap_or(Treatment::Done(200));
        let answer = |status, wait: Option<u32>| HttpResponse {
            status,
            retry_after: wait.map(|s| s.to_string()),
            ..Default::default()
        };
        match treatment {
            Treatment::Done(status) => {
                self.act(request);
                Ok(answer(status, None))
            }
            Treatment::Refused(status, wait) => Ok(answer(status, wait)),
            Treatment::DoneAndCut => {
                self.act(request);
                Err(NoAnswer("cut".to_owned()))
            }
            Treatment::NotReached => Err(NoAnswer("not reached".to_owned())),
        }
    }
}
