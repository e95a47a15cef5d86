//! The vocabulary of Nerve.
//!
//! Everything the parts say to one another is made of these types. Text is parsed into them once, at the
//! edge; past that point an id is an id and a state is a state. The crate does no I/O and knows no clock.

mod action;
mod actor;
mod claim;
mod event;
mod fact;
mod fields;
mod gate;
mod group;
mod id;
mod matching;
mod money;
mod named;
mod proposal;
mod record;
mod risk;
mod text;
mod time;

pub use action::*;
pub use actor::Actor;
pub use claim::{Claim, ClaimKind, Role};
pub use event::{DedupKey, Event, EventKind, SemanticKey, SourceName, Subject, Trust};
pub use fact::{
    Address, Answer, Attachment, AuthResult, Authentication, AutomationFailed, Booking, BookingCanceled,
    BookingCreated, CallDirection, CallEnded, CallResult, CanceledBy, Fact, FileUploaded, Folder, FormSubmitted,
    InvoicePaid, InvoiceRef, Medium, MeetingTranscribed, Message, Participant, PaymentFailed, RecordStageChanged,
    RunState, SignedBy, SupportEscalated,
};
pub use fields::{Attributes, FieldChange, FieldError, RecordFields};
pub use gate::{Gate, GateResult, GateVerdict};
pub use group::Group;
pub use id::{
    DraftId, ErasureId, EventId, IdError, ImportId, MergeId, NoteId, NotificationId, ProposalId, QuestionId, RecordId,
    TaskId,
};
pub use matching::{Candidate, Evidence, Match, MatchVerdict, QuestionStatus, RunnerUp};
pub use money::{Currency, CurrencyError, Money};
pub use named::UnknownName;
pub use proposal::{
    Card, Decision, Digest, EventRef, Execution, Handling, Proposal, ProposalStatus, SituationRef, TimelineLine,
};
pub use record::{RecordRef, RecordType, Relation, is_over};
pub use risk::Risk;
pub use text::{clip, one_line};
pub use time::{Millis, Timestamp};
