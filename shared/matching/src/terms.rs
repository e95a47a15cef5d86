use std::collections::BTreeMap;

/// The frequency of values among all known records: agreement on a rare value weighs more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermCounts {
    records: u64,
    counts: BTreeMap<String, BTreeMap<String, u64>>,
}

impl TermCounts {
    /// Counts of so many records, without any value yet.
    pub fn among(records: u64) -> Self {
        Self { records, counts: BTreeMap::new() }
    }

    /// Counts one more record.
    pub fn count_record(&mut self) {
        self.records += 1;
    }

    /// Adds to the count of a value, named as by [`crate::Model::terms`].
    pub fn add(&mut self, part: &str, value: &str, records: u64) {
        let counts = self.counts.entry(part.to_owned()).or_default();
        *counts.entry(value.to_owned()).or_default() += records;
    }

    /// The number of records, at least one.
    pub fn records(&self) -> u64 {
        self.records.max(1)
    }

    /// The number of records with this value; `None` if values of that part were not counted.
    pub fn get(&self, part: &str, value: &str) -> Option<u64> {
        self.counts.get(part).map(|counts| counts.get(value).copied().unwrap_or(0))
    }

    /// The values of a part with their counts, in order.
    pub fn of(&self, part: &str) -> impl Iterator<Item = (&str, u64)> {
        self.counts.get(part).into_iter().flatten().map(|(value, count)| (value.as_str(), *count))
    }
}
