//! The lines of a document.

use crate::{
    Changed, Linked, OpenProposal, Situation,
    line::{LINE_CHARS, Line},
};
use nerve_model::{
    BookingCreated, Currency, Event, Fact, Money, PaymentFailed, Proposal, Relation, Timestamp, one_line,
};
use nerve_protocol::TimelineEntry;
use std::collections::BTreeMap;

/// The number of linked records that are named, including all open work.
const LINKED: usize = 10;

/// The most closed deals and projects that are named.
const OVER: usize = 3;

/// The most further records of an event that are named.
const ABOUT: usize = 3;

/// An event's line, like `Mail: Our estimate [vendor.replied, postmark], about deal New roof`.
pub(crate) fn told(situation: &Situation, entry: &TimelineEntry) -> Line {
    let event = &entry.event;
    let test = if event.test { " (test)" } else { "" };
    let about: Vec<String> =
        situation.about(event.id).take(ABOUT).map(|record| format!("{} {}", record.record_type, record.name)).collect();
    let about = if about.is_empty() { String::new() } else { format!(", about {}", about.join(", ")) };
    let told = format!("{}{test} [{}, {}]", one_line(&event.summary, LINE_CHARS), event.kind(), event.source);
    Line { at: Some(event.occurred_at), text: told + &one_line(&about, LINE_CHARS) }
}

/// A change's line, like `Record edited: stage: lead → offer, by Mia`.
pub(crate) fn changed(Changed { at, by, what, named: _ }: &Changed) -> Line {
    let what = one_line(what, LINE_CHARS);
    line(*at, &format!("{what}, by {by}"))
}

fn line(at: Timestamp, text: &str) -> Line {
    Line { at: Some(at), text: one_line(text, LINE_CHARS) }
}

/// The lines of the open items: the sum of unpaid amounts, then the items, links, tasks, the last booking, and closed
/// work.
pub(crate) fn standing(situation: &Situation, now: Timestamp) -> Vec<Line> {
    let is_booking = |entry: &&TimelineEntry| matches!(entry.event.fact, Fact::BookingCreated(_));
    let next = situation.open_items.iter().find(is_booking).map(|entry| entry.seq);
    let open_items = situation.open_items.iter().map(|entry| open_item(&entry.event, next == Some(entry.seq), now));
    let tasks = situation.tasks.iter().map(|task| {
        let overdue = task.due_at.is_some_and(|due| due < now);
        let due = task.due_at.map(|due| format!(", due {}", due.minute())).unwrap_or_default();
        let overdue = if overdue { ", overdue" } else { "" };
        Line { at: task.due_at, text: one_line(&format!("Task: {}{due}{overdue}", task.title), LINE_CHARS) }
    });
    let last = situation.last_booking.iter().filter_map(last_booking);
    let (work, others): (Vec<&Linked>, Vec<_>) =
        situation.linked.iter().partition(|linked| linked.other.record_type.is_work());
    let (open, over): (Vec<_>, Vec<_>) = work.into_iter().partition(|linked| linked.is_open_work());
    let others = others.into_iter().take(LINKED.saturating_sub(open.len()));
    let linked = open.iter().copied().chain(others).map(linked);
    owed(situation).into_iter().chain(open_items).chain(linked).chain(tasks).chain(last).chain(ended(&over)).collect()
}

/// A link's line, like `The customer of deal New roof, in stage offer`, or `Its vendor: Acme`.
fn linked(Linked { relation, reverse, other, stage }: &Linked) -> Line {
    let (name, sort) = (&other.name, other.record_type);
    let stage = stage.as_deref().map(|stage| format!(", in stage {stage}")).unwrap_or_default();
    let what = match (relation, reverse) {
        (Relation::Related, _) => format!("Has to do with {sort} {name}"),
        (relation, true) => format!("The {relation} of {sort} {name}"),
        (relation, false) => format!("Its {relation}: {name}"),
    };
    Line { at: None, text: one_line(&format!("{what}{stage}"), LINE_CHARS) }
}

/// The line of closed work, like `Over: deal Gutter repair, Closed won`; of many, the first and the number of the
/// others.
fn ended(over: &[&Linked]) -> Option<Line> {
    let names = over.iter().take(OVER).map(|Linked { other, stage, .. }| {
        let stage = stage.as_deref().map(|stage| format!(", {stage}")).unwrap_or_default();
        format!("{} {}{stage}", other.record_type, other.name)
    });
    let names: Vec<String> = names.collect();
    let more = over.len().saturating_sub(names.len());
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!names.is_empty())
        .then(|| Line { at: None, text: one_line(&format!("Over: {}{more}", names.join("; ")), LINE_CHARS) })
}

/// The sum of several unpaid amounts; `None` for fewer than two.
fn owed(situation: &Situation) -> Option<Line> {
    let mut sums: BTreeMap<Currency, (i64, usize)> = BTreeMap::new();
    for entry in &situation.open_items {
        if let Fact::PaymentFailed(failed) = &entry.event.fact {
            let (sum, n) = sums.entry(failed.amount.currency).or_default();
            *sum = sum.saturating_add(failed.amount.minor);
            *n += 1;
        }
    }
    let unpaid: usize = sums.values().map(|(_, n)| n).sum();
    let amounts: Vec<String> =
        sums.into_iter().map(|(currency, (minor, _))| Money { minor, currency }.to_string()).collect();
    (unpaid > 1)
        .then(|| Line { at: None, text: format!("Unpaid together: {} in {unpaid} payments", amounts.join(", ")) })
}

pub(crate) fn proposed(proposal: &OpenProposal) -> Line {
    let (action, at) = (&proposal.action, proposal.id.made_at());
    line(at, &format!("{}, {}: {}", proposal.status, action.kind(), action.headline()))
}

fn open_item(event: &Event, next: bool, now: Timestamp) -> Line {
    let at = event.occurred_at;
    match &event.fact {
        Fact::PaymentFailed(failed) => line(at, &unpaid(failed, at, now)),
        Fact::BookingCreated(made) => {
            booking(if next { "Next booking" } else { "Booked" }, made, made.booking.starts_at.unwrap_or(at))
        }
        Fact::SupportEscalated(case) => {
            let about = case.subject.as_deref().map(|subject| format!(": {subject}")).unwrap_or_default();
            line(at, &format!("Escalated {}: ticket {}{about}", ago(at, now), case.ticket))
        }
        Fact::AutomationFailed(run) => line(at, &format!("Does not run since {}: {}", ago(at, now), run.workflow)),
        Fact::RecordStageChanged(change) => {
            let name = change.name.as_deref().unwrap_or(&change.id);
            let what = change.property.as_deref().unwrap_or("stage");
            let stage = change.to.as_deref().map_or_else(|| format!("no {what}"), |to| format!("{what} {to}"));
            line(at, &format!("{} {name} is in {stage} since {}", change.object, at.date()))
        }
        _ => line(at, &event.summary),
    }
}

fn unpaid(failed: &PaymentFailed, at: Timestamp, now: Timestamp) -> String {
    let what = failed.invoice.as_ref().map_or_else(|| "payment".to_owned(), |i| format!("invoice {}", i.label()));
    let attempt = failed.attempt.filter(|n| *n > 1).map(|n| format!(" at attempt {n}")).unwrap_or_default();
    let next = match (failed.next_attempt_at, failed.final_attempt) {
        (_, true) => ", no further attempt".to_owned(),
        (Some(next), _) => format!(", next attempt {}", next.minute()),
        (None, _) => String::new(),
    };
    format!("Unpaid: {} for {what}, failed {}{attempt}{next}", failed.amount, ago(at, now))
}

fn last_booking(entry: &TimelineEntry) -> Option<Line> {
    let Fact::BookingCreated(made) = &entry.event.fact else { return None };
    Some(booking("Last booking", made, made.booking.starts_at.unwrap_or(entry.event.occurred_at)))
}

fn booking(what: &str, made: &BookingCreated, at: Timestamp) -> Line {
    let title = made.booking.title.as_deref().unwrap_or("appointment");
    let starts = made.booking.starts_at.map(|starts| format!(" for {}", starts.minute())).unwrap_or_default();
    line(at, &format!("{what}: {title}{starts}"))
}

/// The age in days, like `3 days ago`; coarse, so that a document does not change from minute to minute.
fn ago(at: Timestamp, now: Timestamp) -> String {
    match now.since(at).0 / 86_400_000 {
        ..1 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

pub(crate) fn tried(proposal: &Proposal) -> Line {
    let card = &proposal.card;
    let why = proposal.decision.as_ref().and_then(|decision| decision.reason.as_deref());
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    let ended = proposal.outcome.as_deref().map(|ended| format!(", ended: {ended}")).unwrap_or_default();
    line(proposal.updated_at, &format!("{}: {}{why}{ended}", proposal.status, card.effect))
}
