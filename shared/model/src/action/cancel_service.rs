use super::{case::Case, spec::ActionSpec};

pub(super) const SPEC: ActionSpec =
    Case::spec("service.cancel", "Cancel a service", "Canceled a service", "Ends a service.");
