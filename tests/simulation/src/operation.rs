use crate::events::{CUSTOMERS, Happening, INVOICES, REPORTS};
use nerve_model::ProposalStatus;
use nerve_ports::Entropy;
use nerve_testkit::SeededEntropy;

/// One thing that happens. Numbers that pick one of several count modulo how many there are, so that a list stays
/// meaningful when operations are taken out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A vendor delivers; the same words again are a copy. When not `durable` the inbox dies before it is written.
    Deliver {
        /// What.
        said: Happening,
        /// Whether the inbox lives to see it written.
        durable: bool,
    },
    /// An inbox's alarm goes off, if it is set and due, or even if it is not.
    Alarm {
        /// Which inbox.
        inbox: u8,
        /// Also when it is not due.
        early: bool,
    },
    /// The agent takes a message. When `keep`, it will be delivered again.
    Consider {
        /// Which message.
        message: u8,
        /// Whether it stays in the queue.
        keep: bool,
    },
    /// The executor takes a message. When `keep`, it will be delivered again.
    CarryOut {
        /// Which message.
        message: u8,
        /// Whether it stays in the queue.
        keep: bool,
    },
    /// A message is lost.
    Lose {
        /// Which message.
        message: u8,
        /// Of the executor's, else of the agent's.
        action: bool,
    },
    /// The sweeper runs.
    Sweep,
    /// A person does something about a proposal.
    Decide {
        /// Which proposal, of those in a state for it, if there are any.
        proposal: u8,
        /// What.
        decision: Decision,
    },
    /// A person makes two records one.
    Merge {
        /// What is merged.
        part: u8,
        /// What it becomes part of.
        record: u8,
    },
    /// A person takes a merge back.
    Unmerge {
        /// Which of those that stand.
        merge: u8,
    },
    /// A person says whom events concern.
    Identify {
        /// Which question, of those in a state for it, if there are any.
        question: u8,
        /// What is said.
        says: Says,
    },
    /// A person lets a category act by itself.
    Grant,
    /// A person takes that back.
    Revoke,
    /// One of those under way goes on for some awaits.
    Step {
        /// Which.
        task: u8,
        /// For how many.
        awaits: u8,
    },
    /// All that is under way runs to its end, a step each in turn.
    Finish,
    /// One of those under way dies.
    Die {
        /// Which.
        task: u8,
        /// After so many awaits.
        awaits: u8,
        /// It goes on towards its next `await`, but nothing its own object wrote on the way is kept.
        halfway: bool,
    },
    /// Everything under way dies, and the queues lose their messages.
    PowerCut,
    /// The team's tool treats its next request like this.
    Tool {
        /// How.
        treats: Treats,
    },
    /// The next calls to a store work, and then one fails.
    Fail {
        /// Which store.
        store: Store,
        /// How many calls work before.
        after: u8,
        /// How the call fails: persisted and reported lost, else lost.
        persisted: bool,
    },
    /// A part is away from now on, or back.
    Outage {
        /// Which part.
        part: Part,
        /// Whether it is away.
        away: bool,
    },
    /// Time passes.
    Wait {
        /// How much, in milliseconds.
        millis: u32,
    },
    /// The clock is set back.
    SetBack {
        /// By so many milliseconds.
        millis: u16,
    },
}

/// What a person does about a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Approves exactly what is shown.
    Approve,
    /// Approves what was shown when the proposal was made.
    ApproveAsFirstShown,
    /// Says no.
    Reject,
    /// Changes the parameters.
    Edit,
    /// Supplies what was missing.
    Answer,
    /// Puts it off.
    Snooze,
    /// Takes it back.
    Undo,
    /// Has it tried again.
    Retry,
    /// Says that it did happen.
    FoundDone,
    /// Says how it ended.
    Outcome,
}

/// What a person says about whom events concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// One of those that could be meant.
    Candidate(u8),
    /// Any record.
    Record(u8),
    /// Somebody new.
    New,
    /// That the answer was wrong.
    Undo,
}

/// How a tool outside treats a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treats {
    /// Asks to come again later.
    Busy,
    /// Fails without doing it.
    Fails,
    /// Does it and fails.
    DoesAndFails,
    /// Does it and cuts the line.
    DoesAndCuts,
    /// Is not reached.
    Away,
    /// Wants none of it.
    Refuses,
}

/// Where a write can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// The shared database.
    Database,
    /// An inbox.
    Inbox(u8),
    /// A record object.
    Record(u8),
}

/// What can be away.
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
    /// The states of proposals it is meant for.
    pub(crate) const fn fits(self) -> &'static [ProposalStatus] {
        match self {
            Self::Undo => &[ProposalStatus::Done],
            Self::Retry => &[ProposalStatus::Failed],
            Self::FoundDone => &[ProposalStatus::Unknown],
            _ => &[ProposalStatus::Pending],
        }
    }
}

impl Operation {
    /// What happens next.
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

/// Mostly moments, sometimes minutes, rarely hours.
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
