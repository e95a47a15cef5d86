//! Complete deliveries: those __Title__ sends, and those that Nerve rejects.

mod signing;

use signing::__NAME__;

// Start with the fixtures' test: fixtures/first.json lacks its outcome.
nerve_testkit::source_tests!(__NAME__);
