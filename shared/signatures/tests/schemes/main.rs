//! The schemes at the boundary of the crate: vendors' own vectors, forgeries, and properties.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod case;
mod negatives;
mod properties;
mod scheme;
mod vectors;
