use crate::{
    Action, Actor, EventId, EventKind, GateResult, Match, ProposalId, RecommenderId, RecordId, RecordRef, Risk,
    SourceName, Subject, Timestamp, named::named_enum,
};
use serde::{Deserialize, Serialize};

named_enum! {
    /// The status of a proposal.
    "proposal status" enum ProposalStatus {
        /// The proposal waits for a person.
        Pending = "pending",
        /// A person or a rule approved it; the executor will perform it.
        Approved = "approved",
        /// The intent is in the ledger; the executor is performing the action.
        Executing = "executing",
        /// The effect happened.
        Done = "done",
        /// The execution failed; a person may try again.
        Failed = "failed",
        /// The outcome is unknown: the effect may or may not have happened.
        Unknown = "unknown",
        /// A person rejected it.
        Rejected = "rejected",
        /// A newer event made it moot.
        Withdrawn = "withdrawn",
        /// No person decided in time.
        Expired = "expired",
        /// The effect happened and was undone.
        Undone = "undone",
    }
}

impl ProposalStatus {
    /// The statuses that may follow. The database enforces the same table.
    pub const fn successors(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Approved, Self::Rejected, Self::Withdrawn, Self::Expired],
            Self::Approved => &[Self::Executing, Self::Withdrawn, Self::Failed, Self::Pending],
            Self::Executing => &[Self::Approved, Self::Done, Self::Failed, Self::Unknown],
            Self::Failed => &[Self::Approved, Self::Rejected],
            Self::Unknown => &[Self::Approved, Self::Done, Self::Failed],
            Self::Done => &[Self::Undone],
            Self::Rejected => &[Self::Pending, Self::Failed],
            Self::Withdrawn | Self::Expired | Self::Undone => &[],
        }
    }

    /// Nothing is left to do: what was decided happened, or will not.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Rejected | Self::Withdrawn | Self::Expired | Self::Undone)
    }

    /// Whether this state may follow.
    pub fn may_become(self, next: Self) -> bool {
        self.successors().contains(&next)
    }
}

/// SHA-256, in lower-case hex, of the bytes that a person was shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Digest(pub String);

/// The parts of an event that name and link it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventRef {
    /// The event.
    pub id: EventId,
    /// The kind of event.
    pub kind: EventKind,
    /// The tool that sent the delivery.
    pub source: SourceName,
    /// The event in one line, for people.
    pub summary: String,
    /// The vendor's test mode sent the delivery.
    pub test: bool,
    /// The time of the event by the vendor's clock.
    pub occurred_at: Timestamp,
    /// The event's page in the tool.
    pub link: Option<String>,
}

/// An earlier event of the record, in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimelineLine {
    /// The event.
    pub event: EventId,
    /// The kind of event.
    pub kind: EventKind,
    /// The tool that sent the delivery.
    pub source: SourceName,
    /// The event in one line, for people.
    pub summary: String,
    /// The time of the event by the vendor's clock.
    pub occurred_at: Timestamp,
}

/// A reference to the situation that a recommendation rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SituationRef {
    /// The SHA-256 of the situation's text, in hex.
    pub digest: Digest,
    /// The number of the last timeline entry in the situation.
    pub up_to: u64,
    /// The number of the ledger entry, in the proposal's chain, that keeps the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

/// The card of a proposal: everything that a person sees before deciding. An approval is bound to its digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Card {
    /// The proposed action.
    pub action: Action,
    /// A person changed the parameters: what is learned later does not change them any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub edited: bool,
    /// The effect of the action, in a sentence.
    pub effect: String,
    /// The risk, with the parameters considered.
    pub risk: Risk,
    /// Nerve can undo the effect.
    pub reversible: bool,
    /// The reason for the proposal.
    pub reason: String,
    /// The rule or model that proposed the action.
    pub proposed_by: String,
    /// The open questions: missing information that would make the proposal certain. Where the action lacks a
    /// parameter, the first asks for it.
    pub questions: Vec<String>,
    /// The answers to the questions, each with its question and the name of the person.
    #[serde(default)]
    pub answers: Vec<String>,
    /// The event that the proposal answers.
    pub event: EventRef,
    /// The thing at the vendor that the event is about.
    pub subject: Subject,
    /// The wider matter of the event, for example the number of a call. Null where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// The record of the event.
    pub record: RecordRef,
    /// The part of a merged record that the event came to; effects are kept with it. Null where it is the record
    /// itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<RecordId>,
    /// The match of the event with the record.
    #[serde(rename = "match")]
    pub matched: Match,
    /// Earlier events, newest first.
    pub timeline: Vec<TimelineLine>,
    /// The eight gate results, in the order of the gates.
    pub gates: Vec<GateResult>,
    /// The situation that the proposal rests on.
    pub situation: SituationRef,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Card {
    /// The record that the event came to. A merge does not change it.
    pub fn home(&self) -> RecordId {
        self.part.unwrap_or(self.record.id)
    }
}

/// The decision about a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decision {
    /// The person or rule that decided.
    pub by: Actor,
    /// The time of the decision.
    pub at: Timestamp,
    /// The reason given, or the rule that the decision applied.
    pub reason: Option<String>,
}

/// The progress of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Execution {
    /// The number of attempts.
    pub attempts: u32,
    /// The earliest time of the next attempt.
    pub next_attempt_at: Option<Timestamp>,
    /// The error of the last attempt.
    pub last_error: Option<String>,
    /// The id of the created row, for example a task id.
    pub result: Option<String>,
}

/// The attributes of a proposal that are not part of its status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Handling {
    /// The time until which the queue hides the proposal.
    pub snoozed_until: Option<Timestamp>,
    /// The person who should decide.
    pub assigned_to: Option<String>,
}

/// A proposed action with its status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proposal {
    /// The id, derived from the event, the rule and the action's place in the rule: the same situation gives the same
    /// id.
    pub id: ProposalId,
    /// The recommender. Together with the kinds of event and action it is the category for which autonomy is granted.
    #[serde(default)]
    pub recommender: RecommenderId,
    /// The status.
    pub status: ProposalStatus,
    /// The number of changes; a change must name the version it rests on.
    pub version: u32,
    /// The digest of the card.
    pub digest: Digest,
    /// The card that a person is shown.
    #[serde(flatten)]
    pub card: Card,
    /// The attributes that are not part of the status.
    #[serde(flatten)]
    pub handling: Handling,
    /// The decision, once there is one.
    pub decision: Option<Decision>,
    /// The progress of the execution.
    pub execution: Execution,
    /// The outcome, once a person or a later event reports it.
    pub outcome: Option<String>,
    /// The time of the proposal.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The time at which the proposal expires without a decision.
    pub expires_at: Timestamp,
}
