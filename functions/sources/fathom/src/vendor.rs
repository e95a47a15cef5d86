//! Fathom's name here.

use nerve_model::SourceName;

/// The name in `/hooks/fathom` and in every event.
pub(crate) const NAME: SourceName = SourceName::from_static("fathom");
