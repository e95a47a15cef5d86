use crate::{Freshness, Grant};
use nerve_model::{Action, Gate, GateResult, GateVerdict, Match, MatchVerdict, Millis, Operation, Risk, Trust, Undo};

/// The lowest confidence of a match that needs no person.
const CONFIDENT: f64 = 0.9;

/// The availability of an action in this deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability<'a> {
    /// This operation performs it.
    Offered(&'a Operation),
    /// No connector performs this kind of action.
    NotOffered,
    /// The deployment could not be asked, for this reason.
    Unknown(&'a str),
}

/// The state of the record's ledger, in which the intent is written before the effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerState {
    /// Each head exists, and its last entry verifies.
    Ready,
    /// A chain has this fault.
    Broken(String),
}

/// The input of the gates.
#[derive(Debug, Clone)]
pub struct GateInput<'a> {
    /// The trust in the event.
    pub trust: Trust,
    /// The vendor's test mode sent the event.
    pub test: bool,
    /// The match of the event with the record.
    pub matched: &'a Match,
    /// The recommended action.
    pub action: &'a Action,
    /// The risk, with the parameters considered.
    pub risk: Risk,
    /// The availability of the action.
    pub availability: Availability<'a>,
    /// The grant for the action's category.
    pub grant: Option<&'a Grant>,
    /// The freshness of the action.
    pub freshness: Freshness,
    /// What the customer complained of and nobody has solved, if the action writes to them about something else.
    pub complaint: Option<&'a str>,
    /// The state of the record's ledger.
    pub ledger: LedgerState,
}

/// The disposition of a recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It must not happen.
    Drop,
    /// A person decides.
    Review,
    /// A grant approves it.
    Automatic,
    /// A person performs it, outside Nerve.
    HumanOwned,
}

/// Runs all eight gates, in the order of [`Gate::ALL`].
pub fn gates(input: &GateInput<'_>) -> [GateResult; 8] {
    [
        result(Gate::Trusted, trusted(input)),
        result(Gate::Matched, matched(input)),
        result(Gate::Allowed, allowed(input)),
        result(Gate::Risk, risk(input)),
        result(Gate::Approval, approval(input)),
        result(Gate::Fresh, fresh(input)),
        result(Gate::Reversible, reversible(input)),
        result(Gate::Logged, logged(input)),
    ]
}

/// The disposition that follows from the eight gate results.
pub fn disposition(action: &Action, gates: &[GateResult; 8]) -> Disposition {
    let any = |verdict| gates.iter().any(|gate| gate.verdict == verdict);
    if any(GateVerdict::Block) {
        Disposition::Drop
    } else if action.executable().is_none() {
        Disposition::HumanOwned
    } else if any(GateVerdict::Hold) {
        Disposition::Review
    } else {
        Disposition::Automatic
    }
}

type Verdict = (GateVerdict, String);

fn result(gate: Gate, (verdict, reason): Verdict) -> GateResult {
    GateResult { gate, verdict, reason }
}

fn pass(reason: impl Into<String>) -> Verdict {
    (GateVerdict::Pass, reason.into())
}

fn hold(reason: impl Into<String>) -> Verdict {
    (GateVerdict::Hold, reason.into())
}

fn block(reason: impl Into<String>) -> Verdict {
    (GateVerdict::Block, reason.into())
}

fn trusted(input: &GateInput<'_>) -> Verdict {
    let mode = if input.test { " It comes from the vendor's test mode." } else { "" };
    match input.trust {
        Trust::Signed => pass(format!("A signature covers the event's content.{mode}")),
        Trust::Token if input.risk == Risk::Low => {
            pass(format!("Only a shared secret vouches for the event; enough for low risk.{mode}"))
        }
        Trust::Token => hold(format!("Only a shared secret vouches for the event: its content could be forged.{mode}")),
    }
}

fn matched(input: &GateInput<'_>) -> Verdict {
    let percent = (input.matched.confidence * 100.0).round();
    match input.matched.verdict {
        MatchVerdict::Ambiguous => hold("More than one record could be meant."),
        MatchVerdict::Confident if input.matched.confidence >= CONFIDENT => {
            pass(format!("Matched with {percent} % confidence."))
        }
        MatchVerdict::Confident => hold(format!("Matched with only {percent} % confidence.")),
        MatchVerdict::New if input.risk == Risk::Low && introduces_itself(input) => {
            pass("A new customer: there is nobody to confuse them with.")
        }
        MatchVerdict::New => hold("A new customer nobody has confirmed yet."),
    }
}

/// The event proves the new customer's identity: it has an id or address of one party only, and nobody could have
/// forged it.
fn introduces_itself(input: &GateInput<'_>) -> bool {
    input.trust == Trust::Signed && input.matched.evidence.iter().any(|evidence| evidence.field.is_strong())
}

fn allowed(input: &GateInput<'_>) -> Verdict {
    let Some(action) = input.action.executable() else {
        return hold("Only a person may do this, outside Nerve.");
    };
    let kind = action.kind();
    if let Err(problem) = action.validate() {
        return block(format!("Its parameters do not fit: {problem}."));
    }
    match input.availability {
        Availability::Offered(Operation { missing: Some(missing), connector, .. }) => {
            block(format!("{connector} cannot carry out {kind}: {missing}."))
        }
        Availability::Offered(_) => match action.lacks() {
            Some(lack) => hold(format!("A person has to add what is missing: {}.", lack.says)),
            None => pass(format!("{kind} is set up and its parameters fit.")),
        },
        Availability::NotOffered => block(format!("No connector is set up for {kind}.")),
        Availability::Unknown(why) => hold(format!("Nobody can tell now whether {kind} is set up: {why}.")),
    }
}

fn risk(input: &GateInput<'_>) -> Verdict {
    match input.risk {
        Risk::Low => pass("It stays inside Nerve and is easily put right."),
        Risk::Medium if input.grant.is_some() => pass("Medium risk, and a rule covers this category."),
        Risk::Medium => hold("Medium risk: it changes what colleagues see or rely on."),
        Risk::High => hold("High risk: it reaches a customer or commits the business."),
        Risk::Critical => hold("Critical: money, contracts or personal data."),
    }
}

fn approval(input: &GateInput<'_>) -> Verdict {
    match input.grant {
        Some(grant) if input.risk <= Risk::Medium => pass(format!("Allowed without a person: {}.", grant.name())),
        Some(_) => hold("A rule covers the category, but not at this risk."),
        None => hold("No rule allows this without a person."),
    }
}

fn fresh(input: &GateInput<'_>) -> Verdict {
    match &input.freshness {
        Freshness::Fresh => unless_complained(input.complaint),
        Freshness::Repeated(id, status) => block(format!("The same was proposed before and is {status} ({id}).")),
        Freshness::Moot(reason) => block(reason.clone()),
    }
}

/// The verdict about a fresh action: a customer who complained is written to about nothing else before somebody looked.
fn unless_complained(complaint: Option<&str>) -> Verdict {
    match complaint {
        Some(complaint) => hold(complaint),
        None => pass("Not dealt with before, and nothing newer makes it pointless."),
    }
}

/// The result of the gate about a pending proposal that is still fresh, as far as complaints go.
pub fn still_fresh(complaint: Option<&str>) -> GateResult {
    result(Gate::Fresh, unless_complained(complaint))
}

fn reversible(input: &GateInput<'_>) -> Verdict {
    match input.availability {
        Availability::Offered(Operation { undo: Undo::Always, .. }) => pass("Nerve can take it back."),
        Availability::Offered(Operation { undo: Undo::Within(limit), .. }) => {
            pass(format!("Nerve can take it back for {}.", span(*limit)))
        }
        Availability::Offered(Operation { undo: Undo::Never, .. }) | Availability::NotOffered => {
            hold("It cannot be taken back.")
        }
        Availability::Unknown(_) => hold("Nobody can tell now whether it can be taken back."),
    }
}

/// The length of time in its largest whole unit, for example `20 seconds`.
fn span(length: Millis) -> String {
    let seconds = length.0 / 1_000;
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let fits = |(size, _): &(i64, &str)| seconds >= *size && seconds % *size == 0;
    let (size, unit) = units.into_iter().find(fits).unwrap_or((1, "second"));
    let n = seconds / size;
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

fn logged(input: &GateInput<'_>) -> Verdict {
    match &input.ledger {
        LedgerState::Ready => pass("The intent is written to the ledger before the effect."),
        LedgerState::Broken(how) => block(format!("The record's ledger is broken: {how}.")),
    }
}
