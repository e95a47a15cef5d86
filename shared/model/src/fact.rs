//! The facts that events report, each kind with its own details.
//!
//! Text in details comes from outside: it is clipped, kept to one line where one line is meant, and never trusted.

mod appointments;
mod conversations;
mod money;
mod work;

pub use appointments::{Booking, BookingCanceled, BookingCreated, CanceledBy};
pub use conversations::{
    Address, Attachment, AuthResult, Authentication, CallDirection, CallEnded, CallResult, Medium, MeetingTranscribed,
    Message, Participant, SignedBy,
};
pub use money::{Closing, InvoicePaid, InvoiceRef, PaymentClosed, PaymentFailed};
pub use work::{
    Answer, AutomationFailed, FileUploaded, Folder, FormSubmitted, RecordMerged, RecordStageChanged, RunState,
    SupportEscalated, SupportSolved,
};

use crate::EventKind;
use serde::{Deserialize, Serialize};
use serde_json::{Value, from_value};

/// The kind of event with the details of that kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "detail")]
pub enum Fact {
    /// A person submitted a form.
    #[serde(rename = "form.submitted")]
    FormSubmitted(FormSubmitted),
    /// A transcript of a meeting is ready.
    #[serde(rename = "meeting.transcribed")]
    MeetingTranscribed(MeetingTranscribed),
    /// A telephone call ended.
    #[serde(rename = "call.ended")]
    CallEnded(CallEnded),
    /// A mail or a chat message arrived.
    #[serde(rename = "email.received")]
    EmailReceived(Message),
    /// A file was uploaded.
    #[serde(rename = "file.uploaded")]
    FileUploaded(FileUploaded),
    /// An invoice was paid.
    #[serde(rename = "invoice.paid")]
    InvoicePaid(InvoicePaid),
    /// A payment did not go through.
    #[serde(rename = "payment.failed")]
    PaymentFailed(PaymentFailed),
    /// An amount is no longer owed or expected.
    #[serde(rename = "payment.closed")]
    PaymentClosed(PaymentClosed),
    /// An appointment was made, or moved to another time.
    #[serde(rename = "booking.created")]
    BookingCreated(BookingCreated),
    /// An appointment was canceled.
    #[serde(rename = "booking.canceled")]
    BookingCanceled(BookingCanceled),
    /// A supplier answered.
    #[serde(rename = "vendor.replied")]
    VendorReplied(Message),
    /// A support case was escalated.
    #[serde(rename = "support.escalated")]
    SupportEscalated(SupportEscalated),
    /// A support case was solved or closed.
    #[serde(rename = "support.solved")]
    SupportSolved(SupportSolved),
    /// An automated workflow failed or recovered.
    #[serde(rename = "automation.failed")]
    AutomationFailed(AutomationFailed),
    /// A record moved to another stage.
    #[serde(rename = "record.stage_changed")]
    RecordStageChanged(RecordStageChanged),
    /// Records of another tool became one.
    #[serde(rename = "record.merged")]
    RecordMerged(RecordMerged),
}

impl Fact {
    /// The kind of event.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::FormSubmitted(_) => EventKind::FormSubmitted,
            Self::MeetingTranscribed(_) => EventKind::MeetingTranscribed,
            Self::CallEnded(_) => EventKind::CallEnded,
            Self::EmailReceived(_) => EventKind::EmailReceived,
            Self::FileUploaded(_) => EventKind::FileUploaded,
            Self::InvoicePaid(_) => EventKind::InvoicePaid,
            Self::PaymentFailed(_) => EventKind::PaymentFailed,
            Self::PaymentClosed(_) => EventKind::PaymentClosed,
            Self::BookingCreated(_) => EventKind::BookingCreated,
            Self::BookingCanceled(_) => EventKind::BookingCanceled,
            Self::VendorReplied(_) => EventKind::VendorReplied,
            Self::SupportEscalated(_) => EventKind::SupportEscalated,
            Self::SupportSolved(_) => EventKind::SupportSolved,
            Self::AutomationFailed(_) => EventKind::AutomationFailed,
            Self::RecordStageChanged(_) => EventKind::RecordStageChanged,
            Self::RecordMerged(_) => EventKind::RecordMerged,
        }
    }

    /// The fact of this kind, parsed from its detail in the stored form. It is smaller code than the derived reader of
    /// the tagged form, which contains each detail's reader twice.
    ///
    /// # Errors
    ///
    /// The detail is not one of this kind.
    pub fn from_detail(kind: EventKind, detail: Value) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            EventKind::FormSubmitted => Self::FormSubmitted(from_value(detail)?),
            EventKind::MeetingTranscribed => Self::MeetingTranscribed(from_value(detail)?),
            EventKind::CallEnded => Self::CallEnded(from_value(detail)?),
            EventKind::EmailReceived => Self::EmailReceived(from_value(detail)?),
            EventKind::FileUploaded => Self::FileUploaded(from_value(detail)?),
            EventKind::InvoicePaid => Self::InvoicePaid(from_value(detail)?),
            EventKind::PaymentFailed => Self::PaymentFailed(from_value(detail)?),
            EventKind::PaymentClosed => Self::PaymentClosed(from_value(detail)?),
            EventKind::BookingCreated => Self::BookingCreated(from_value(detail)?),
            EventKind::BookingCanceled => Self::BookingCanceled(from_value(detail)?),
            EventKind::VendorReplied => Self::VendorReplied(from_value(detail)?),
            EventKind::SupportEscalated => Self::SupportEscalated(from_value(detail)?),
            EventKind::SupportSolved => Self::SupportSolved(from_value(detail)?),
            EventKind::AutomationFailed => Self::AutomationFailed(from_value(detail)?),
            EventKind::RecordStageChanged => Self::RecordStageChanged(from_value(detail)?),
            EventKind::RecordMerged => Self::RecordMerged(from_value(detail)?),
        })
    }

    /// The invoice in the details; `None` where there is none.
    pub const fn invoice(&self) -> Option<&InvoiceRef> {
        match self {
            Self::InvoicePaid(paid) => Some(&paid.invoice),
            Self::PaymentFailed(failed) => failed.invoice.as_ref(),
            Self::PaymentClosed(closed) => closed.invoice.as_ref(),
            _ => None,
        }
    }

    /// The same message as a supplier's reply; other kinds are returned unchanged.
    #[must_use]
    pub fn into_vendor_reply(self) -> Self {
        match self {
            Self::EmailReceived(message) => Self::VendorReplied(message),
            other => other,
        }
    }

    /// The fact closes the open items of earlier events about the same subject: an invoice was paid or voided, a case was
    /// solved, or a workflow recovered.
    pub const fn settles(&self) -> bool {
        match self {
            Self::InvoicePaid(_) | Self::PaymentClosed(_) | Self::SupportSolved(_) => true,
            Self::AutomationFailed(run) => matches!(run.state, RunState::Recovered),
            _ => false,
        }
    }
}
