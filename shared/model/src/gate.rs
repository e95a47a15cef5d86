use crate::named::named_enum;
use serde::{Deserialize, Serialize};

named_enum! {
    /// The eight checks of every recommendation, in this order.
    "gate" enum Gate {
        /// The event is trusted.
        Trusted = "trusted",
        /// The record is matched confidently.
        Matched = "matched",
        /// The action is allowed here: its parameters are valid and its connector is configured.
        Allowed = "allowed",
        /// The risk of the action is low, or covered by a grant.
        Risk = "risk",
        /// A grant replaces the approval of a person.
        Approval = "approval",
        /// The action is fresh: not processed, proposed or made moot before.
        Fresh = "fresh",
        /// Nerve can undo the effect.
        Reversible = "reversible",
        /// The ledger can take the intent before the effect.
        Logged = "logged",
    }
}

named_enum! {
    /// The verdict of a gate.
    "gate verdict" enum GateVerdict {
        /// The gate has no objection.
        Pass = "pass",
        /// A person must decide.
        Hold = "hold",
        /// The action must not happen.
        Block = "block",
    }
}

/// The verdict of one gate with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GateResult {
    /// The gate.
    pub gate: Gate,
    /// The verdict.
    pub verdict: GateVerdict,
    /// The reason, in a sentence for the person who decides.
    pub reason: String,
}
