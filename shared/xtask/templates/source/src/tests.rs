//! Whole deliveries: what __Title__ sends in, what Nerve keeps out.

mod signing;

use signing::__NAME__;

// The one to start from is that of the fixtures: fixtures/first.json does not yet say what it becomes.
nerve_testkit::source_tests!(__NAME__);
