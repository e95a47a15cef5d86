//! The proof of Postmark's deliveries.

use crate::Postmark;
use nerve_signatures::credentials;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const POSTMARK: Vendor<Postmark> = Vendor::new(
    Keys::credentials(|secret, _, _| vec![("authorization", credentials::basic(secret))])
        .with_secrets(["nerve:password of the fixtures", "nerve:another password"]),
);
