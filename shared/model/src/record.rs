use crate::{RecordId, Role, named::named_enum};
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

impl RecordType {
    /// Whether it stands for a party: somebody who does something.
    pub const fn is_party(self) -> bool {
        matches!(self, Self::Customer | Self::Vendor)
    }

    /// Whether it stands for something that is under way until it is over.
    pub const fn is_work(self) -> bool {
        matches!(self, Self::Deal | Self::Project)
    }

    /// The part that is played by who or what such a record stands for.
    pub const fn role(self) -> Role {
        match self {
            Self::Customer | Self::Deal | Self::Project => Role::Customer,
            Self::Vendor => Role::Vendor,
            Self::Asset => Role::Asset,
        }
    }
}

/// The words by which businesses say that a deal or project is over.
const OVER: [&str; 15] = [
    "won",
    "lost",
    "closed",
    "closedwon",
    "closedlost",
    "done",
    "completed",
    "complete",
    "finished",
    "canceled",
    "cancelled",
    "archived",
    "abandoned",
    "rejected",
    "dropped",
];

/// Whether a deal or project at such a stage is over. Stages are named by each business itself: a stage that says
/// nothing of the kind is open.
pub fn is_over(stage: &str) -> bool {
    let stage = stage.to_lowercase();
    stage.split(|letter: char| !letter.is_alphanumeric()).any(|word| OVER.contains(&word))
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

named_enum! {
    /// What one record is to another: the other is its customer, its site.
    "relation" enum Relation {
        /// Who a deal, a project or an asset is for.
        Customer = "customer",
        /// Whose an asset is.
        Owner = "owner",
        /// Where an asset is.
        Site = "site",
        /// The project that a deal led to, or that an asset is part of.
        Project = "project",
        /// Who supplies a deal, a project or an asset.
        Vendor = "vendor",
        /// They have to do with one another.
        Related = "related",
    }
}

impl Relation {
    /// Whether a record of one type can have one of another in this relation.
    pub const fn joins(self, record: RecordType, other: RecordType) -> bool {
        use RecordType::{Asset, Customer, Deal, Project, Vendor};
        match self {
            Self::Customer => matches!((record, other), (Deal | Project | Asset, Customer)),
            Self::Owner => matches!((record, other), (Asset, Customer | Vendor)),
            Self::Site => matches!((record, other), (Asset, Customer | Project | Asset)),
            Self::Project => matches!((record, other), (Deal | Asset, Project)),
            Self::Vendor => matches!((record, other), (Deal | Project | Asset, Vendor)),
            Self::Related => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_told_by_the_words_for_it() {
        let over = ["Closed Won", "closedlost", "DONE", "offer (lost)", "cancelled"];
        let open = ["", "offer", "Doneness", "In progress", "wonderful", "proposal"];
        assert!(over.iter().all(|stage| is_over(stage)));
        assert!(!open.iter().any(|stage| is_over(stage)));
    }

    #[test]
    fn relations_connect_what_they_can() {
        use RecordType::{Asset, Customer, Deal, Project, Vendor};
        for (relation, record, other, joins) in [
            (Relation::Customer, Deal, Customer, true),
            (Relation::Customer, Customer, Deal, false),
            (Relation::Owner, Asset, Customer, true),
            (Relation::Owner, Deal, Customer, false),
            (Relation::Site, Asset, Asset, true),
            (Relation::Project, Deal, Project, true),
            (Relation::Project, Project, Deal, false),
            (Relation::Vendor, Project, Vendor, true),
            (Relation::Related, Vendor, Customer, true),
        ] {
            assert_eq!(relation.joins(record, other), joins, "{record} {relation} {other}");
        }
    }
}
