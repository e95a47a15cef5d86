use crate::named::named_enum;
use serde::{Deserialize, Serialize};

named_enum! {
    /// The eight checks of every recommendation, in this order.
    "gate" enum Gate {
        /// Is the event trusted?
        Trusted = "trusted",
        /// Is the record matched confidently?
        Matched = "matched",
        /// Is the action allowed here, with valid parameters and a configured connector?
        Allowed = "allowed",
        /// Is it low-risk?
        Risk = "risk",
        /// Does a human need to approve?
        Approval = "approval",
        /// Has this been processed, proposed or made moot already?
        Fresh = "fresh",
        /// Can it be reversed?
        Reversible = "reversible",
        /// Is the intent written to the ledger before the effect?
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
