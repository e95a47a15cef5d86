//! The hidden field with our own id of a customer.

use nerve_intake::{Deployment, Misconfigured};

const SETTING: &str = "CUSTOMER_ID_FIELD";

/// The name of that field, if the operator has set one.
#[derive(Debug)]
pub(crate) struct CustomerIdField(Option<String>);

impl CustomerIdField {
    /// Reads the setting `CUSTOMER_ID_FIELD`.
    pub(crate) fn read(deployment: &Deployment<'_>) -> Result<Self, Misconfigured> {
        let name = deployment.settings.get(SETTING);
        let plausible = |name: &String| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if name.as_ref().is_none_or(plausible) {
            return Ok(Self(name));
        }
        let reason = "give the name of one hidden field: letters, digits, - and _".to_owned();
        Err(Misconfigured { name: SETTING, reason })
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.0.as_deref()
    }
}
