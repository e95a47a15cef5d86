use crate::{
    Action, Actor, EventId, EventKind, GateResult, Match, ProposalId, RecommenderId, RecordId, RecordRef, Risk,
    SourceName, Subject, Timestamp, named::named_enum,
};
use serde::{Deserialize, Serialize};

named_enum! {
    /// Where a proposal stands.
    "proposal status" enum ProposalStatus {
        /// Waits for a person.
        Pending = "pending",
        /// Agreed to; will be carried out.
        Approved = "approved",
        /// The intent is written; the effect is under way.
        Executing = "executing",
        /// Carried out.
        Done = "done",
        /// Could not be carried out; a person may try again.
        Failed = "failed",
        /// The effect may or may not have happened.
        Unknown = "unknown",
        /// A person said no.
        Rejected = "rejected",
        /// A newer event made it moot.
        Withdrawn = "withdrawn",
        /// Nobody decided in time.
        Expired = "expired",
        /// Carried out and taken back.
        Undone = "undone",
    }
}

impl ProposalStatus {
    /// The states that may follow. The database enforces the same table.
    pub const fn successors(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Approved, Self::Rejected, Self::Withdrawn, Self::Expired],
            Self::Approved => &[Self::Executing, Self::Withdrawn, Self::Failed],
            Self::Executing => &[Self::Approved, Self::Done, Self::Failed, Self::Unknown],
            Self::Failed => &[Self::Approved, Self::Rejected],
            Self::Unknown => &[Self::Approved, Self::Done, Self::Failed],
            Self::Done => &[Self::Undone],
            Self::Rejected | Self::Withdrawn | Self::Expired | Self::Undone => &[],
        }
    }

    /// Whether this state may follow.
    pub fn may_become(self, next: Self) -> bool {
        self.successors().contains(&next)
    }
}

/// SHA-256, in lower-case hex, of exactly what a person was shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Digest(pub String);

/// Enough of an event to name and link it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventRef {
    /// The event.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// The tool it came from.
    pub source: SourceName,
    /// One line for a person.
    pub summary: String,
    /// Sent by the vendor's test mode.
    pub test: bool,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Back to the tool.
    pub link: Option<String>,
}

/// One line of what happened before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimelineLine {
    /// The event.
    pub event: EventId,
    /// What happened.
    pub kind: EventKind,
    /// The tool it came from.
    pub source: SourceName,
    /// One line for a person.
    pub summary: String,
    /// When it happened.
    pub occurred_at: Timestamp,
}

/// The situation a recommendation rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SituationRef {
    /// SHA-256 of the situation's document as text, in hex.
    pub digest: Digest,
    /// The last timeline entry it contains.
    pub up_to: u64,
    /// The entry of the proposal's chain that keeps the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

/// Everything a person is shown before deciding. The approval is bound to its digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Card {
    /// What is proposed.
    pub action: Action,
    /// What it would do, in a sentence.
    pub effect: String,
    /// Its risk, parameters considered.
    pub risk: Risk,
    /// Whether Nerve can take it back.
    pub reversible: bool,
    /// Why it is proposed.
    pub reason: String,
    /// The rule or model that proposed it.
    pub proposed_by: String,
    /// What is missing to be sure.
    pub questions: Vec<String>,
    /// What people answered, with their names.
    #[serde(default)]
    pub answers: Vec<String>,
    /// The event it answers.
    pub event: EventRef,
    /// The thing at the vendor it is about.
    pub subject: Subject,
    /// Whom it concerns.
    pub record: RecordRef,
    /// The part of the record that the event came to, where records were merged: what is done is kept with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<RecordId>,
    /// How sure that is, and why.
    #[serde(rename = "match")]
    pub matched: Match,
    /// What happened before, newest first.
    pub timeline: Vec<TimelineLine>,
    /// The eight verdicts, in the order of [`crate::Gate::ALL`].
    pub gates: Vec<GateResult>,
    /// The situation it rests on.
    pub situation: SituationRef,
}

impl Card {
    /// The record that the event came to. Merges never change it.
    pub fn home(&self) -> RecordId {
        self.part.unwrap_or(self.record.id)
    }
}

/// Who decided, when, and on what ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decision {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// The reason given, or the rule it was decided under.
    pub reason: Option<String>,
}

/// How the carrying out goes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Execution {
    /// How many times it was tried.
    pub attempts: u32,
    /// Not before this time.
    pub next_attempt_at: Option<Timestamp>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The id of what was created, for example a task id.
    pub result: Option<String>,
}

/// Attributes that are not states.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Handling {
    /// Hidden from the queue until then.
    pub snoozed_until: Option<Timestamp>,
    /// Who should decide.
    pub assigned_to: Option<String>,
}

/// A proposed action with its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proposal {
    /// Derived from the event, the rule and the action's place in it: the same situation proposes the same id.
    pub id: ProposalId,
    /// Who recommends it: with the kinds of event and action its category, for which autonomy is granted.
    #[serde(default)]
    pub recommender: RecommenderId,
    /// Where it stands.
    pub status: ProposalStatus,
    /// Counts the changes; every change names the version it rests on.
    pub version: u32,
    /// Of the card.
    pub digest: Digest,
    /// What a person is shown.
    #[serde(flatten)]
    pub card: Card,
    /// Attributes that are not states.
    #[serde(flatten)]
    pub handling: Handling,
    /// The decision, once there is one.
    pub decision: Option<Decision>,
    /// How the carrying out goes.
    pub execution: Execution,
    /// How it ended, once somebody or a later event says.
    pub outcome: Option<String>,
    /// When it was proposed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it expires if nobody decides.
    pub expires_at: Timestamp,
}
