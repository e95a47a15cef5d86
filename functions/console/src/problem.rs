//! The reasons a request can fail, as a problem document (RFC 9457) or a page.

mod conversions;

use crate::http::{Method, Response};
use nerve_model::{Actor, Digest, ProposalStatus, RecordId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// The reason a request failed, in terms of the next step of its sender.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Problem {
    /// No admin token is configured: every route is closed.
    NotConfigured,
    /// Sign in, or send the right token.
    Unauthorized,
    /// A change by cookie that did not come from this site.
    CrossOrigin,
    /// No such thing exists.
    NotFound(&'static str),
    /// The path answers to these methods only.
    MethodNotAllowed(Vec<Method>),
    /// The request is malformed.
    BadRequest(String),
    /// The request is well-formed, but not valid.
    Invalid(String),
    /// The proposal changed since it was shown.
    Stale(Digest),
    /// The status of the proposal does not allow this.
    Decided { status: ProposalStatus, by: Option<Actor>, at: Option<Timestamp> },
    /// The records are merged already, or the merge is undone already.
    Merged(String),
    /// The question is answered already, or its answer is undone already.
    Answered(String),
    /// The action lacks something that a question of its card asks for.
    Unanswered(String),
    /// The request contradicts the current state; the fields name the record and its version.
    Conflict { why: String, record: Option<RecordId>, version: Option<u32> },
    /// A person executes this action, outside Nerve.
    HumanOwned,
    /// The raw body was deleted by the retention policy.
    Expired(Timestamp),
    /// Other changes won several times: try again.
    Busy,
    /// A part behind the console cannot be reached: try again later. The cause is for the log.
    Unavailable { part: &'static str, cause: String },
    /// Stored data is malformed: trying again does not help. The text is for the log.
    Damaged(String),
}

/// A problem document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ProblemDocument {
    /// The name of the kind.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in a few words.
    title: &'static str,
    /// The HTTP status code.
    status: u16,
    /// The reason, and the next step.
    detail: String,
    /// The status of the proposal, where it is decided already.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal_status: Option<ProposalStatus>,
    /// The actor who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<Actor>,
    /// The time of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Timestamp>,
    /// The record that prevents the change, or that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordId>,
    /// Its current version, where it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    /// The digest of the current card, where another was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<Digest>,
}

impl Problem {
    /// The status code, the name and the title of the kind.
    pub(crate) const fn kind(&self) -> (u16, &'static str, &'static str) {
        match self {
            Self::NotConfigured => (503, "not-configured", "No admin token is configured"),
            Self::Unauthorized => (401, "unauthorized", "Not signed in"),
            Self::CrossOrigin => (403, "cross-origin", "Not sent by this site"),
            Self::NotFound(_) => (404, "not-found", "Not found"),
            Self::MethodNotAllowed(_) => (405, "method-not-allowed", "Method not allowed"),
            Self::BadRequest(_) => (400, "bad-request", "The request is malformed"),
            Self::Invalid(_) => (422, "invalid", "Invalid"),
            Self::Stale(_) => (409, "stale", "Changed since it was shown"),
            Self::Decided { .. } => (409, "decided", "Already decided"),
            Self::Merged(_) => (409, "merged", "Already merged or undone"),
            Self::Unanswered(_) => (409, "unanswered", "A question is open"),
            Self::Answered(_) => (409, "answered", "Already answered or undone"),
            Self::Conflict { .. } => (409, "conflict", "Conflict with the current state"),
            Self::HumanOwned => (409, "human-owned", "Only a person can do this"),
            Self::Expired(_) => (410, "expired", "Deleted by the retention policy"),
            Self::Busy => (503, "busy", "Too many changes at once"),
            Self::Unavailable { .. } => (503, "unavailable", "Temporarily unavailable"),
            Self::Damaged(_) => (500, "damaged", "Stored data is malformed"),
        }
    }

    /// A form that no page of this site sends.
    pub(crate) fn malformed_form() -> Self {
        Self::BadRequest("The form is malformed.".to_owned())
    }

    /// True where the sender can correct a form and send it again.
    pub(crate) const fn is_correctable(&self) -> bool {
        matches!(self.status(), 409 | 422)
    }

    /// The HTTP status code.
    pub(crate) const fn status(&self) -> u16 {
        self.kind().0
    }

    /// The reason and the next step, in a sentence or two.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::NotConfigured => {
                "Set NERVE_ADMIN_TOKEN and start again. Until then every page is closed; sources still accept events."
                    .to_owned()
            }
            Self::Unauthorized => "Send the admin token as `Authorization: Bearer <token>`, or sign in.".to_owned(),
            Self::CrossOrigin => {
                "A change must be sent from a page of this site. Load the page again and repeat the change.".to_owned()
            }
            Self::NotFound(what) => format!("There is no such {what}."),
            Self::MethodNotAllowed(allowed) => format!("This path answers to {}.", names(allowed)),
            Self::BadRequest(why) | Self::Invalid(why) | Self::Merged(why) | Self::Answered(why) => why.clone(),
            Self::Unanswered(why) | Self::Conflict { why, .. } => why.clone(),
            Self::Stale(_) => {
                "The proposal changed since it was shown. Check the current card, then decide.".to_owned()
            }
            Self::Decided { status, by, at } => decided(*status, by.as_ref(), *at),
            Self::HumanOwned => {
                "Nerve prepares and tracks this case; a person executes the action, outside Nerve.".to_owned()
            }
            Self::Expired(at) => format!("The raw body was deleted on {}. The event itself is kept.", at.date()),
            Self::Busy => "Other changes came first. No change was written; try again.".to_owned(),
            Self::Unavailable { part, .. } => {
                format!(
                    "{part} cannot be reached right now. No data is lost: sources still accept and keep events. Try again."
                )
            }
            Self::Damaged(_) => "A stored value is malformed. The log names it.".to_owned(),
        }
    }

    /// The text for the log, for problems that are not the sender's.
    pub(crate) fn failure(&self) -> Option<String> {
        match self {
            Self::Unavailable { part, cause } => Some(format!("{part} cannot be reached: {cause}")),
            Self::Damaged(cause) => Some(cause.clone()),
            _ => None,
        }
    }

    /// The problem as a document.
    pub(crate) fn document(&self) -> ProblemDocument {
        let (status, kind, title) = self.kind();
        let (proposal_status, decided_by, decided_at) = match self {
            Self::Decided { status, by, at } => (Some(*status), by.clone(), *at),
            _ => (None, None, None),
        };
        let digest = if let Self::Stale(digest) = self { Some(digest.clone()) } else { None };
        let (record, version) = match self {
            Self::Conflict { record, version, .. } => (*record, *version),
            _ => (None, None),
        };
        let (kind, detail) = (format!("urn:nerve:problem:{kind}"), self.detail());
        ProblemDocument {
            kind,
            title,
            status,
            detail,
            proposal_status,
            decided_by,
            decided_at,
            record,
            version,
            digest,
        }
    }

    /// The problem as a response of the API.
    pub(crate) fn answer(&self) -> Response {
        let body = serde_json::to_vec(&self.document()).unwrap_or_default();
        self.with_headers(Response::new(self.status(), "application/problem+json", body))
    }

    /// Adds the headers that go with the problem.
    pub(crate) fn with_headers(&self, response: Response) -> Response {
        match self {
            Self::Unauthorized => response.with("www-authenticate", "Bearer"),
            Self::MethodNotAllowed(allowed) => response.with("allow", names(allowed)),
            Self::Busy | Self::Unavailable { .. } => response.with("retry-after", "5"),
            _ => response,
        }
    }
}

fn names(methods: &[Method]) -> String {
    methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ")
}

fn decided(status: ProposalStatus, by: Option<&Actor>, at: Option<Timestamp>) -> String {
    let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
    let at = at.map(|at| format!(" at {at}")).unwrap_or_default();
    match status {
        ProposalStatus::Pending => "The proposal waits for a decision.".to_owned(),
        _ if by.is_empty() => format!("The proposal is {status}."),
        _ => format!("The proposal is {status}. It was decided{by}{at}."),
    }
}
