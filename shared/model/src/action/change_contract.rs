use super::{case::Case, spec::ActionSpec};

pub(super) const SPEC: ActionSpec =
    Case::spec("contract.change", "Change a contract", "Changed a contract", "Changes an agreement with the customer.");
