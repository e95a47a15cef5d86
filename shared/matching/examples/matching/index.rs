use crate::set::Row;
use nerve_matching::{Candidate, Model, Profile, TermCounts};
use nerve_model::{RecordId, RecordRef, RecordType, Timestamp};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

/// A key of more records than this is left out.
const COMMON: usize = 50;

/// The number of records compared with an event: those that share the most keys.
const COMPARED: usize = 50;

/// The part of a database: records by key, and the frequency of values.
pub(crate) struct Index<'a> {
    model: &'a Model,
    known: Vec<Option<Candidate>>,
    by_key: HashMap<String, BTreeSet<usize>>,
    pub(crate) terms: TermCounts,
}

impl<'a> Index<'a> {
    /// An index of these records.
    pub(crate) fn of(model: &'a Model, rows: &[Row]) -> Self {
        let mut index = Self { model, known: Vec::new(), by_key: HashMap::new(), terms: TermCounts::default() };
        for row in rows {
            index.add(row);
        }
        index
    }

    /// Adds a record and returns its place.
    pub(crate) fn add(&mut self, row: &Row) -> usize {
        let place = self.known.len();
        self.count(&row.profile);
        self.put(place, candidate(place, row));
        place
    }

    /// Adds the values of a row to a known record and returns its place.
    pub(crate) fn join(&mut self, record: &RecordRef, row: &Row) -> usize {
        let place = place(record);
        self.count(&row.profile);
        self.extend(place, &row.profile);
        place
    }

    /// Adds all values of one record to another that proved to be the same; returns its old place.
    pub(crate) fn merge(&mut self, record: &RecordRef, into: usize) -> usize {
        let gone = place(record);
        if let Some(candidate) = self.known.get_mut(gone).and_then(Option::take) {
            self.extend(into, &candidate.profile);
        }
        gone
    }

    /// The records that share a key with the event.
    pub(crate) fn candidates(&self, event: &Profile) -> Vec<Candidate> {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for list in self.model.keys(event).iter().filter_map(|key| self.by_key.get(key)) {
            if list.len() <= COMMON {
                list.iter().for_each(|place| *shared.entry(*place).or_default() += 1);
            }
        }
        let mut nearest: Vec<(usize, usize)> = shared.into_iter().collect();
        nearest.sort_by_key(|(_, keys)| Reverse(*keys));
        nearest.iter().filter_map(|(place, _)| self.known.get(*place)?.clone()).take(COMPARED).collect()
    }

    fn extend(&mut self, place: usize, profile: &Profile) {
        if let Some(mut candidate) = self.known.get(place).cloned().flatten() {
            candidate.profile.merge(profile);
            self.put(place, candidate);
        }
    }

    fn put(&mut self, place: usize, candidate: Candidate) {
        for key in self.model.keys(&candidate.profile) {
            self.by_key.entry(key).or_default().insert(place);
        }
        match self.known.get_mut(place) {
            Some(known) => *known = Some(candidate),
            None => self.known.push(Some(candidate)),
        }
    }

    fn count(&mut self, profile: &Profile) {
        self.terms.count_record();
        for (part, value) in self.model.terms(profile) {
            self.terms.add(&part, &value, 1);
        }
    }
}

/// The place that a record's id encodes.
fn place(record: &RecordRef) -> usize {
    usize::try_from(record.id.as_u128() & u128::from(u32::MAX)).unwrap_or_default()
}

fn candidate(place: usize, row: &Row) -> Candidate {
    let number = u128::try_from(place).unwrap_or_default();
    let id = RecordId::new(Timestamp::from_millis(0), number);
    let record = RecordRef { id, record_type: RecordType::Customer, name: row.id.clone() };
    Candidate { record, profile: row.profile.clone() }
}
