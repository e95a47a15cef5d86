//! The fields of each kind's detail, in the model's own form.

use crate::shape::{
    Field,
    Missing::{self, Empty, Fault, Null, Said, Word},
    Shape::{self, Flag, Id, Line, Link, List, Money, Object, Prose, Time, Whole},
};
use nerve_intake::reading::{ANSWER_CHARS, NAME_CHARS, TEXT_CHARS};
use nerve_model::EventKind;

const NAME: Shape = Line(NAME_CHARS);
const REMARK: Shape = Line(ANSWER_CHARS);
const COUNT: Shape = Whole(u32::MAX as u64);
const BYTES: Shape = Whole(i64::MAX as u64);

const fn field(name: &'static str, shape: Shape, missing: Missing) -> Field {
    Field { name, shape, missing }
}

const ANSWER: &[Field] = &[field("question", NAME, Fault), field("answer", Prose(ANSWER_CHARS), Empty)];

const FORM: &[Field] = &[
    field("form", Id, Fault),
    field("title", NAME, Null),
    field("submission", Id, Null),
    field("answers", ANSWERS, Empty),
];

const ANSWERS: Shape = List(100, &Object(ANSWER));

const PARTICIPANT: &[Field] = &[field("name", NAME, Null), field("email", NAME, Null), field("ours", Flag, Empty)];

const MEETING: &[Field] = &[
    field("meeting", Id, Fault),
    field("title", NAME, Null),
    field("started_at", Time, Null),
    field("ended_at", Time, Null),
    field("participants", List(50, &Object(PARTICIPANT)), Empty),
    field("summary", Prose(TEXT_CHARS), Null),
    field("transcript", Prose(TEXT_CHARS), Null),
    field("action_items", List(50, &REMARK), Empty),
];

const CALL: &[Field] = &[
    field("call", Id, Fault),
    field("direction", Shape::Word(&["inbound", "outbound"]), Fault),
    field("result", Shape::Word(&["completed", "busy", "no_answer", "failed", "canceled"]), Fault),
    field("from", NAME, Null),
    field("to", NAME, Null),
    field("seconds", COUNT, Null),
];

const ADDRESS: &[Field] = &[field("name", NAME, Null), field("address", Line(254), Fault)];

const ATTACHMENT: &[Field] = &[field("name", NAME, Null), field("media_type", NAME, Null), field("bytes", BYTES, Null)];

const AUTH_RESULT: Shape =
    Shape::Word(&["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy"]);

const SIGNED_BY: &[Field] = &[field("domain", Line(253), Null), field("result", AUTH_RESULT, Fault)];

const AUTHENTICATION: &[Field] = &[
    field("spf", Object(SIGNED_BY), Null),
    field("dkim", List(20, &Object(SIGNED_BY)), Empty),
    field("dmarc", AUTH_RESULT, Null),
    field("signed_in", Flag, Empty),
];

const MESSAGE: &[Field] = &[
    field("medium", Shape::Word(&["mail", "chat"]), Word("mail")),
    field("from", Object(ADDRESS), Fault),
    field("to", List(50, &Line(254)), Empty),
    field("subject", Line(200), Null),
    field("text", Prose(TEXT_CHARS), Empty),
    field("attachments", List(20, &Object(ATTACHMENT)), Empty),
    field("authentication", Object(AUTHENTICATION), Empty),
    field("message", Line(255), Fault),
    field("in_reply_to", Line(255), Null),
];

const FOLDER: &[Field] = &[field("id", Id, Fault), field("name", NAME, Null)];

const FILE: &[Field] = &[
    field("file", Id, Fault),
    field("name", NAME, Fault),
    field("bytes", BYTES, Null),
    field("version", NAME, Null),
    field("path", List(50, &Object(FOLDER)), Empty),
    field("uploaded_by", NAME, Null),
];

const INVOICE: &[Field] = &[field("id", Id, Fault), field("number", NAME, Null), field("url", Link, Null)];

const PAID: &[Field] = &[
    field("invoice", Object(INVOICE), Fault),
    field("amount", Money, Fault),
    field("paid_at", Time, Null),
    field("subscription", Id, Null),
];

const FAILED: &[Field] = &[
    field("invoice", Object(INVOICE), Null),
    field("payment", Id, Null),
    field("amount", Money, Fault),
    field("attempt", COUNT, Null),
    field("next_attempt_at", Time, Null),
    field("final_attempt", Flag, Empty),
    field("reason", REMARK, Null),
    field("subscription", Id, Null),
];

const CLOSED: &[Field] = &[
    field("invoice", Object(INVOICE), Null),
    field("payment", Id, Null),
    field("subscription", Id, Null),
    field("amount", Money, Null),
    field(
        "how",
        Shape::Word(&["voided", "uncollectible", "refunded", "canceled", "subscription_ended", "paid"]),
        Fault,
    ),
];

const BOOKING: &[Field] = &[
    field("id", Id, Fault),
    field("title", NAME, Null),
    field("starts_at", Time, Null),
    field("ends_at", Time, Null),
    field("time_zone", NAME, Null),
    field("host", NAME, Null),
    field("location", REMARK, Null),
];

const BOOKED: &[Field] =
    &[field("booking", Object(BOOKING), Fault), field("moved_from", Id, Null), field("answers", ANSWERS, Empty)];

const CANCELED: &[Field] = &[
    field("booking", Object(BOOKING), Fault),
    field("canceled_by", Shape::Word(&["customer", "us", "unknown"]), Word("unknown")),
    field("reason", REMARK, Null),
];

const ESCALATED: &[Field] = &[
    field("ticket", Id, Fault),
    field("subject", Line(200), Null),
    field("priority", NAME, Null),
    field("status", NAME, Null),
    field("group", NAME, Null),
    field("assignee", NAME, Null),
    field("because", REMARK, Fault),
];

const SOLVED: &[Field] = &[field("ticket", Id, Fault), field("subject", Line(200), Null), field("status", NAME, Null)];

const AUTOMATION: &[Field] = &[
    field("workflow", NAME, Fault),
    field("place", NAME, Null),
    field("run", Id, Null),
    field("attempt", COUNT, Null),
    field("state", Shape::Word(&["failed", "recovered"]), Word("failed")),
    field("reason", REMARK, Null),
];

const STAGE: &[Field] = &[
    field("object", NAME, Fault),
    field("id", Id, Fault),
    field("property", NAME, Null),
    field("name", NAME, Null),
    field("from", NAME, Null),
    field("to", NAME, Said),
    field("changed_by", NAME, Null),
];

const MERGED: &[Field] = &[
    field("object", NAME, Fault),
    field("id", Id, Fault),
    field("primary", Id, Null),
    field("merged", List(MOST_MERGED, &Id), Fault),
    field("name", NAME, Null),
    field("merged_by", NAME, Null),
];

/// The most records that one document merges.
const MOST_MERGED: usize = 18;

/// The kinds that a sender may report: all but `vendor.replied`, which Nerve derives itself.
pub const KINDS: &[EventKind] = &[
    EventKind::FormSubmitted,
    EventKind::MeetingTranscribed,
    EventKind::CallEnded,
    EventKind::EmailReceived,
    EventKind::FileUploaded,
    EventKind::InvoicePaid,
    EventKind::PaymentFailed,
    EventKind::PaymentClosed,
    EventKind::BookingCreated,
    EventKind::BookingCanceled,
    EventKind::SupportEscalated,
    EventKind::SupportSolved,
    EventKind::AutomationFailed,
    EventKind::RecordStageChanged,
    EventKind::RecordMerged,
];

/// The fields of a kind's detail.
pub const fn fields(kind: EventKind) -> &'static [Field] {
    match kind {
        EventKind::FormSubmitted => FORM,
        EventKind::MeetingTranscribed => MEETING,
        EventKind::CallEnded => CALL,
        EventKind::EmailReceived | EventKind::VendorReplied => MESSAGE,
        EventKind::FileUploaded => FILE,
        EventKind::InvoicePaid => PAID,
        EventKind::PaymentFailed => FAILED,
        EventKind::PaymentClosed => CLOSED,
        EventKind::BookingCreated => BOOKED,
        EventKind::BookingCanceled => CANCELED,
        EventKind::SupportEscalated => ESCALATED,
        EventKind::SupportSolved => SOLVED,
        EventKind::AutomationFailed => AUTOMATION,
        EventKind::RecordStageChanged => STAGE,
        EventKind::RecordMerged => MERGED,
    }
}

/// The kind of that name, if a sender may report it.
///
/// # Errors
///
/// The advice to the sender, to follow the name of the field.
pub fn kind(name: &str) -> Result<EventKind, String> {
    match name.parse() {
        // Resolution decides whether the writer of a mail is a supplier.
        Ok(EventKind::VendorReplied) => {
            Err("cannot be vendor.replied: send email.received, and Nerve finds out whether a supplier wrote"
                .to_owned())
        }
        Ok(kind) => Ok(kind),
        Err(_) => {
            Err(format!("must be one of {}", KINDS.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")))
        }
    }
}
