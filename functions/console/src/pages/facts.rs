//! What an event says, in a few labeled values. Every text is from outside and escaped.

use super::{clock, link};
use maud::{Markup, html};
use nerve_model::{
    Answer, AutomationFailed, Booking, BookingCanceled, BookingCreated, CallDirection, CallEnded, CallResult,
    CanceledBy, Fact, FileUploaded, FormSubmitted, InvoicePaid, MeetingTranscribed, Message, PaymentFailed,
    RecordStageChanged, SupportEscalated, Timestamp,
};

/// How many answers of a form are shown; the delivery has them all.
const ANSWERS: usize = 6;

/// A label and what stands beside it.
type Row = (&'static str, Markup);

/// What the event says.
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
        Fact::BookingCreated(created) => created_rows(created),
        Fact::BookingCanceled(canceled) => canceled_rows(canceled),
        Fact::SupportEscalated(case) => case_rows(case),
        Fact::AutomationFailed(run) => run_rows(run),
        Fact::RecordStageChanged(change) => stage_rows(change),
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

/// What is too long to stand beside a label.
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

fn said(name: &'static str, text: Option<&str>) -> Option<Row> {
    text.filter(|text| !text.is_empty()).map(|text| (name, html! { bdi { (text) } }))
}

fn time(name: &'static str, at: Option<Timestamp>) -> Option<Row> {
    at.map(|at| (name, clock::at(at)))
}

fn form_rows(form: &FormSubmitted) -> Vec<Option<Row>> {
    vec![said("Form", Some(form.title.as_deref().unwrap_or(&form.form)))]
}

fn meeting_rows(meeting: &MeetingTranscribed) -> Vec<Option<Row>> {
    let names = meeting.participants.iter().filter_map(|one| one.name.as_deref().or(one.email.as_deref()));
    let names = names.collect::<Vec<_>>().join(", ");
    let next = meeting.action_items.join("; ");
    vec![
        said("Meeting", meeting.title.as_deref()),
        time("Began", meeting.started_at),
        said("With", Some(&names)),
        said("To do", Some(&next)),
    ]
}

fn call_rows(call: &CallEnded) -> Vec<Option<Row>> {
    let result = match call.result {
        CallResult::Completed => "Spoken",
        CallResult::Busy => "Busy",
        CallResult::NoAnswer => "Not answered",
        CallResult::Failed => "Not put through",
        CallResult::Canceled => "Hung up before it was answered",
    };
    let direction = match call.direction {
        CallDirection::Inbound => "They called us",
        CallDirection::Outbound => "We called",
    };
    let spoken = call.seconds.map(|seconds| format!("{}:{:02} min", seconds / 60, seconds % 60));
    vec![
        said("Call", Some(direction)),
        said("Result", Some(result)),
        said("Length", spoken.as_deref()),
        said("From", call.from.as_deref()),
        said("To", call.to.as_deref()),
    ]
}

fn message_rows(message: &Message) -> Vec<Option<Row>> {
    let files = message.attachments.iter().filter_map(|file| file.name.as_deref()).collect::<Vec<_>>().join(", ");
    let confirmed = if message.authentication.supports(&message.from.address) { "confirmed" } else { "not confirmed" };
    vec![
        said("From", Some(&message.from.address)),
        said("Sender", Some(confirmed)),
        said("Subject", message.subject.as_deref()),
        said("Attached", Some(&files)),
    ]
}

fn file_rows(file: &FileUploaded) -> Vec<Option<Row>> {
    let path = file.path.iter().filter_map(|folder| folder.name.as_deref()).collect::<Vec<_>>().join(" / ");
    let size = file.bytes.map(size);
    vec![
        said("File", Some(&file.name)),
        said("Size", size.as_deref()),
        said("Folder", Some(&path)),
        said("Uploaded by", file.uploaded_by.as_deref()),
    ]
}

/// In the largest unit that leaves a whole number.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

fn paid_rows(paid: &InvoicePaid) -> Vec<Option<Row>> {
    let amount = Some(("Amount", html! { (paid.amount) }));
    vec![amount, invoice(paid.invoice.url.as_deref(), paid.invoice.label()), time("Paid", paid.paid_at)]
}

fn failed_rows(failed: &PaymentFailed) -> Vec<Option<Row>> {
    let attempt = failed.attempt.map(|n| ("Attempt", html! { (n) @if failed.final_attempt { ", the last" } }));
    vec![
        Some(("Amount", html! { (failed.amount) })),
        failed.invoice.as_ref().and_then(|one| invoice(one.url.as_deref(), one.label())),
        attempt,
        time("Next attempt", failed.next_attempt_at),
        said("Reason", failed.reason.as_deref()),
    ]
}

fn invoice(url: Option<&str>, label: &str) -> Option<Row> {
    Some(("Invoice", link::away(url, &html! { bdi { (label) } })))
}

fn booking_rows(booking: &Booking) -> Vec<Option<Row>> {
    vec![
        said("Appointment", booking.title.as_deref()),
        time("Begins", booking.starts_at),
        said("Where", booking.location.as_deref()),
        said("With", booking.host.as_deref()),
        said("Customer's time zone", booking.time_zone.as_deref()),
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
    rows.extend([said("Canceled by", by), said("Reason", canceled.reason.as_deref())]);
    rows
}

fn case_rows(case: &SupportEscalated) -> Vec<Option<Row>> {
    vec![
        said("Case", Some(case.subject.as_deref().unwrap_or(&case.ticket))),
        said("Because", Some(&case.because)),
        said("Priority", case.priority.as_deref()),
        said("Status", case.status.as_deref()),
        said("Team", case.group.as_deref()),
        said("With", case.assignee.as_deref()),
    ]
}

fn run_rows(run: &AutomationFailed) -> Vec<Option<Row>> {
    vec![
        said("Automation", Some(&run.workflow)),
        said("State", Some(run.state.as_str())),
        said("Of", run.place.as_deref()),
        run.attempt.map(|n| ("Attempt", html! { (n) })),
        said("Reason", run.reason.as_deref()),
    ]
}

fn stage_rows(change: &RecordStageChanged) -> Vec<Option<Row>> {
    vec![
        said("Record", Some(change.name.as_deref().unwrap_or(&change.id))),
        said("From", change.from.as_deref()),
        said("To", Some(&change.to)),
        said("Changed by", change.changed_by.as_deref()),
    ]
}
