//! All sources side by side.
//!
//! What holds for one source is tested in its folder; what holds for every source is tested here, over [`DOORS`]. The
//! fuzz targets go through the same functions.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod door;
mod feed;
mod signing;

pub use door::{DOORS, Door, Keys, door};
pub use feed::feed;
pub use signing::Sign;
