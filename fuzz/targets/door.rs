//! One target for each source; its name says which.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nerve_catalog::{door, feed};

fuzz_target!(|bytes: &[u8]| feed(door(env!("CARGO_BIN_NAME")), bytes));
