use super::{case::Case, spec::ActionSpec};

pub(super) const SPEC: ActionSpec =
    Case::spec("payment.refund", "Refund a payment", "Refunded a payment", "Gives money back.");
