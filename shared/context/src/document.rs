//! The situation as a document that a person or a model reads, and nothing else has to be looked up for.

use crate::{OpenProposal, Situation};
use nerve_model::{
    Action, Claim, ClaimKind, Digest, Event, Executable, Fact, Proposal, RecordId, RecordType, Timestamp, clip,
    one_line,
};
use nerve_protocol::TimelineEntry;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// How long the text of a document may be, in bytes, unless somebody sets it otherwise.
pub const DOCUMENT_BYTES: usize = 16_384;

/// The setting of another length, in bytes.
pub const DOCUMENT_BYTES_SETTING: &str = "SITUATION_BYTES";

/// The length that is set, within reason: shorter, and what stands open would not fit; longer, and it would weigh down
/// every proposal.
pub fn document_bytes(set: i64) -> usize {
    usize::try_from(set).unwrap_or_default().clamp(2_000, 100_000)
}

/// What a reader finds under the digest of a document: SHA-256 over its text, in hex.
pub fn digest(text: &str) -> Digest {
    Digest(hex::encode(Sha256::digest(text)))
}

/// The longest line.
const LINE_CHARS: usize = 240;

/// The longest line once a document is too long.
const SHORT_CHARS: usize = 80;

/// Something with a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    /// When it happened, was proposed or is due.
    pub at: Option<Timestamp>,
    /// What, on one line; text from outside is in it.
    pub text: String,
}

/// Who it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Who {
    /// The record.
    pub id: RecordId,
    /// What it stands for.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// Its name.
    pub name: String,
    /// By what it is recognized, for example `email ada@example.com`.
    pub known_by: Vec<String>,
}

/// Everything that is known about a record and matters now. The same situation at the same time gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Document {
    /// The time it was made for: ages and what is overdue depend on it.
    pub as_of: Timestamp,
    /// Who.
    pub who: Who,
    /// What stands open: invoices, bookings to come, stages, escalations, tasks. Never left out.
    pub standing: Vec<Line>,
    /// What is proposed and not settled. Never left out.
    pub proposed: Vec<Line>,
    /// What happened since the last decision, oldest first.
    pub happened: Vec<Line>,
    /// What happened before, newest first.
    pub before: Vec<Line>,
    /// How many of those were left out to stay short, the oldest.
    pub left_out: usize,
    /// What was tried before and how it ended, newest first.
    pub tried: Vec<Line>,
    /// What is missing to act.
    pub missing: Vec<String>,
}

impl Document {
    /// The document of a situation, whose text has at most about `limit` bytes: older history goes first, then long lines
    /// become short. What stands open stays.
    pub fn of(situation: &Situation, now: Timestamp, limit: usize) -> Self {
        let mut document = Self {
            as_of: now,
            who: who(situation),
            standing: standing(situation, now),
            proposed: situation.proposals.iter().map(proposed).collect(),
            happened: situation.pending.iter().map(told).collect(),
            before: before(situation),
            left_out: 0,
            tried: situation.tried.iter().map(tried).collect(),
            missing: missing(situation),
        };
        while document.to_string().len() > limit && document.before.pop().is_some() {
            document.left_out += 1;
        }
        if document.to_string().len() > limit {
            document.shorten();
        }
        document
    }

    fn shorten(&mut self) {
        let lines = self.tried.iter_mut().chain(&mut self.happened).chain(&mut self.standing).chain(&mut self.proposed);
        for line in lines {
            line.text = clip(&line.text, SHORT_CHARS);
        }
    }
}

fn who(situation: &Situation) -> Who {
    let record = &situation.record;
    let known_by = |claim: &Claim| one_line(&format!("{} {}", claim.kind, claim.value), LINE_CHARS);
    Who {
        id: record.id,
        record_type: record.record_type,
        name: one_line(&record.name, LINE_CHARS),
        known_by: situation.known_by.iter().map(known_by).collect(),
    }
}

fn told(entry: &TimelineEntry) -> Line {
    let event = &entry.event;
    let test = if event.test { " (test)" } else { "" };
    line(event.occurred_at, &format!("{}{test} [{}, {}]", event.summary, event.kind(), event.source))
}

fn line(at: Timestamp, text: &str) -> Line {
    Line { at: Some(at), text: one_line(text, LINE_CHARS) }
}

fn standing(situation: &Situation, now: Timestamp) -> Vec<Line> {
    let matters = situation.matters.iter().map(|entry| matter(&entry.event, now));
    let tasks = situation.tasks.iter().map(|task| {
        let overdue = task.due_at.is_some_and(|due| due < now);
        let due = task.due_at.map(|due| format!(", due {}", due.minute())).unwrap_or_default();
        let overdue = if overdue { ", overdue" } else { "" };
        Line { at: task.due_at, text: one_line(&format!("Task: {}{due}{overdue}", task.title), LINE_CHARS) }
    });
    matters.chain(tasks).collect()
}

/// By when it happened, not by when it was told.
fn before(situation: &Situation) -> Vec<Line> {
    let mut entries: Vec<&TimelineEntry> = situation.history.iter().collect();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.event.occurred_at, entry.seq)));
    entries.into_iter().map(told).collect()
}

fn proposed(proposal: &OpenProposal) -> Line {
    let what = match &proposal.action {
        Action::Executable(Executable::CreateTask(task)) => &task.title,
        Action::Executable(Executable::AddNote(note)) => &note.text,
        Action::Executable(Executable::DraftMessage(draft)) => &draft.subject,
        Action::Executable(Executable::NotifyInternal(notice)) => &notice.text,
        Action::HumanOwned(owned) => &owned.case().summary,
    };
    line(proposal.id.made_at(), &format!("{}, {}: {what}", proposal.status, proposal.action.kind()))
}

fn matter(event: &Event, now: Timestamp) -> Line {
    let at = event.occurred_at;
    match &event.fact {
        Fact::PaymentFailed(failed) => {
            let what =
                failed.invoice.as_ref().map_or_else(|| "payment".to_owned(), |i| format!("invoice {}", i.label()));
            let next = match (failed.next_attempt_at, failed.final_attempt) {
                (_, true) => ", no further attempt".to_owned(),
                (Some(next), _) => format!(", next attempt {}", next.minute()),
                (None, _) => String::new(),
            };
            line(at, &format!("Unpaid: {} for {what}, failed {}{next}", failed.amount, ago(at, now)))
        }
        Fact::BookingCreated(made) => {
            let title = made.booking.title.as_deref().unwrap_or("appointment");
            let starts = made.booking.starts_at.map(|starts| format!(" for {}", starts.minute())).unwrap_or_default();
            Line {
                at: made.booking.starts_at.or(Some(at)),
                text: one_line(&format!("Booked: {title}{starts}"), LINE_CHARS),
            }
        }
        Fact::SupportEscalated(case) => {
            let about = case.subject.as_deref().map(|subject| format!(": {subject}")).unwrap_or_default();
            line(at, &format!("Escalated {}: ticket {}{about}", ago(at, now), case.ticket))
        }
        Fact::AutomationFailed(run) => line(at, &format!("Does not run since {}: {}", ago(at, now), run.workflow)),
        Fact::RecordStageChanged(change) => {
            let name = change.name.as_deref().unwrap_or(&change.id);
            line(at, &format!("{} {name} is in stage {} since {}", change.object, change.to, at.date()))
        }
        _ => line(at, &event.summary),
    }
}

/// `3 days ago`; coarse, so that a document does not change from minute to minute.
fn ago(at: Timestamp, now: Timestamp) -> String {
    match now.since(at).0 / 86_400_000 {
        ..1 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn tried(proposal: &Proposal) -> Line {
    let card = &proposal.card;
    let why = proposal.decision.as_ref().and_then(|decision| decision.reason.as_deref());
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    let ended = proposal.outcome.as_deref().map(|ended| format!(", ended: {ended}")).unwrap_or_default();
    line(proposal.updated_at, &format!("{}: {}{why}{ended}", proposal.status, card.effect))
}

/// What a next step would need. Only what was looked for and not found.
fn missing(situation: &Situation) -> Vec<String> {
    let knows = |kind: ClaimKind| situation.known_by.iter().any(|claim| claim.kind == kind);
    let unknown_amount =
        |entry: &&TimelineEntry| matches!(&entry.event.fact, Fact::PaymentFailed(failed) if failed.invoice.is_none());
    let mut missing = Vec::new();
    for (kind, what) in [(ClaimKind::Email, "no mail address"), (ClaimKind::Phone, "no telephone number")] {
        if !knows(kind) {
            missing.push(what.to_owned());
        }
    }
    if situation.matters.iter().find(unknown_amount).is_some() {
        missing.push("which invoice a failed payment was for".to_owned());
    }
    missing
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Who { record_type, name, known_by, .. } = &self.who;
        writeln!(f, "{name} ({record_type}), as of {}", self.as_of.minute())?;
        if !known_by.is_empty() {
            writeln!(f, "Known by: {}", known_by.join("; "))?;
        }
        part(f, "Standing", &self.standing, 0)?;
        part(f, "Proposed", &self.proposed, 0)?;
        part(f, "Since the last decision", &self.happened, 0)?;
        part(f, "Before", &self.before, self.left_out)?;
        part(f, "Tried before", &self.tried, 0)?;
        if !self.missing.is_empty() {
            writeln!(f, "\nMissing: {}", self.missing.join("; "))?;
        }
        Ok(())
    }
}

fn part(f: &mut fmt::Formatter<'_>, title: &str, lines: &[Line], left_out: usize) -> fmt::Result {
    if lines.is_empty() && left_out == 0 {
        return Ok(());
    }
    writeln!(f, "\n{title}:")?;
    for Line { at, text } in lines {
        let at = at.map(|at| format!("{}  ", at.minute())).unwrap_or_default();
        writeln!(f, "- {at}{text}")?;
    }
    if left_out > 0 {
        writeln!(f, "- and {left_out} more, older")?;
    }
    Ok(())
}
