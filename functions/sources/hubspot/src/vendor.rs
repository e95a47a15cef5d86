//! HubSpot's name here, and the reasons that its changes are ignored for.

use nerve_model::SourceName;

/// The name in `/hooks/hubspot` and in every event.
pub(crate) const NAME: SourceName = SourceName::from_static("hubspot");

pub(crate) const OTHER_PROPERTY: &str = "property is no stage";
pub(crate) const NOT_SUBSCRIBED: &str = "subscription type not used";
