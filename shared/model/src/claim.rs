use crate::{SourceName, named::named_enum};
use serde::{Deserialize, Serialize};

named_enum! {
    /// What sort of identity evidence a claim is, strongest first.
    "claim kind" enum ClaimKind {
        /// The id a vendor gave to the party: `<source>:<account or object>:<id>`.
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
    /// The part the claimed party plays in the event.
    "role" enum Role {
        /// Who buys.
        Customer = "customer",
        /// Who supplies.
        Vendor = "vendor",
        /// Our own colleague.
        Owner = "owner",
        /// The thing it is about.
        Asset = "asset",
    }
}

impl ClaimKind {
    /// Whether one exact match settles who is meant. Names, domains and addresses are shared by many.
    pub const fn is_strong(self) -> bool {
        matches!(self, Self::External | Self::Email | Self::Phone | Self::Serial)
    }

    /// Whether several can be reached there: a household, the people of one desk.
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
    /// The normalized value.
    pub value: String,
    /// The part the party plays.
    pub role: Role,
}

impl Claim {
    /// A vendor's id of the party, for example `stripe:customer:cus_123`.
    pub fn external(source: &SourceName, object: &str, id: &str, role: Role) -> Self {
        Self { kind: ClaimKind::External, value: format!("{source}:{object}:{id}"), role }
    }
}
