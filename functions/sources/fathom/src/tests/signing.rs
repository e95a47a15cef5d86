//! The proof of Fathom's deliveries.

use crate::Fathom;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const FATHOM: Vendor<Fathom> = Vendor::new(Keys::standard_webhooks());
