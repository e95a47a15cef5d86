use crate::{SourceName, named::named_enum};
use serde::{Deserialize, Serialize};

named_enum! {
    /// The sort of identity evidence, strongest first.
    "claim kind" enum ClaimKind {
        /// The vendor's id of a party: `<source>:<account or object>:<id>`.
        External = "external",
        /// A mail address, in lower case.
        Email = "email",
        /// A telephone number in E.164.
        Phone = "phone",
        /// A web domain, in lower case.
        Domain = "domain",
        /// A person's or company's name.
        Name = "name",
        /// A postal address.
        Address = "address",
        /// The serial number of an asset.
        Serial = "serial",
    }
}

named_enum! {
    /// The role of the claimed party in the event.
    "role" enum Role {
        /// The buyer.
        Customer = "customer",
        /// The supplier.
        Vendor = "vendor",
        /// A colleague of ours.
        Owner = "owner",
        /// The thing that the event is about.
        Asset = "asset",
    }
}

impl ClaimKind {
    /// One exact match identifies the record. Names, domains and addresses are shared by many.
    pub const fn is_strong(self) -> bool {
        matches!(self, Self::External | Self::Email | Self::Phone | Self::Serial)
    }

    /// Several people may be reached by the same value: a household, or the people of one department.
    pub const fn is_contact(self) -> bool {
        matches!(self, Self::Email | Self::Phone)
    }
}

/// A piece of identity evidence, in normal form: equal evidence is equal text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Claim {
    /// The sort of evidence.
    pub kind: ClaimKind,
    /// The value in normal form.
    pub value: String,
    /// The role of the party in the event.
    pub role: Role,
}

impl Claim {
    /// A claim to a vendor's id, for example `stripe:customer:cus_123`.
    pub fn external(source: &SourceName, object: &str, id: &str, role: Role) -> Self {
        Self { kind: ClaimKind::External, value: format!("{source}:{object}:{id}"), role }
    }
}
