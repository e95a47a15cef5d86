//! The proof of a sender of Standard Webhooks.

use crate::Standard;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const STANDARD: Vendor<Standard> = Vendor::new(Keys::standard_webhooks());
