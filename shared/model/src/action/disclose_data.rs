use super::{case::Case, spec::ActionSpec};

pub(super) const SPEC: ActionSpec =
    Case::spec("data.disclose", "Disclose personal data", "Disclosed personal data", "Hands out sensitive data.");
