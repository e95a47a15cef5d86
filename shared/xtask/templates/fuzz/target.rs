//! Any body, with and without proof.

#![no_main]

// `signing` names the source as if it were in its crate.
use __name___worker::*;
use libfuzzer_sys::fuzz_target;
use nerve_intake::Delivery;
use std::sync::LazyLock;

#[path = "__root__/functions/sources/__name__/src/tests/signing.rs"]
mod signing;

static MODELS: LazyLock<Vec<Delivery>> = LazyLock::new(|| signing::__NAME__.models());

fuzz_target!(|bytes: &[u8]| signing::__NAME__.feed(&MODELS, bytes));
