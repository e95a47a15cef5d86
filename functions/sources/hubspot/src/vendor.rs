//! The name of the source, and the reasons for which it ignores changes.

use nerve_model::SourceName;

/// The name in `/hooks/hubspot` and in all its events.
pub(crate) const NAME: SourceName = SourceName::from_static("hubspot");

pub(crate) const OTHER_PROPERTY: &str = "property is no stage";
pub(crate) const NOT_SUBSCRIBED: &str = "subscription type not used";
