//! The proof of a sender with a token.

use crate::CloudEvents;
use nerve_signatures::credentials;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const CLOUDEVENTS: Vendor<CloudEvents> = Vendor::new(
    Keys::credentials(|secret, _, _| vec![("authorization", credentials::bearer(secret))])
        .with_secrets(["token-of-the-fixtures", "another-token-of-the-fixtures"]),
);
