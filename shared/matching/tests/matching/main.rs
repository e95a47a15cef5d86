//! The matcher at its boundary.

mod decisions;
mod estimation;
mod properties;
mod splink;

use nerve_matching::{Candidate, Profile};
use nerve_model::{RecordId, RecordRef, RecordType, Timestamp};

/// Columns and values, as `name=Ada Lovelace; email=ada@example.com`.
fn profile(text: &str) -> Profile {
    let mut profile = Profile::default();
    for (column, value) in text.split(';').filter_map(|pair| pair.split_once('=')) {
        profile.add(column.trim(), value);
    }
    profile
}

fn candidate(n: u128, profile: Profile) -> Candidate {
    let id = RecordId::new(Timestamp::from_millis(1), n);
    Candidate { record: RecordRef { id, record_type: RecordType::Customer, name: format!("Customer {n}") }, profile }
}
