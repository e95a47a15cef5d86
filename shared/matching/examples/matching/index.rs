use crate::set::Row;
use nerve_matching::{Candidate, Model, Profile, TermCounts};
use nerve_model::{RecordId, RecordRef, RecordType, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// Of one key, more records than this are not looked at.
const MAX_RECORDS_OF_KEY: usize = 50;

/// What a database keeps: records by key, and how common values are.
pub(crate) struct Index<'a> {
    model: &'a Model,
    known: Vec<Candidate>,
    by_key: HashMap<String, Vec<usize>>,
    pub(crate) terms: TermCounts,
}

impl<'a> Index<'a> {
    pub(crate) fn of(model: &'a Model, rows: &[Row]) -> Self {
        let records = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let mut index = Self { model, known: Vec::new(), by_key: HashMap::new(), terms: TermCounts::among(records) };
        for row in rows {
            index.add(row);
        }
        index
    }

    fn add(&mut self, row: &Row) {
        let place = self.known.len();
        for key in self.model.keys(&row.profile) {
            self.by_key.entry(key).or_default().push(place);
        }
        for (part, value) in self.model.terms(&row.profile) {
            self.terms.add(&part, &value, 1);
        }
        self.known.push(candidate(place, row));
    }

    /// The records that share a key with the event.
    pub(crate) fn candidates(&self, event: &Profile) -> Vec<Candidate> {
        self.places(event).iter().filter_map(|place| self.known.get(*place).cloned()).collect()
    }

    pub(crate) fn places(&self, event: &Profile) -> BTreeSet<usize> {
        let keys = self.model.keys(event);
        let lists = keys.iter().filter_map(|key| self.by_key.get(key));
        lists.flat_map(|list| list.iter().take(MAX_RECORDS_OF_KEY)).copied().collect()
    }
}

fn candidate(place: usize, row: &Row) -> Candidate {
    let number = u128::try_from(place).unwrap_or_default();
    let id = RecordId::new(Timestamp::from_millis(0), number);
    let record = RecordRef { id, record_type: RecordType::Customer, name: row.id.clone() };
    Candidate { record, profile: row.profile.clone() }
}
