//! The ports between the core and the world.
//!
//! The core reads rows, hands work over and draws randomness through these small traits. On Cloudflare the bindings
//! implement them (`nerve-runtime`), in tests real SQLite and fakes that fail on command (`nerve-testkit`).

mod database;
mod handover;
mod http;
mod row;
mod wake;

pub use database::{Database, DatabaseError, ObjectStorage};
pub use handover::{Actions, Entropy, ErasureTargets, Operations, Records, Situations, Timelines, Unreachable};
pub use http::{Endpoint, HttpClient, HttpRequest, HttpResponse, NoAnswer, NotAnEndpoint};
pub use row::{Row, RowError, Statement, Value};
pub use wake::Wake;
