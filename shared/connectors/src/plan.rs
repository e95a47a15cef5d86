use crate::{
    effect::{Effect, effect},
    repeatable::Repeatable,
    team::{Misconfigured, Team},
};
use nerve_model::{Executable, Proposal, Timestamp};
use nerve_ports::HttpRequest;

/// The way to perform an action.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// In Nerve's own database: effect and result are in one batch, so both happen or neither.
    Local(Effect),
    /// At a tool outside, once; the local effect is written after the tool has accepted the request.
    Outward {
        /// The request to send.
        request: HttpRequest,
        /// The consequence of sending it again.
        repeatable: Repeatable,
        /// The effect to write with the result.
        effect: Effect,
    },
}

impl Plan {
    /// The consequence of performing it again.
    pub const fn repeatable(&self) -> Repeatable {
        match self {
            Self::Local(_) => Repeatable::Harmless,
            Self::Outward { repeatable, .. } => *repeatable,
        }
    }
}

/// The plan of an approved action.
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
