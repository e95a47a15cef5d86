//! The facts of an event as labeled values. Every text is from outside and escaped.

use super::{clock, external_link::external_link};
use maud::{Markup, html};
use nerve_model::{
    Answer, AutomationFailed, Booking, BookingCanceled, BookingCreated, CallDirection, CallEnded, CallResult,
    CanceledBy, Fact, FileUploaded, FormSubmitted, InvoicePaid, MeetingTranscribed, Message, PaymentClosed,
    PaymentFailed, RecordMerged, RecordStageChanged, SupportEscalated, SupportSolved, Timestamp,
};

/// The answers of a form that are shown; the delivery has all.
const ANSWERS: usize = 6;

/// A label and its value.
type Row = (&'static str, Markup);

/// The facts of an event.
pub(crate) fn facts(fact: &Fact) -> Markup {
    let rows: Vec<Row> = rows(fact).into_iter().flatten().collect();
    let text = text(fact);
    html! {
        dl.facts { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } }
        @if let Some(answers) = answers(fact) {
            dl.facts.answers {
                @for Answer { question, answer } in answers.iter().take(ANSWERS) {
                    div { dt { bdi { (question) } } dd { bdi { (answer) } } }
                }
            }
            @if answers.len() > ANSWERS { p.small { (answers.len() - ANSWERS) " more in the delivery" } }
        }
        @if let Some((label, text)) = text { details.quote { summary { (label) } p.prose { bdi { (text) } } } }
    }
}

fn rows(fact: &Fact) -> Vec<Option<Row>> {
    match fact {
        Fact::FormSubmitted(form) => form_rows(form),
        Fact::MeetingTranscribed(meeting) => meeting_rows(meeting),
        Fact::CallEnded(call) => call_rows(call),
        Fact::EmailReceived(message) | Fact::VendorReplied(message) => message_rows(message),
        Fact::FileUploaded(file) => file_rows(file),
        Fact::InvoicePaid(paid) => paid_rows(paid),
        Fact::PaymentFailed(failed) => failed_rows(failed),
        Fact::PaymentClosed(closed) => closed_rows(closed),
        Fact::BookingCreated(created) => created_rows(created),
        Fact::BookingCanceled(canceled) => canceled_rows(canceled),
        Fact::SupportEscalated(case) => case_rows(case),
        Fact::SupportSolved(case) => solved_rows(case),
        Fact::AutomationFailed(run) => run_rows(run),
        Fact::RecordStageChanged(change) => stage_rows(change),
        Fact::RecordMerged(merged) => merged_rows(merged),
    }
}

fn answers(fact: &Fact) -> Option<&[Answer]> {
    let answers = match fact {
        Fact::FormSubmitted(form) => &form.answers,
        Fact::BookingCreated(created) => &created.answers,
        _ => return None,
    };
    Some(answers.as_slice()).filter(|answers| !answers.is_empty())
}

/// A text that is too long for a row.
fn text(fact: &Fact) -> Option<(&'static str, &str)> {
    match fact {
        Fact::EmailReceived(message) | Fact::VendorReplied(message) => Some(("Message", message.text.as_str())),
        Fact::MeetingTranscribed(meeting) => {
            let summary = meeting.summary.as_deref().map(|text| ("Summary", text));
            summary.or_else(|| meeting.transcript.as_deref().map(|text| ("Transcript", text)))
        }
        _ => None,
    }
    .filter(|(_, text)| !text.is_empty())
}

fn text_row(name: &'static str, text: Option<&str>) -> Option<Row> {
    text.filter(|text| !text.is_empty()).map(|text| (name, html! { bdi { (text) } }))
}

fn time_row(name: &'static str, at: Option<Timestamp>) -> Option<Row> {
    at.map(|at| (name, clock::at(at)))
}

fn form_rows(form: &FormSubmitted) -> Vec<Option<Row>> {
    vec![text_row("Form", Some(form.title.as_deref().unwrap_or(&form.form)))]
}

fn meeting_rows(meeting: &MeetingTranscribed) -> Vec<Option<Row>> {
    let names = meeting.participants.iter().filter_map(|one| one.name.as_deref().or(one.email.as_deref()));
    let names = names.collect::<Vec<_>>().join(", ");
    let next = meeting.action_items.join("; ");
    vec![
        text_row("Meeting", meeting.title.as_deref()),
        time_row("Began", meeting.started_at),
        text_row("With", Some(&names)),
        text_row("Action items", Some(&next)),
    ]
}

fn call_rows(call: &CallEnded) -> Vec<Option<Row>> {
    let result = match call.result {
        CallResult::Completed => "Completed",
        CallResult::Busy => "Busy",
        CallResult::NoAnswer => "Not answered",
        CallResult::Failed => "Failed",
        CallResult::Canceled => "Canceled",
    };
    let direction = match call.direction {
        CallDirection::Inbound => "Inbound",
        CallDirection::Outbound => "Outbound",
    };
    let length = call.seconds.map(|seconds| format!("{}:{:02} min", seconds / 60, seconds % 60));
    vec![
        text_row("Direction", Some(direction)),
        text_row("Result", Some(result)),
        text_row("Length", length.as_deref()),
        text_row("From", call.from.as_deref()),
        text_row("To", call.to.as_deref()),
    ]
}

fn message_rows(message: &Message) -> Vec<Option<Row>> {
    let files = message.attachments.iter().filter_map(|file| file.name.as_deref()).collect::<Vec<_>>().join(", ");
    let confirmed = if message.authentication.supports(&message.from.address) { "confirmed" } else { "not confirmed" };
    vec![
        text_row("From", Some(&message.from.address)),
        text_row("Sender", Some(confirmed)),
        text_row("Subject", message.subject.as_deref()),
        text_row("Attached", Some(&files)),
    ]
}

fn file_rows(file: &FileUploaded) -> Vec<Option<Row>> {
    let path = file.path.iter().filter_map(|folder| folder.name.as_deref()).collect::<Vec<_>>().join(" / ");
    let size = file.bytes.map(size);
    vec![
        text_row("File", Some(&file.name)),
        text_row("Size", size.as_deref()),
        text_row("Folder", Some(&path)),
        text_row("Uploaded by", file.uploaded_by.as_deref()),
    ]
}

/// A size in the largest unit that leaves a whole number.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

fn paid_rows(paid: &InvoicePaid) -> Vec<Option<Row>> {
    let amount = Some(("Amount", html! { (paid.amount) }));
    vec![amount, invoice(paid.invoice.url.as_deref(), paid.invoice.label()), time_row("Paid", paid.paid_at)]
}

fn failed_rows(failed: &PaymentFailed) -> Vec<Option<Row>> {
    let attempt = failed.attempt.map(|n| ("Attempt", html! { (n) @if failed.final_attempt { ", the last" } }));
    vec![
        Some(("Amount", html! { (failed.amount) })),
        failed.invoice.as_ref().and_then(|one| invoice(one.url.as_deref(), one.label())),
        attempt,
        time_row("Next attempt", failed.next_attempt_at),
        text_row("Reason", failed.reason.as_deref()),
    ]
}

fn closed_rows(closed: &PaymentClosed) -> Vec<Option<Row>> {
    vec![
        closed.amount.map(|amount| ("Amount", html! { (amount) })),
        closed.invoice.as_ref().and_then(|one| invoice(one.url.as_deref(), one.label())),
        text_row("Subscription", closed.subscription.as_deref()),
        text_row("How", Some(closed.how.phrase())),
    ]
}

fn invoice(url: Option<&str>, label: &str) -> Option<Row> {
    Some(("Invoice", external_link(url, &html! { bdi { (label) } })))
}

fn booking_rows(booking: &Booking) -> Vec<Option<Row>> {
    vec![
        text_row("Appointment", booking.title.as_deref()),
        time_row("Begins", booking.starts_at),
        text_row("Where", booking.location.as_deref()),
        text_row("With", booking.host.as_deref()),
        text_row("Customer's time zone", booking.time_zone.as_deref()),
    ]
}

fn created_rows(created: &BookingCreated) -> Vec<Option<Row>> {
    let mut rows = booking_rows(&created.booking);
    rows.push(created.moved_from.as_ref().map(|_| ("Moved", html! { "from another time" })));
    rows
}

fn canceled_rows(canceled: &BookingCanceled) -> Vec<Option<Row>> {
    let by = match canceled.canceled_by {
        CanceledBy::Customer => Some("the customer"),
        CanceledBy::Us => Some("us"),
        CanceledBy::Unknown => None,
    };
    let mut rows = booking_rows(&canceled.booking);
    rows.extend([text_row("Canceled by", by), text_row("Reason", canceled.reason.as_deref())]);
    rows
}

fn case_rows(case: &SupportEscalated) -> Vec<Option<Row>> {
    vec![
        text_row("Case", Some(case.subject.as_deref().unwrap_or(&case.ticket))),
        text_row("Reason", Some(&case.because)),
        text_row("Priority", case.priority.as_deref()),
        text_row("Status", case.status.as_deref()),
        text_row("Team", case.group.as_deref()),
        text_row("With", case.assignee.as_deref()),
    ]
}

fn solved_rows(case: &SupportSolved) -> Vec<Option<Row>> {
    vec![
        text_row("Case", Some(case.subject.as_deref().unwrap_or(&case.ticket))),
        text_row("Status", case.status.as_deref()),
    ]
}

fn run_rows(run: &AutomationFailed) -> Vec<Option<Row>> {
    vec![
        text_row("Automation", Some(&run.workflow)),
        text_row("State", Some(run.state.as_str())),
        text_row("Place", run.place.as_deref()),
        run.attempt.map(|n| ("Attempt", html! { (n) })),
        text_row("Reason", run.reason.as_deref()),
    ]
}

fn merged_rows(merged: &RecordMerged) -> Vec<Option<Row>> {
    vec![
        text_row("Merged", Some(&format!("{} {}", merged.object, merged.merged.join(", ")))),
        text_row("Into", Some(merged.primary.as_ref().unwrap_or(&merged.id))),
        text_row("Id from now on", Some(&merged.id)),
        text_row("Name", merged.name.as_deref()),
        text_row("Merged by", merged.merged_by.as_deref()),
    ]
}

fn stage_rows(change: &RecordStageChanged) -> Vec<Option<Row>> {
    vec![
        text_row("Record", Some(change.name.as_deref().unwrap_or(&change.id))),
        text_row("Property", change.property.as_deref()),
        text_row("From", change.from.as_deref()),
        text_row("To", Some(change.to.as_deref().unwrap_or("no stage"))),
        text_row("Changed by", change.changed_by.as_deref()),
    ]
}
