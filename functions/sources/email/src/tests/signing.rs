//! The proof of mails by HTTP.

use crate::Email;
use nerve_signatures::credentials;
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const EMAIL: Vendor<Email> = Vendor::new(
    Keys::credentials(|secret, _, _| vec![("authorization", credentials::basic(secret))])
        .with_secrets(["nerve:password of the fixtures", "nerve:another password"]),
);
