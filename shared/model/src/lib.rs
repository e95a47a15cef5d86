//! The vocabulary of Nerve: the types that all parts exchange.
//!
//! Text is parsed into them once, at the edge. The crate does no I/O and has no clock.

mod action;
mod actor;
mod claim;
mod event;
mod event_kind;
mod fact;
mod fields;
mod gate;
mod greeting;
mod group;
mod id;
mod key;
mod mailbox;
mod matching;
mod money;
mod named;
mod nothing;
mod operation;
mod proposal;
mod recommender;
mod record;
mod region;
mod risk;
mod settlement;
mod text;
mod time;
mod time_zone;

pub use action::*;
pub use actor::Actor;
pub use claim::{Claim, ClaimKind, Role};
pub use event::{Event, Trust};
pub use event_kind::EventKind;
pub use fact::{
    Address, Answer, Attachment, AuthResult, Authentication, AutomationFailed, Booking, BookingCanceled,
    BookingCreated, CallDirection, CallEnded, CallResult, CanceledBy, Closing, Fact, FileUploaded, Folder,
    FormSubmitted, InvoicePaid, InvoiceRef, Medium, MeetingTranscribed, Message, Participant, PaymentClosed,
    PaymentFailed, RecordMerged, RecordStageChanged, RunState, SignedBy, SupportEscalated, SupportSolved,
};
pub use fields::{Attributes, FieldChange, FieldError, RecordFields, typed_line};
pub use gate::{Gate, GateResult, GateVerdict};
pub use greeting::{greeting, real_name, stand_in_name};
pub use group::Group;
pub use id::{
    DraftId, ErasureId, EventId, IdError, ImportId, MergeId, NoteId, NotificationId, ProposalId, QuestionId, RecordId,
    TaskId,
};
pub use key::{DedupKey, SemanticKey, SourceName, Subject};
pub use mailbox::bare_address;
pub use matching::{Candidate, Evidence, Match, MatchVerdict, QuestionStatus, RunnerUp};
pub use money::{Currency, CurrencyError, Money};
pub use named::UnknownName;
pub use nothing::{names_nobody, says_nothing};
pub use operation::{Operation, Undo};
pub use proposal::{
    Card, Decision, Digest, EventRef, Execution, Handling, Proposal, ProposalStatus, SituationRef, TimelineLine,
};
pub use recommender::{NotARecommender, RecommenderId};
pub use record::{RecordRef, RecordType, Relation, is_over};
pub use region::Region;
pub use risk::Risk;
pub use settlement::{
    A_PERSON_ENDS, Answered, Placed, Reach, SETTLEMENTS, Same, Settlement, is_one_task, kinds_that_settle, replaced_by,
    settled_by, settles_all,
};
pub use text::{clip, one_line, visible, without_name};
pub use time::{Millis, Timestamp};
pub use time_zone::TimeZone;
