//! Labels for the terms of the model.

use super::icon::Icon;
use crate::sources;
use maud::{Markup, html};
use nerve_ledger::queue::Band;
use nerve_model::{
    ActionKind, Claim, ClaimKind, EventKind, Gate, GateVerdict, Group, MatchVerdict, ProposalStatus, RecordType,
    Relation, Risk,
};

/// What an action does, as a heading.
pub(crate) const fn action(kind: ActionKind) -> &'static str {
    kind.spec().label
}

/// A kind of event.
pub(crate) const fn event(kind: EventKind) -> &'static str {
    match kind {
        EventKind::FormSubmitted => "Form submitted",
        EventKind::MeetingTranscribed => "Meeting transcribed",
        EventKind::CallEnded => "Call ended",
        EventKind::EmailReceived => "Email received",
        EventKind::FileUploaded => "File uploaded",
        EventKind::InvoicePaid => "Invoice paid",
        EventKind::PaymentFailed => "Payment failed",
        EventKind::PaymentClosed => "Payment closed",
        EventKind::BookingCreated => "Booking created",
        EventKind::BookingCanceled => "Booking canceled",
        EventKind::VendorReplied => "Vendor replied",
        EventKind::SupportEscalated => "Support escalated",
        EventKind::SupportSolved => "Support solved",
        EventKind::AutomationFailed => "Automation failed",
        EventKind::RecordStageChanged => "Stage changed",
        EventKind::RecordMerged => "Records merged",
    }
}

/// A group of the activity.
pub(crate) const fn group(group: Group) -> &'static str {
    match group {
        Group::Events => "Events",
        Group::Actions => "Actions",
        Group::Tasks => "Tasks",
        Group::Notes => "Notes",
        Group::Changes => "Changes",
    }
}

/// The status of a proposal.
pub(crate) const fn status(status: ProposalStatus) -> &'static str {
    match status {
        ProposalStatus::Pending => "Pending",
        ProposalStatus::Approved => "Approved",
        ProposalStatus::Executing => "Executing",
        ProposalStatus::Done => "Done",
        ProposalStatus::Failed => "Failed",
        ProposalStatus::Unknown => "Outcome unknown",
        ProposalStatus::Rejected => "Rejected",
        ProposalStatus::Withdrawn => "Withdrawn",
        ProposalStatus::Expired => "Expired",
        ProposalStatus::Undone => "Undone",
    }
}

/// A status as a pill.
pub(crate) fn status_pill(of: ProposalStatus) -> Markup {
    let tone = match of {
        ProposalStatus::Pending => "calm",
        ProposalStatus::Done => "good",
        ProposalStatus::Failed | ProposalStatus::Unknown => "bad",
        ProposalStatus::Approved | ProposalStatus::Executing => "warn",
        ProposalStatus::Rejected | ProposalStatus::Withdrawn | ProposalStatus::Expired | ProposalStatus::Undone => "",
    };
    html! { span class={ "pill " (tone) } { (status(of)) } }
}

/// A band of the queue, as a heading.
pub(crate) const fn band(band: Band) -> &'static str {
    match band {
        Band::Urgent => "Urgent",
        Band::Today => "Expires today",
        Band::Tomorrow => "Expires tomorrow",
        Band::Due => "Due",
        Band::Waiting => "Waiting",
    }
}

/// A risk as a pill.
pub(crate) fn risk_pill(of: Risk) -> Markup {
    let (tone, label) = match of {
        Risk::Low => ("good", "Low risk"),
        Risk::Medium => ("warn", "Medium risk"),
        Risk::High => ("bad", "High risk"),
        Risk::Critical => ("grave", "Critical"),
    };
    html! { span class={ "pill " (tone) } { (label) } }
}

/// A match's verdict as a pill.
pub(crate) fn match_pill(verdict: MatchVerdict) -> Markup {
    let (tone, label) = match verdict {
        MatchVerdict::Confident => ("good", "Confident match"),
        MatchVerdict::Ambiguous => ("warn", "Ambiguous match"),
        MatchVerdict::New => ("calm", "New record"),
    };
    html! { span class={ "pill " (tone) } { (label) } }
}

/// A gate.
pub(crate) const fn gate(gate: Gate) -> &'static str {
    match gate {
        Gate::Trusted => "Trusted",
        Gate::Matched => "Matched",
        Gate::Allowed => "Allowed",
        Gate::Risk => "Risk",
        Gate::Approval => "Approval",
        Gate::Fresh => "Fresh",
        Gate::Reversible => "Reversible",
        Gate::Logged => "Logged",
    }
}

/// A verdict as an icon, with a label for screen readers.
pub(crate) fn verdict(of: GateVerdict) -> Markup {
    let word = match of {
        GateVerdict::Pass => "passes",
        GateVerdict::Hold => "asks a person",
        GateVerdict::Block => "blocks",
    };
    html! { span title=(word) { (Icon::of_verdict(of).draw()) span.visually-hidden { (word) ": " } } }
}

/// The color of a verdict.
pub(crate) const fn verdict_tone(of: GateVerdict) -> &'static str {
    match of {
        GateVerdict::Pass => "good",
        GateVerdict::Hold => "warn",
        GateVerdict::Block => "bad",
    }
}

/// A type of record.
pub(crate) const fn record_type(of: RecordType) -> &'static str {
    match of {
        RecordType::Customer => "Customer",
        RecordType::Deal => "Deal",
        RecordType::Project => "Project",
        RecordType::Asset => "Asset",
        RecordType::Vendor => "Vendor",
    }
}

/// The role of a linked record.
pub(crate) const fn relation(of: Relation) -> &'static str {
    match of {
        Relation::Customer => "Customer",
        Relation::Owner => "Owner",
        Relation::Site => "Site",
        Relation::Project => "Project",
        Relation::Vendor => "Vendor",
        Relation::Related => "Related",
    }
}

/// A kind of claim.
pub(crate) const fn claim(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::External => "Account",
        ClaimKind::Email => "Email",
        ClaimKind::Phone => "Phone",
        ClaimKind::Domain => "Domain",
        ClaimKind::Name => "Name",
        ClaimKind::Address => "Address",
        ClaimKind::Serial => "Serial number",
    }
}

/// A claim with its kind; for an external id, with its tool.
pub(crate) fn claimed(Claim { kind, value, .. }: &Claim) -> Markup {
    let (kind, shown) = match (kind, value.split_once(':'), value.rsplit_once(':')) {
        (ClaimKind::External, Some((tool, _)), Some((_, id))) => (source(tool), id),
        _ => (claim(*kind).to_owned(), value.as_str()),
    };
    html! { span title=(value) { span.muted { (kind) } " " bdi { (shown) } } }
}

/// A kind of ledger entry: `attempt_failed` is "Attempt failed".
pub(crate) fn entry(kind: &str) -> String {
    capitalized(&kind.replace('_', " "))
}

/// A source, by its vendor's own name.
pub(crate) fn source(name: &str) -> String {
    match sources::title(name) {
        title if title == name => capitalized(name),
        title => title.to_owned(),
    }
}

/// The text with its first letter in upper case.
pub(crate) fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
