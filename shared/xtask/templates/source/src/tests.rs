//! Whole deliveries: what __Title__ sends in, what Nerve keeps out.

use crate::__Title__;
use nerve_testkit::sources::{check_fixtures, check_hostile};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// The one to start from: fixtures/first.json does not yet say what it becomes.
#[test]
fn every_fixture_becomes_what_it_says() {
    check_fixtures::<__Title__>(FOLDER);
}

#[test]
fn no_body_does_harm() {
    check_hostile::<__Title__>(FOLDER);
}
