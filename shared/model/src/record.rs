use crate::{RecordId, named::named_enum};
use serde::{Deserialize, Serialize};

named_enum! {
    /// What a record stands for.
    "record type" enum RecordType {
        /// A person or company that buys.
        Customer = "customer",
        /// A sale under way.
        Deal = "deal",
        /// Work under way.
        Project = "project",
        /// A thing that is owned, rented or serviced.
        Asset = "asset",
        /// A person or company that supplies.
        Vendor = "vendor",
    }
}

/// Enough of a record to name and link it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordRef {
    /// The record.
    pub id: RecordId,
    /// What it stands for.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// Its display name: one line, from outside.
    pub name: String,
}
