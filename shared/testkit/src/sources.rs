//! Tests for all sources: their fixtures, hostile variants of these, forged proofs, and the contents of their folders.
//!
//! [`Vendor`] signs and sends like the vendor; [`source_tests!`](crate::source_tests) is the suite that each source
//! must pass. A fixture is a file `fixtures/<name>.json` in the source's folder:
//!
//! ```json
//! {
//!   "about": "the case that this delivery shows",
//!   "settings": {"OWN_DOMAINS": "ours.example"},
//!   "url": "https://crm.example/hooks/stripe",
//!   "headers": {"content-type": "application/json"},
//!   "body": {"a": "JSON body"},
//!   "becomes": {"events": [], "ignored": [], "malformed": []}
//! }
//! ```
//!
//! Only `body` and `becomes` are required. A body that is not JSON is given as `"text"`. `becomes` may also be
//! `{"reply": {...}}`, `{"malformed": "..."}` or `{"misconfigured": "..."}`. With `UPDATE_FIXTURES=1` in the
//! environment the test writes `becomes` from the code's result: read it before you commit it.

mod completed;
mod feed;
mod fixture;
mod folder;
mod hostile;
mod keys;
mod nearly;
mod proof;
mod table;
mod vendor;

pub use fixture::{Fixture, delivery};
pub use keys::{Keys, Sign};
pub use vendor::{Sent, Vendor, with_headers};

/// The tests of each source, for the [`Vendor`] that signs its deliveries.
#[macro_export]
macro_rules! source_tests {
    ($vendor:expr) => {
        #[test]
        fn every_fixture_becomes_what_it_says() {
            $vendor.check_fixtures();
        }

        #[test]
        fn no_body_does_harm() {
            $vendor.check_hostile();
        }

        #[test]
        fn json_that_is_nearly_right_is_taken() {
            $vendor.check_nearly_json();
        }

        #[test]
        fn a_genuine_delivery_comes_in_and_secrets_rotate() {
            $vendor.check_genuine();
        }

        #[test]
        fn without_the_whole_proof_nothing_comes_in() {
            $vendor.check_forged();
        }

        #[test]
        fn a_delivery_is_as_old_as_its_scheme_allows_and_no_older() {
            $vendor.check_age();
        }

        #[test]
        fn no_bytes_make_the_source_panic() {
            $vendor.check_any_bytes();
        }

        #[test]
        fn the_fuzz_target_runs_clean() {
            $vendor.check_feed();
        }

        #[test]
        fn the_folder_holds_what_a_source_may_have() {
            $vendor.check_folder();
        }

        #[test]
        fn the_table_of_sources_is_the_codes() {
            $vendor.check_table();
        }
    };
}
