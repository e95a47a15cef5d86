use crate::events::{CUSTOMERS, Happening, INVOICES, REPORTS};
use nerve_model::ProposalStatus;
use nerve_ports::Entropy;
use nerve_testkit::SeededEntropy;

/// One operation. A number that picks one of several counts modulo their number, so that a list stays meaningful when
/// operations are removed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A vendor delivers; the same content again is a copy. If not `durable`, the inbox dies before the write.
    Deliver {
        /// The delivery.
        said: Happening,
        /// The inbox survives the write.
        durable: bool,
    },
    /// An inbox's alarm fires, if it is set and due, or early.
    Alarm {
        /// The inbox.
        inbox: u8,
        /// It fires even if it is not due.
        early: bool,
    },
    /// The agent takes a message. With `keep`, it will be delivered again.
    Consider {
        /// The message.
        message: u8,
        /// The message stays in the queue.
        keep: bool,
    },
    /// The executor takes a message. With `keep`, it will be delivered again.
    CarryOut {
        /// The message.
        message: u8,
        /// The message stays in the queue.
        keep: bool,
    },
    /// A message is lost.
    Lose {
        /// The message.
        message: u8,
        /// One of the executor's messages, otherwise of the agent's.
        action: bool,
    },
    /// The sweeper runs.
    Sweep,
    /// A person acts on a proposal.
    Decide {
        /// The proposal, among those with a suitable status if there are any.
        proposal: u8,
        /// The person's action.
        decision: Decision,
    },
    /// A person merges two records.
    Merge {
        /// The record that is merged.
        part: u8,
        /// The record it becomes part of.
        record: u8,
    },
    /// A person undoes a merge.
    Unmerge {
        /// The merge, among those in effect.
        merge: u8,
    },
    /// A person answers a question.
    Identify {
        /// The question, among those with a suitable status if there are any.
        question: u8,
        /// The answer.
        says: Says,
    },
    /// A person grants autonomy to a category.
    Grant,
    /// A person revokes the grant.
    Revoke,
    /// A running task continues for some awaits.
    Step {
        /// The task.
        task: u8,
        /// The number of awaits.
        awaits: u8,
    },
    /// All running tasks finish, a step each in turn.
    Finish,
    /// A running task dies.
    Die {
        /// The task.
        task: u8,
        /// The number of awaits before.
        awaits: u8,
        /// It continues towards its next `await`, but its own object's writes on the way are lost.
        halfway: bool,
    },
    /// All running tasks die, and the queues lose their messages.
    PowerCut,
    /// The team's tool treats its next request this way.
    Tool {
        /// The treatment.
        treats: Treats,
    },
    /// The next calls to a store succeed, and then one fails.
    Fail {
        /// The store.
        store: Store,
        /// The number of calls that succeed before.
        after: u8,
        /// The call is persisted but reported lost; otherwise it is lost.
        persisted: bool,
    },
    /// A part becomes unreachable, or reachable again.
    Outage {
        /// The part.
        part: Part,
        /// The part is unreachable.
        away: bool,
    },
    /// Time passes.
    Wait {
        /// The time in milliseconds.
        millis: u32,
    },
    /// The clock is set back.
    SetBack {
        /// The time in milliseconds.
        millis: u16,
    },
}

/// A person's action on a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Approve exactly the card that is shown.
    Approve,
    /// Approve the card as first shown.
    ApproveAsFirstShown,
    /// Reject it.
    Reject,
    /// Change the parameters.
    Edit,
    /// Supply missing answers.
    Answer,
    /// Snooze it.
    Snooze,
    /// Undo it.
    Undo,
    /// Retry it.
    Retry,
    /// Confirm that the effect took place.
    FoundDone,
    /// Record its outcome.
    Outcome,
}

/// A person's answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// One of the candidates.
    Candidate(u8),
    /// Any record.
    Record(u8),
    /// A new record.
    New,
    /// Undo the answer.
    Undo,
}

/// A tool's treatment of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treats {
    /// Asks to retry later.
    Busy,
    /// Fails without doing it.
    Fails,
    /// Does it and fails.
    DoesAndFails,
    /// Does it and drops the connection.
    DoesAndCuts,
    /// Cannot be reached.
    Away,
    /// Refuses it.
    Refuses,
}

/// A store whose writes can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// The shared database.
    Database,
    /// An inbox.
    Inbox(u8),
    /// A record object.
    Record(u8),
}

/// A part that can be unreachable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The shared database.
    Database,
    /// All record objects.
    Records,
    /// Both queues.
    Queues,
}

impl Decision {
    /// The suitable statuses of a proposal.
    pub(crate) const fn fits(self) -> &'static [ProposalStatus] {
        match self {
            Self::Undo => &[ProposalStatus::Done, ProposalStatus::Approved, ProposalStatus::Rejected],
            Self::Retry => &[ProposalStatus::Failed],
            Self::FoundDone => &[ProposalStatus::Unknown],
            _ => &[ProposalStatus::Pending],
        }
    }
}

impl Operation {
    /// The next operation.
    pub(crate) fn draw(dice: &Dice) -> Self {
        match dice.below(100) {
            0..16 => Self::Deliver { said: said(dice), durable: !dice.one_in(12) },
            16..28 => Self::Alarm { inbox: dice.byte(), early: dice.one_in(4) },
            28..38 => Self::Consider { message: dice.byte(), keep: dice.one_in(4) },
            38..46 => Self::CarryOut { message: dice.byte(), keep: dice.one_in(3) },
            46..48 => Self::Lose { message: dice.byte(), action: dice.one_in(2) },
            48..51 => Self::Sweep,
            51..65 => Self::Decide { proposal: dice.byte(), decision: decision(dice) },
            65 => Self::Grant,
            66 => Self::Revoke,
            67..75 => Self::Step { task: dice.byte(), awaits: 1 + dice.byte() % 4 },
            75..79 => Self::Finish,
            79..84 => Self::Die { task: dice.byte(), awaits: dice.byte() % 10, halfway: dice.one_in(2) },
            84 => Self::PowerCut,
            85 => Self::Tool { treats: treats(dice) },
            86..88 => Self::Fail { store: store(dice), after: dice.byte() % 6, persisted: dice.one_in(2) },
            88..90 => Self::Outage { part: part(dice), away: dice.one_in(2) },
            90..92 => Self::Merge { part: dice.byte(), record: dice.byte() },
            92 | 93 => Self::Unmerge { merge: dice.byte() },
            94 | 95 => Self::Identify { question: dice.byte(), says: says(dice) },
            96..99 => Self::Wait { millis: wait(dice) },
            _ => Self::SetBack { millis: 5_000 },
        }
    }
}

fn said(dice: &Dice) -> Happening {
    Happening {
        customer: dice.byte() % CUSTOMERS,
        invoice: dice.byte() % INVOICES,
        fact: dice.byte() % 5,
        report: dice.byte() % REPORTS,
        other_tool: dice.one_in(4),
        also: dice.one_in(10).then(|| dice.byte() % CUSTOMERS),
    }
}

fn says(dice: &Dice) -> Says {
    match dice.below(7) {
        0..3 => Says::Candidate(dice.byte()),
        3 => Says::Record(dice.byte()),
        4 => Says::New,
        _ => Says::Undo,
    }
}

fn decision(dice: &Dice) -> Decision {
    match dice.below(17) {
        0..7 => Decision::Approve,
        7 => Decision::ApproveAsFirstShown,
        8 | 9 => Decision::Reject,
        10 => Decision::Edit,
        11 => Decision::Answer,
        12 => Decision::Snooze,
        13 => Decision::Undo,
        14 => Decision::Retry,
        15 => Decision::FoundDone,
        _ => Decision::Outcome,
    }
}

fn treats(dice: &Dice) -> Treats {
    match dice.below(6) {
        0 => Treats::Busy,
        1 => Treats::Fails,
        2 => Treats::DoesAndFails,
        3 => Treats::DoesAndCuts,
        4 => Treats::Away,
        _ => Treats::Refuses,
    }
}

fn store(dice: &Dice) -> Store {
    match dice.below(4) {
        0 | 1 => Store::Database,
        2 => Store::Inbox(dice.byte()),
        _ => Store::Record(dice.byte()),
    }
}

fn part(dice: &Dice) -> Part {
    match dice.below(3) {
        0 => Part::Database,
        1 => Part::Records,
        _ => Part::Queues,
    }
}

/// Mostly seconds, sometimes minutes, rarely hours.
fn wait(dice: &Dice) -> u32 {
    match dice.below(12) {
        0..6 => dice.below(3_000),
        6..11 => dice.below(15 * 60_000),
        _ => dice.below(86_400_000),
    }
}

/// Numbers from a seed.
#[derive(Debug)]
pub(crate) struct Dice(SeededEntropy);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// From 0 up to, but not, `end`.
    pub(crate) fn below(&self, end: u32) -> u32 {
        u32::try_from(self.0.random() % u128::from(end)).unwrap()
    }

    fn byte(&self) -> u8 {
        self.0.random().to_le_bytes()[0]
    }

    fn one_in(&self, n: u32) -> bool {
        self.below(n) == 0
    }
}
