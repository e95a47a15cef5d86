//! The decision on a row, given the existing records.

mod share;

use crate::{Draft, Refusal};
use nerve_matching::Profile;
use nerve_model::{Attributes, Claim, ClaimKind, RecordFields, RecordId, RecordType};
use std::collections::{HashMap, HashSet};

/// An existing record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    /// The record.
    pub id: RecordId,
    /// The ids of records that were merged into it.
    pub parts: Vec<RecordId>,
    /// Its type.
    pub record_type: RecordType,
    /// Its fields.
    pub fields: RecordFields,
    /// The claims that recognize it.
    pub claims: Vec<Claim>,
    /// Those of the claims that other records share; they recognize none of them.
    pub shared: Vec<Claim>,
    /// The profile that it is compared by, including shared values of other records.
    pub profile: Profile,
    /// The version that a change is based on.
    pub version: u32,
}

/// A change of a record by a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The record.
    pub id: RecordId,
    /// Its type.
    pub record_type: RecordType,
    /// The version it is based on.
    pub version: u32,
    /// Its fields before.
    pub before: RecordFields,
    /// Its fields after.
    pub after: RecordFields,
    /// Additional claims that recognize it from now on.
    pub learned: Vec<Claim>,
    /// Additional addresses and telephone numbers that it shares with others.
    pub shared: Vec<Claim>,
}

/// The decision on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A new record.
    Create {
        /// Its id.
        id: RecordId,
        /// Its type.
        record_type: RecordType,
        /// Its fields.
        fields: RecordFields,
        /// The claims that recognize it.
        claims: Vec<Claim>,
        /// Addresses and telephone numbers that it shares with others.
        shared: Vec<Claim>,
    },
    /// New data of an existing record.
    Change(Change),
    /// The record has all data of the row.
    Unchanged(RecordId),
    /// The row is ambiguous or cannot be applied.
    Refuse(Refusal),
}

/// The records that rows may be about. Each decided row is added, so that the next rows find the record it created.
#[derive(Debug, Default)]
pub struct KnownRecords {
    records: HashMap<RecordId, Existing>,
    roots: HashMap<RecordId, RecordId>,
    owners: HashMap<(ClaimKind, String), RecordId>,
    shared: HashSet<(ClaimKind, String)>,
    told: HashMap<RecordId, u32>,
}

impl KnownRecords {
    /// The records that rows name, or that have any of their claims, with all their claims.
    pub fn new(records: impl IntoIterator<Item = Existing>) -> Self {
        let mut known = Self::default();
        for record in records {
            known.add(record);
        }
        known
    }

    fn add(&mut self, record: Existing) {
        self.roots.extend(record.parts.iter().chain([&record.id]).map(|part| (*part, record.id)));
        self.owners.extend(record.claims.iter().map(|claim| (key(claim), record.id)));
        self.shared.extend(record.shared.iter().map(key));
        self.records.insert(record.id, record);
    }

    /// Decides on the row at `line`. A new record gets the type `record_type`, unless the row has one, and the id `id`.
    pub fn decide(&mut self, draft: Draft, line: u32, record_type: RecordType, id: RecordId) -> Decision {
        let decided = self.apart(draft, record_type).and_then(|(draft, shared)| match self.target(&draft)? {
            Some(record) => self.change(&draft, &shared, line, record_type, record),
            None => create(draft, shared, record_type, id),
        });
        let decision = decided.unwrap_or_else(Decision::Refuse);
        self.learn(&decision, line);
        decision
    }

    /// The record that the row is about: the one it names, else the owner of its strongest claim. If nobody owns that
    /// claim, a weaker one decides, unless its owner has another claim of the stronger kind and so could be somebody
    /// else.
    fn target(&self, draft: &Draft) -> Result<Option<&Existing>, Refusal> {
        if let Some(id) = draft.record {
            let found = self.roots.get(&id).and_then(|root| self.records.get(root));
            return found.map(Some).ok_or_else(|| {
                whole(format!("There is no record {id} here. Where the row leaves its id out, a new one is made."))
            });
        }
        let Some(strongest) = draft.claims.first() else { return Ok(None) };
        if let Some(owner) = self.owner(strongest) {
            return Ok(Some(owner));
        }
        let Some((claim, owner)) = draft.claims.iter().find_map(|claim| Some((claim, self.owner(claim)?))) else {
            return Ok(None);
        };
        // A row with a known and a new address of its record adds the new one.
        let is_theirs = |claim: &Claim| claim.kind == strongest.kind && owner.claims.contains(claim);
        let rival = || owner.claims.iter().find(|known| rivals(known, strongest));
        match if draft.claims.iter().any(is_theirs) { None } else { rival() } {
            None => Ok(Some(owner)),
            Some(other) => Err(whole(format!(
                "The {} {} belongs to {}, who has the {} {}. If both have it, import that column as an attribute.",
                word(claim.kind),
                claim.value,
                owner.fields.name,
                word(other.kind),
                other.value
            ))),
        }
    }

    fn owner(&self, claim: &Claim) -> Option<&Existing> {
        self.owners.get(&key(claim)).and_then(|id| self.records.get(id))
    }

    fn change(
        &self,
        draft: &Draft,
        shared: &[Claim],
        line: u32,
        record_type: RecordType,
        record: &Existing,
    ) -> Result<Decision, Refusal> {
        if let Some(earlier) = self.told.get(&record.id).filter(|earlier| **earlier != line) {
            return Err(whole(format!("It is about {}, as is line {earlier}.", record.fields.name)));
        }
        let wanted = draft.said_type.or_else(|| draft.record.is_none().then_some(record_type));
        if let Some(wanted) = wanted.filter(|wanted| *wanted != record.record_type) {
            let (name, known) = (&record.fields.name, record.record_type);
            return Err(whole(format!("{name} is a {known} here, not a {wanted}; that never changes.")));
        }
        for claim in &draft.claims {
            if let Some(other) = self.owner(claim).filter(|owner| owner.id != record.id) {
                let (name, other) = (&record.fields.name, &other.fields.name);
                let (word, value) = (word(claim.kind), &claim.value);
                return Err(whole(format!("It is about {name}, but the {word} {value} belongs to {other}.")));
            }
        }
        let after = told(&record.fields, draft)?;
        let learned: Vec<Claim> = draft.claims.iter().filter(|claim| self.owner(claim).is_none()).cloned().collect();
        let shared: Vec<Claim> = shared.iter().filter(|claim| !goes_by(record, claim)).cloned().collect();
        if after == record.fields && learned.is_empty() && shared.is_empty() {
            return Ok(Decision::Unchanged(record.id));
        }
        let Existing { id, record_type, version, .. } = *record;
        Ok(Decision::Change(Change { id, record_type, version, before: record.fields.clone(), after, learned, shared }))
    }

    fn learn(&mut self, decision: &Decision, line: u32) {
        match decision {
            Decision::Create { id, record_type, fields, claims, shared } => {
                self.add(Existing {
                    id: *id,
                    parts: Vec::new(),
                    record_type: *record_type,
                    fields: fields.clone(),
                    claims: claims.clone(),
                    shared: Vec::new(),
                    profile: Profile::of(claims.iter().chain(shared), Some(&fields.name)),
                    version: 1,
                });
                self.shared.extend(shared.iter().map(key));
                self.told.insert(*id, line);
            }
            Decision::Change(change) => {
                if let Some(record) = self.records.get_mut(&change.id) {
                    record.fields = change.after.clone();
                    record.claims.extend(change.learned.iter().cloned());
                    change.learned.iter().chain(&change.shared).for_each(|claim| record.profile.learn(claim));
                }
                self.shared.extend(change.shared.iter().map(key));
                self.owners.extend(change.learned.iter().map(|claim| (key(claim), change.id)));
                self.told.insert(change.id, line);
            }
            Decision::Unchanged(id) => {
                self.told.insert(*id, line);
            }
            Decision::Refuse(_) => {}
        }
    }
}

fn create(draft: Draft, shared: Vec<Claim>, record_type: RecordType, id: RecordId) -> Result<Decision, Refusal> {
    let Draft { said_type, name, owner, stage, attributes, claims, .. } = draft;
    // A record may lack a name; a mailing list has none.
    let name = name.or_else(|| claims.first().map(|claim| claim.value.clone())).unwrap_or_default();
    let fields = RecordFields { owner, stage, attributes, ..RecordFields::named(&name) };
    Ok(Decision::Create { id, record_type: said_type.unwrap_or(record_type), fields, claims, shared })
}

/// True if the record has the claim already, or so many that it takes no more.
fn goes_by(record: &Existing, claim: &Claim) -> bool {
    let mut known = record.profile.clone();
    known.learn(claim);
    known == record.profile
}

/// The fields after the row's values are applied.
fn told(fields: &RecordFields, draft: &Draft) -> Result<RecordFields, Refusal> {
    let pairs = fields.attributes.iter().chain(draft.attributes.iter());
    let attributes = Attributes::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let attributes = attributes.map_err(|_| whole(format!("{} has too many attributes.", fields.name)))?;
    Ok(RecordFields {
        name: draft.name.clone().unwrap_or_else(|| fields.name.clone()),
        owner: draft.owner.clone().or_else(|| fields.owner.clone()),
        stage: draft.stage.clone().or_else(|| fields.stage.clone()),
        attributes,
    })
}

/// True if the two claims belong to different owners: two ids of one tool, or two mail addresses.
fn rivals(known: &Claim, claimed: &Claim) -> bool {
    let scope = |claim: &Claim| claim.value.rsplit_once(':').map(|(scope, _)| scope.to_owned());
    known.kind == claimed.kind && (known.kind != ClaimKind::External || scope(known) == scope(claimed))
}

fn key(claim: &Claim) -> (ClaimKind, String) {
    (claim.kind, claim.value.clone())
}

const fn word(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::External => "id",
        ClaimKind::Email => "mail address",
        ClaimKind::Phone => "telephone number",
        ClaimKind::Serial => "serial number",
        ClaimKind::Domain => "domain",
        ClaimKind::Name => "name",
        ClaimKind::Address => "address",
    }
}

fn whole(reason: String) -> Refusal {
    Refusal { column: None, reason }
}
