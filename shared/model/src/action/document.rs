//! The stored form of an action: `{"kind": ..., "params": {...}}`. The digests of proposals cover these bytes.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;

/// The stored form with unparsed parameters: their type depends on the kind.
#[derive(Deserialize)]
pub(super) struct Document<K> {
    pub(super) kind: K,
    pub(super) params: Value,
}

pub(super) fn write<S: Serializer>(
    serializer: S,
    kind: impl Serialize,
    params: &impl Serialize,
) -> Result<S::Ok, S::Error> {
    let mut document = serializer.serialize_struct("Action", 2)?;
    document.serialize_field("kind", &kind)?;
    document.serialize_field("params", params)?;
    document.end()
}

/// The parameters of an action, keyed by field name.
pub(super) fn params(action: &impl Serialize) -> Value {
    let document = serde_json::to_value(action).ok();
    document.and_then(|mut document| document.get_mut("params").map(Value::take)).unwrap_or_default()
}
