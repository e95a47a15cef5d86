//! The table of what ends a proposal: for each kind of event that is answered, the later events that settle it.
//!
//! Everything that asks whether something still needs doing asks here: the agent when it proposes, refreshes and
//! withdraws, a person's edit, and the executor right before the effect.

use crate::{
    ActionKind, CallDirection, CallResult, Card, ClaimKind, Closing, Event, EventId, EventKind, Fact, Millis, RecordId,
    RunState, Subject, Timestamp, is_over, one_line,
};

/// The longest time between two reports of one failed payment.
const SAME_FAILURE: Millis = Millis::minutes(15);

/// How it is decided that two events of one record are about the same matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// They have the same subject: the invoice, the ticket, the workflow.
    Subject,
    /// They share [`Event::matter`]: the telephone number, the subscription, the form.
    Matter,
    /// They are about the same party: they came to one record, not only to two that were merged since. A merge may be wrong
    /// and taken back; what one party did must not swallow what another waits for.
    Party,
}

/// The time that a settling event reaches back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It settles what happened before it, whatever arrives first.
    Before,
    /// It settles the matter for good: a payment may be reported before the failure that it made up for.
    ForGood,
}

/// A line of the table: events of one kind settle what answers another kind.
#[derive(Debug, Clone, Copy)]
pub struct Settlement {
    /// The kind of event that is answered.
    pub answers: EventKind,
    /// The kind of the later event.
    pub by: EventKind,
    /// How the two belong together.
    pub same: Same,
    /// How far the later event reaches back.
    pub reach: Reach,
    /// The condition on the later event.
    pub when: fn(&Fact) -> bool,
}

const fn line(answers: EventKind, by: EventKind, same: Same, reach: Reach, when: fn(&Fact) -> bool) -> Settlement {
    Settlement { answers, by, same, reach, when }
}

/// The table. A kind that is in neither this table nor [`A_PERSON_ENDS`] fails a test.
pub const SETTLEMENTS: &[Settlement] = &[
    line(EventKind::PaymentFailed, EventKind::InvoicePaid, Same::Subject, Reach::ForGood, |_| true),
    line(EventKind::PaymentFailed, EventKind::PaymentClosed, Same::Subject, Reach::ForGood, |_| true),
    line(EventKind::PaymentFailed, EventKind::PaymentClosed, Same::Matter, Reach::Before, ends_subscription),
    line(EventKind::AutomationFailed, EventKind::AutomationFailed, Same::Subject, Reach::Before, ran_well),
    line(EventKind::SupportEscalated, EventKind::SupportSolved, Same::Subject, Reach::Before, |_| true),
    line(EventKind::BookingCanceled, EventKind::BookingCreated, Same::Party, Reach::Before, |_| true),
    line(EventKind::CallEnded, EventKind::CallEnded, Same::Matter, Reach::Before, was_answered),
    line(EventKind::FormSubmitted, EventKind::CallEnded, Same::Party, Reach::Before, was_answered),
    line(EventKind::FormSubmitted, EventKind::MeetingTranscribed, Same::Party, Reach::Before, |_| true),
    line(EventKind::FormSubmitted, EventKind::BookingCreated, Same::Party, Reach::Before, |_| true),
    line(EventKind::FormSubmitted, EventKind::RecordStageChanged, Same::Party, Reach::Before, is_decided),
];

/// The kinds whose proposals no later event ends, each with the reason: a person decides, or they expire.
pub const A_PERSON_ENDS: &[(EventKind, &str)] = &[
    (EventKind::MeetingTranscribed, "what was agreed stays to be done until somebody did it"),
    (EventKind::EmailReceived, "no tool reports that a message was answered"),
    (EventKind::FileUploaded, "a file stays to be looked at"),
    (EventKind::InvoicePaid, "a note about a payment stays true"),
    (EventKind::PaymentClosed, "a note about it stays true"),
    (EventKind::BookingCreated, "an appointment stays to be prepared"),
    (EventKind::VendorReplied, "no tool reports that a reply was looked at"),
    (EventKind::SupportSolved, "a note about it stays true"),
    (EventKind::RecordStageChanged, "a stage is left by a person's decision"),
    (EventKind::RecordMerged, "a note about a merge stays true"),
];

/// A closed invoice closes no other invoice of its subscription; the end of the subscription does.
fn ends_subscription(fact: &Fact) -> bool {
    matches!(fact, Fact::PaymentClosed(closed) if closed.how == Closing::SubscriptionEnded)
}

fn ran_well(fact: &Fact) -> bool {
    matches!(fact, Fact::AutomationFailed(run) if run.state == RunState::Recovered)
}

/// The two sides spoke, whoever called.
fn was_answered(fact: &Fact) -> bool {
    matches!(fact, Fact::CallEnded(call) if call.result == CallResult::Completed && call.seconds != Some(0))
}

/// The deal is won or lost.
fn is_decided(fact: &Fact) -> bool {
    matches!(fact, Fact::RecordStageChanged(moved) if moved.to.as_deref().is_some_and(is_over))
}

/// An event with the record that it came to, which may be a part of the record that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The event.
    pub event: &'a Event,
    /// The record; `None` where all events came to one.
    pub home: Option<RecordId>,
}

/// What a proposal answers: an event, or what its card keeps of it.
#[derive(Debug, Clone)]
pub struct Answered<'a> {
    event: EventId,
    home: Option<RecordId>,
    kind: EventKind,
    subject: &'a Subject,
    matter: Option<String>,
    occurred_at: Timestamp,
    test: bool,
}

impl<'a> From<Placed<'a>> for Answered<'a> {
    fn from(Placed { event, home }: Placed<'a>) -> Self {
        Self {
            event: event.id,
            home,
            kind: event.kind(),
            subject: &event.subject,
            // A call that was answered asks nobody to call back.
            matter: event.matter().filter(|_| !was_answered(&event.fact)),
            occurred_at: event.occurred_at,
            test: event.test,
        }
    }
}

impl<'a> From<&'a Card> for Answered<'a> {
    fn from(card: &'a Card) -> Self {
        Self {
            event: card.event.id,
            home: Some(card.home()),
            kind: card.event.kind,
            subject: &card.subject,
            matter: card.matter.clone(),
            occurred_at: card.event.occurred_at,
            test: card.event.test,
        }
    }
}

impl Answered<'_> {
    /// The kind of event.
    pub const fn kind(&self) -> EventKind {
        self.kind
    }

    /// The thing at the vendor that it is about.
    pub const fn subject(&self) -> &Subject {
        self.subject
    }

    /// The time of the event.
    pub const fn occurred_at(&self) -> Timestamp {
        self.occurred_at
    }

    /// Its wider matter, as a card keeps it.
    pub fn into_matter(self) -> Option<String> {
        self.matter
    }

    fn shares(&self, same: Same, subject: &Subject, matter: Option<&str>, home: Option<RecordId>) -> bool {
        match same {
            Same::Subject => self.subject == subject,
            Same::Matter => self.matter.is_some() && self.matter.as_deref() == matter,
            Same::Party => self.home == home,
        }
    }
}

impl Event {
    /// The wider matter of the event, besides its subject: the number of a call, the subscription of a payment, the form
    /// that was sent. Callers who withhold their number have none in common.
    pub fn matter(&self) -> Option<String> {
        match &self.fact {
            Fact::CallEnded(_) => {
                let number = self.outside_claims().find(|claim| claim.kind == ClaimKind::Phone)?;
                Some(format!("call:{}", number.value))
            }
            Fact::PaymentFailed(failed) => self.subscription(failed.subscription.as_deref()?),
            Fact::PaymentClosed(closed) => self.subscription(closed.subscription.as_deref()?),
            Fact::FormSubmitted(form) => Some(format!("form:{}:{}", self.source, form.form)),
            _ => None,
        }
    }

    fn subscription(&self, id: &str) -> Option<String> {
        Some(format!("subscription:{}:{id}", self.source))
    }
}

/// The reason why a later event leaves such an action without a purpose; `None` if it does not. Both events are of one
/// record. What only concerns the party leaves notes and the like as true as they were.
pub fn settled_by(later: Placed<'_>, answered: &Answered<'_>, action: ActionKind) -> Option<String> {
    let reaches = |line: &Settlement| line.reach == Reach::ForGood || later.event.occurred_at >= answered.occurred_at;
    let ends = |line: &Settlement| line.same == Same::Subject || asks_for_something(action);
    let mut lines = lines_between(later, answered);
    lines.any(|line| reaches(line) && ends(line)).then(|| one_line(&sentence(later.event), 500))
}

/// The event settles whatever of this matter happened before it.
pub fn settles_all(later: Placed<'_>, answered: &Answered<'_>) -> bool {
    lines_between(later, answered).next().is_some()
}

/// The kinds of events that may settle this kind: those about the same subject, and those about a wider matter.
pub fn kinds_that_settle(answered: EventKind) -> (Vec<EventKind>, Vec<EventKind>) {
    let lines = SETTLEMENTS.iter().filter(|line| line.answers == answered);
    let (own, wider): (Vec<_>, Vec<_>) = lines.partition(|line| line.same == Same::Subject);
    let kinds = |lines: Vec<&Settlement>| lines.into_iter().map(|line| line.by).collect();
    (kinds(own), kinds(wider))
}

/// The action asks somebody to do something about the matter.
const fn asks_for_something(action: ActionKind) -> bool {
    matches!(action, ActionKind::CreateTask | ActionKind::DraftMessage | ActionKind::NotifyInternal)
}

fn lines_between<'a>(
    Placed { event: later, home }: Placed<'a>,
    answered: &'a Answered<'_>,
) -> impl Iterator<Item = &'static Settlement> + 'a {
    let matter = later.matter();
    let apart = later.id == answered.event || later.test != answered.test;
    SETTLEMENTS.iter().filter(move |line| {
        !apart
            && line.answers == answered.kind
            && line.by == later.kind()
            && (line.when)(&later.fact)
            && answered.shares(line.same, &later.subject, matter.as_deref(), home)
    })
}

/// Two events of one record ask for the same thing to be done: while one is open, no second is proposed.
pub fn is_one_task(one: &Answered<'_>, other: &Answered<'_>) -> bool {
    let same = match one.kind {
        // Two parties may send one form.
        EventKind::FormSubmitted if one.home != other.home => return false,
        EventKind::CallEnded | EventKind::FormSubmitted => Same::Matter,
        EventKind::SupportEscalated | EventKind::VendorReplied => Same::Subject,
        _ => return false,
    };
    let shares = || one.shares(same, other.subject, other.matter.as_deref(), other.home);
    one.kind == other.kind && one.test == other.test && shares()
}

/// What happened, as the reason for a withdrawal.
fn sentence(later: &Event) -> String {
    let on = later.occurred_at.date();
    match &later.fact {
        Fact::InvoicePaid(paid) => {
            let on = paid.paid_at.unwrap_or(later.occurred_at).date();
            format!("Invoice {} was paid on {on} ({}).", paid.invoice.label(), paid.amount)
        }
        Fact::PaymentClosed(closed) => format!("{} on {on}.", closed.sentence()),
        Fact::AutomationFailed(_) => format!("It ran well again on {on}."),
        Fact::SupportSolved(case) => format!("Ticket {} was solved on {on}.", case.ticket),
        Fact::CallEnded(call) => match call.direction {
            CallDirection::Inbound => format!("They called again and were answered on {on}."),
            CallDirection::Outbound => format!("They were called and reached on {on}."),
        },
        Fact::BookingCreated(_) => format!("They booked an appointment on {on}."),
        Fact::MeetingTranscribed(_) => format!("There was a meeting with them on {on}."),
        Fact::RecordStageChanged(moved) => {
            format!("The {} moved to {} on {on}.", moved.object, moved.to.as_deref().unwrap_or("no stage"))
        }
        _ => format!("It was settled on {on}."),
    }
}

/// The reason why another report of a failure replaces this one; `None` if it does not.
pub fn replaced_by(newer: &Event, older: &Event) -> Option<String> {
    (newer.test == older.test && replaces(newer, older)).then(|| replacement(newer, older))
}

/// One report of a failure replaces another: it is of a later attempt, or of the same failure with its invoice.
fn replaces(newer: &Event, older: &Event) -> bool {
    (newer.subject == older.subject && is_later(newer, older)) || is_same_failure_in_full(newer, older)
}

/// One failure is a later attempt than the other; the vendor's count decides where there is one.
fn is_later(newer: &Event, older: &Event) -> bool {
    match (&newer.fact, &older.fact) {
        (Fact::PaymentFailed(a), Fact::PaymentFailed(b)) => {
            (a.attempt, newer.occurred_at, newer.id) > (b.attempt, older.occurred_at, older.id)
        }
        (Fact::AutomationFailed(a), Fact::AutomationFailed(b)) => {
            let failed = |state| state == RunState::Failed;
            failed(a.state) && failed(b.state) && (newer.occurred_at, newer.id) > (older.occurred_at, older.id)
        }
        _ => false,
    }
}

/// `full` is the failure of `partial`, reported with the invoice that `partial` lacks. A vendor reports payment and
/// invoice separately; reports of another vendor are about something else.
fn is_same_failure_in_full(full: &Event, partial: &Event) -> bool {
    let (Fact::PaymentFailed(a), Fact::PaymentFailed(b)) = (&full.fact, &partial.fact) else { return false };
    let apart = full.occurred_at.since(partial.occurred_at).0.unsigned_abs();
    let alike = (&full.source, a.amount) == (&partial.source, b.amount);
    alike && a.invoice.is_some() && b.invoice.is_none() && apart <= SAME_FAILURE.0.unsigned_abs()
}

/// The reason for withdrawing what answers the older report. Without counts on both sides the two may be one failure.
fn replacement(newer: &Event, older: &Event) -> String {
    let attempt = |event: &Event| match &event.fact {
        Fact::PaymentFailed(failed) => failed.attempt,
        _ => None,
    };
    match (attempt(newer), attempt(older)) {
        (Some(attempt), Some(_)) => format!("Attempt {attempt} failed since."),
        _ => "A fuller or newer report of the failure replaces it.".to_owned(),
    }
}
