use crate::named::named_enum;
use serde::{Deserialize, Serialize};

named_enum! {
    /// The eight questions asked of every recommendation, in this order.
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
    /// What a gate says.
    "gate verdict" enum GateVerdict {
        /// Nothing stands against it.
        Pass = "pass",
        /// A person must look.
        Hold = "hold",
        /// It must not happen.
        Block = "block",
    }
}

/// One gate's verdict and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GateResult {
    /// The question.
    pub gate: Gate,
    /// The answer.
    pub verdict: GateVerdict,
    /// Why, in a sentence for the person who decides.
    pub reason: String,
}
