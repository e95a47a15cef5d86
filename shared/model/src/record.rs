use crate::{RecordId, Role, named::named_enum};
use serde::{Deserialize, Serialize};

named_enum! {
    /// The sort of thing that a record represents.
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
    /// The type is a party: a person or company that acts.
    pub const fn is_party(self) -> bool {
        matches!(self, Self::Customer | Self::Vendor)
    }

    /// The type is work with an end: a deal or project.
    pub const fn is_work(self) -> bool {
        matches!(self, Self::Deal | Self::Project)
    }

    /// The role that claims of such a record have in events.
    pub const fn role(self) -> Role {
        match self {
            Self::Customer | Self::Deal | Self::Project => Role::Customer,
            Self::Vendor => Role::Vendor,
            Self::Asset => Role::Asset,
        }
    }
}

/// The words that businesses use for a deal or project that is over.
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

/// A deal or project in this stage is over. Businesses name their own stages; a stage without one of the known words is
/// open.
pub fn is_over(stage: &str) -> bool {
    let stage = stage.to_lowercase();
    stage.split(|letter: char| !letter.is_alphanumeric()).any(|word| OVER.contains(&word))
}

/// The parts of a record that name and link it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordRef {
    /// The record.
    pub id: RecordId,
    /// The type of the record.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// The display name: one line, from outside.
    pub name: String,
}

impl RecordRef {
    /// The name, with the id where the other record has the same name: `Ada Lovelace (rec_...)`.
    pub fn told_apart(&self, other: &Self) -> String {
        let same = self.name.trim().to_lowercase() == other.name.trim().to_lowercase();
        if same { format!("{} ({})", self.name, self.id) } else { self.name.clone() }
    }
}

named_enum! {
    /// The relation of one record to another: the other is its customer, its site.
    "relation" enum Relation {
        /// The other is the customer of a deal, project or asset.
        Customer = "customer",
        /// The other owns the asset.
        Owner = "owner",
        /// The other is the place of the asset.
        Site = "site",
        /// The other is the project that a deal led to or an asset is part of.
        Project = "project",
        /// The other supplies a deal, project or asset.
        Vendor = "vendor",
        /// The two are related in some other way.
        Related = "related",
    }
}

impl Relation {
    /// A record of one type can have this relation to one of the other type.
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
    fn a_stage_with_a_closing_word_is_over() {
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
