//! Defaults that a document's detail supplies.

use nerve_model::{CallDirection, CallResult, CanceledBy, Closing, Fact, RunState, Timestamp};

/// The subject of a fact: its object and id, joined by a colon. Events about one object share it.
pub(crate) fn subject(fact: &Fact) -> Option<String> {
    let (object, id) = match fact {
        Fact::FormSubmitted(form) => ("submission", form.submission.as_deref()?),
        Fact::MeetingTranscribed(meeting) => ("meeting", meeting.meeting.as_str()),
        Fact::CallEnded(call) => ("call", call.call.as_str()),
        Fact::EmailReceived(message) | Fact::VendorReplied(message) => {
            ("thread", message.in_reply_to.as_deref().unwrap_or(&message.message))
        }
        Fact::FileUploaded(file) => ("file", file.file.as_str()),
        Fact::InvoicePaid(paid) => ("invoice", paid.invoice.id.as_str()),
        Fact::PaymentFailed(failed) => match (&failed.invoice, &failed.payment) {
            (Some(invoice), _) => ("invoice", invoice.id.as_str()),
            (None, payment) => ("payment", payment.as_deref()?),
        },
        Fact::PaymentClosed(closed) => match (&closed.subscription, &closed.invoice, &closed.payment) {
            (Some(subscription), ..) if closed.how == Closing::SubscriptionEnded => {
                ("subscription", subscription.as_str())
            }
            (_, Some(invoice), _) => ("invoice", invoice.id.as_str()),
            (_, None, payment) => ("payment", payment.as_deref()?),
        },
        Fact::BookingCreated(created) => ("booking", created.booking.id.as_str()),
        Fact::BookingCanceled(canceled) => ("booking", canceled.booking.id.as_str()),
        Fact::SupportEscalated(case) => ("ticket", case.ticket.as_str()),
        Fact::SupportSolved(case) => ("ticket", case.ticket.as_str()),
        Fact::AutomationFailed(run) => ("workflow", run.workflow.as_str()),
        Fact::RecordStageChanged(record) => return Some(format!("{}:{}", record.object, record.id)),
        Fact::RecordMerged(record) => return Some(format!("{}:{}", record.object, record.id)),
    };
    Some(format!("{object}:{id}"))
}

/// One line for a reader; `who` is the name of the customer.
pub(crate) fn summary(fact: &Fact, who: Option<&str>) -> String {
    let by = who.map(|who| format!("{who}: ")).unwrap_or_default();
    match fact {
        Fact::FormSubmitted(form) => format!("{by}form \"{}\" submitted", form.title.as_ref().unwrap_or(&form.form)),
        Fact::MeetingTranscribed(meeting) => {
            format!("{by}meeting \"{}\" transcribed", meeting.title.as_ref().unwrap_or(&meeting.meeting))
        }
        Fact::CallEnded(call) => format!("{by}{} call {}", way(call.direction), ended(call.result)),
        Fact::EmailReceived(message) | Fact::VendorReplied(message) => {
            let from = message.from.name.as_ref().unwrap_or(&message.from.address);
            format!("{from} wrote: {}", message.subject.as_ref().unwrap_or(&message.text))
        }
        Fact::FileUploaded(file) => format!("{by}file {} uploaded", file.name),
        Fact::InvoicePaid(paid) => format!("{by}{} paid for invoice {}", paid.amount, paid.invoice.label()),
        Fact::PaymentFailed(failed) => {
            let reason = failed.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("{by}payment of {} failed{reason}", failed.amount)
        }
        Fact::PaymentClosed(closed) => format!("{by}{}", closed.sentence()),
        Fact::BookingCreated(created) => {
            let title = created.booking.title.as_ref().unwrap_or(&created.booking.id);
            format!("{by}\"{title}\" booked{}", at(created.booking.starts_at))
        }
        Fact::BookingCanceled(canceled) => {
            let title = canceled.booking.title.as_ref().unwrap_or(&canceled.booking.id);
            format!("{by}\"{title}\"{} canceled{}", at(canceled.booking.starts_at), canceler(canceled.canceled_by))
        }
        Fact::SupportEscalated(case) => {
            format!("{by}\"{}\" escalated: {}", case.subject.as_ref().unwrap_or(&case.ticket), case.because)
        }
        Fact::SupportSolved(case) => {
            format!("{by}\"{}\" solved", case.subject.as_ref().unwrap_or(&case.ticket))
        }
        Fact::AutomationFailed(run) => match (run.state, &run.reason) {
            (RunState::Recovered, _) => format!("{} runs again", run.workflow),
            (RunState::Failed, Some(reason)) => format!("{} failed: {reason}", run.workflow),
            (RunState::Failed, None) => format!("{} failed", run.workflow),
        },
        Fact::RecordStageChanged(record) => {
            let from = record.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
            let name = record.name.as_ref().unwrap_or(&record.id);
            let by = if who == Some(name.as_str()) { "" } else { by.as_str() };
            match &record.to {
                Some(to) => format!("{by}{} {name} moved{from} to {to}", record.object),
                None => format!("{by}{} {name} was taken out of its stage", record.object),
            }
        }
        Fact::RecordMerged(record) => {
            let (kept, merged) = (record.primary.as_ref().unwrap_or(&record.id), record.merged.join(", "));
            let goes_on = if *kept == record.id { String::new() } else { format!(", now {}", record.id) };
            format!("{by}{} {merged} became part of {kept}{goes_on}", record.object)
        }
    }
}

fn way(direction: CallDirection) -> &'static str {
    match direction {
        CallDirection::Inbound => "inbound",
        CallDirection::Outbound => "outbound",
    }
}

fn ended(result: CallResult) -> &'static str {
    match result {
        CallResult::Completed => "ended",
        CallResult::Busy => "found the line busy",
        CallResult::NoAnswer => "was not answered",
        CallResult::Failed => "failed",
        CallResult::Canceled => "was given up",
    }
}

fn canceler(by: CanceledBy) -> &'static str {
    match by {
        CanceledBy::Customer => " by the customer",
        CanceledBy::Us => " by us",
        CanceledBy::Unknown => "",
    }
}

/// ` for 2026-11-25 09:00 UTC`.
fn at(time: Option<Timestamp>) -> String {
    let text = time.map(|time| time.to_string());
    let parts = text.as_deref().and_then(|text| Some((text.get(..10)?, text.get(11..16)?)));
    parts.map(|(date, time)| format!(" for {date} {time} UTC")).unwrap_or_default()
}
