use nerve_ports::{HttpClient, HttpRequest, HttpResponse, NoAnswer};
use std::{cell::RefCell, collections::VecDeque};

/// How a tool outside treats a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// Does it and answers with this status.
    Done(u16),
    /// Does nothing and answers with this status, and perhaps `Retry-After` in seconds.
    Refused(u16, Option<u32>),
    /// Does it, and the answer is lost.
    DoneAndCut,
    /// Is never reached.
    NotReached,
}

/// A tool outside that does as it is told, then takes everything.
#[derive(Debug, Default)]
pub struct FakeTool {
    script: RefCell<VecDeque<Treatment>>,
    requests: RefCell<Vec<HttpRequest>>,
    done: RefCell<Vec<HttpRequest>>,
}

impl FakeTool {
    /// How the next requests are treated.
    pub fn script(&self, treatments: impl IntoIterator<Item = Treatment>) {
        self.script.borrow_mut().extend(treatments);
    }

    /// Forgets what is left of the script.
    pub fn clear(&self) {
        self.script.borrow_mut().clear();
    }

    /// Every request that was sent.
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.requests.borrow().clone()
    }

    /// What it did: a tool that takes keys does each `webhook-id` once, any other tool every request.
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
