//! A call, from its status callback.

use nerve_intake::{
    Delivery, Malformed, NewEvent,
    reading::{NAME_CHARS, People, SUMMARY_CHARS, VendorId, json, line, required},
};
use nerve_model::{
    CallDirection, CallEnded, CallResult, Claim, DedupKey, Fact, Role, SemanticKey, Subject, Timestamp, one_line,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Twilio sends about forty fields.
const MAX_FIELDS: usize = 200;

/// The fields of a callback.
#[derive(Debug)]
pub(crate) struct Call(BTreeMap<String, String>);

/// The state of a call.
pub(crate) enum Progress {
    /// It is over.
    Ended(CallResult),
    /// It has not ended.
    UnderWay,
    /// The callback is about something else than a call's state.
    Unknown,
}

impl Call {
    /// Parses a form, or the JSON of a subscription to events.
    pub(crate) fn read(delivery: &Delivery) -> Result<Self, Malformed> {
        let is_json = delivery.headers.get("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        if !is_json {
            let fields = form_urlencoded::parse(&delivery.body).take(MAX_FIELDS);
            return Ok(Self(fields.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()));
        }
        let document: Value = json(&delivery.body, "the callback")?;
        let fields = required(document.as_object(), "an object")?.iter().take(MAX_FIELDS);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(Self(fields.map(|(name, value)| (name.clone(), text(value))).collect()))
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn status(&self) -> &str {
        self.field("CallStatus").unwrap_or_default()
    }

    pub(crate) fn progress(&self) -> Progress {
        match self.status() {
            "completed" => Progress::Ended(CallResult::Completed),
            "busy" => Progress::Ended(CallResult::Busy),
            "no-answer" => Progress::Ended(CallResult::NoAnswer),
            "failed" => Progress::Ended(CallResult::Failed),
            "canceled" => Progress::Ended(CallResult::Canceled),
            "queued" | "initiated" | "ringing" | "in-progress" => Progress::UnderWay,
            _ => Progress::Unknown,
        }
    }

    /// The event that a call ended with this result.
    pub(crate) fn ended(
        &self,
        result: CallResult,
        delivery: &Delivery,
        people: &People,
    ) -> Result<NewEvent, Malformed> {
        let id = required(self.field("CallSid").and_then(VendorId::new), "CallSid")?;
        // `outbound-api` and `outbound-dial`: we called. Without a direction the owner of each number is unknown.
        let said = self.field("Direction").filter(|way| *way == "inbound" || way.starts_with("outbound"));
        let inbound = said.is_none_or(|way| way == "inbound");
        let direction = if inbound { CallDirection::Inbound } else { CallDirection::Outbound };
        let (theirs, ours) = if inbound { ("From", "To") } else { ("To", "From") };
        let party = self.party(theirs);
        let subject = Subject::new(format!("twilio:call:{id}"));
        let seconds = self.field("CallDuration").and_then(|seconds| seconds.parse().ok());
        Ok(NewEvent {
            // A call ends once; Twilio sends its own idempotency token only with repetitions.
            dedup_key: DedupKey::new(format!("{id} {}", result.as_str())),
            semantic_key: SemanticKey::about(&subject, "ended"),
            subject,
            claims: said.map(|_| self.claims(theirs, ours, people)).unwrap_or_default(),
            party_name: self.field("CallerName").filter(|_| inbound).and_then(|name| line(name, NAME_CHARS)),
            test: false,
            summary: one_line(&summary(direction, result, party.as_deref(), seconds), SUMMARY_CHARS),
            link: None,
            occurred_at: self.field("Timestamp").and_then(rfc2822).unwrap_or(delivery.received_at),
            fact: Fact::CallEnded(CallEnded {
                call: id.as_str().to_owned(),
                direction,
                result,
                from: self.party("From"),
                to: self.party("To"),
                seconds,
            }),
        })
    }

    /// A number, a SIP or app address, as written.
    fn party(&self, name: &str) -> Option<String> {
        line(self.field(name)?, NAME_CHARS)
    }

    /// The other party's number, and ours as our own. Words such as `anonymous` are no claim.
    fn claims(&self, theirs: &str, ours: &str, people: &People) -> Vec<Claim> {
        let claim = |name: &str| people.phone(self.field(name)?);
        let ours = claim(ours).map(|claim| Claim { role: Role::Owner, ..claim });
        claim(theirs).into_iter().chain(ours).collect()
    }
}

fn summary(direction: CallDirection, result: CallResult, party: Option<&str>, seconds: Option<u32>) -> String {
    let party = party.unwrap_or("an unknown number");
    let length = seconds.map(|seconds| format!(", {}:{:02} min", seconds / 60, seconds % 60)).unwrap_or_default();
    let call = match direction {
        CallDirection::Inbound => format!("Call from {party}"),
        CallDirection::Outbound => format!("Call to {party}"),
    };
    match result {
        CallResult::Completed => format!("{call}{length}"),
        CallResult::Busy => format!("{call}: busy"),
        CallResult::NoAnswer => format!("{call}: not answered"),
        CallResult::Failed => format!("{call}: not put through"),
        CallResult::Canceled => format!("{call}: hung up before it was answered"),
    }
}

/// `Tue, 14 Nov 2023 22:13:20 +0000`.
fn rfc2822(text: &str) -> Option<Timestamp> {
    let at = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    nerve_intake::reading::instant(at.timestamp())
}
