//! How a sender of Standard Webhooks proves that a delivery is its own.

use crate::Standard;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const STANDARD: Vendor<Standard> = Vendor::new(Keys::standard_webhooks());
