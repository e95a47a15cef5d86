//! The name of the source.

use nerve_model::SourceName;

/// The name in `/hooks/zendesk` and in all its events.
pub(crate) const NAME: SourceName = SourceName::from_static("zendesk");
