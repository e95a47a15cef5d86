//! What every source is tested with: its fixtures, and those fixtures made hostile.
//!
//! A fixture is a file `fixtures/<name>.json` in the source's folder:
//!
//! ```json
//! {
//!   "about": "what makes this delivery worth keeping",
//!   "settings": {"OWN_DOMAINS": "ours.example"},
//!   "url": "https://crm.example/hooks/stripe",
//!   "headers": {"content-type": "application/json"},
//!   "body": {"a": "JSON body"},
//!   "becomes": {"events": [], "ignored": [], "malformed": []}
//! }
//! ```
//!
//! Everything but `body` and `becomes` may be left out. A body that is not JSON is given as `"text"`. What it becomes
//! may also be `{"reply": {...}}`, `{"malformed": "..."}` or `{"misconfigured": "..."}`. With `UPDATE_FIXTURES=1` in the
//! environment `becomes` is written from what the code does: read it before you keep it.

mod fixture;
mod hostile;

pub use fixture::{Fixture, check_fixtures, delivery, fixtures};
pub use hostile::check_hostile;
