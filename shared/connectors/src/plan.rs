use crate::{
    effect::{Effect, effect},
    repeatable::Repeatable,
    team::{Misconfigured, Team},
};
use nerve_model::{Executable, Proposal, Timestamp};
use nerve_ports::HttpRequest;

/// How an action is carried out.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// In Nerve's own database: the effect belongs into the same batch as the result, so both happen or neither.
    Local(Effect),
    /// At a tool outside, once; what is written here follows when the tool has taken it.
    Outward {
        /// What to send.
        request: HttpRequest,
        /// What sending it again means.
        repeatable: Repeatable,
        /// What to write with the result.
        effect: Effect,
    },
}

impl Plan {
    /// What carrying it out again means.
    pub const fn repeatable(&self) -> Repeatable {
        match self {
            Self::Local(_) => Repeatable::Harmless,
            Self::Outward { repeatable, .. } => *repeatable,
        }
    }
}

/// How an approved action is carried out.
pub fn plan(proposal: &Proposal, action: &Executable, team: &Team, now: Timestamp) -> Result<Plan, Misconfigured> {
    let (effect, _) = effect(proposal, action, now);
    let request = match action {
        Executable::NotifyInternal(notice) => team.request(proposal, notice, now)?,
        _ => None,
    };
    Ok(match request {
        None => Plan::Local(effect),
        Some(request) => Plan::Outward { request, repeatable: team.repeatable(), effect },
    })
}
