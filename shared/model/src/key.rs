//! Text keys that identify sources, deliveries, facts and subjects.

use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

macro_rules! text_key {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// A key from a literal.
            pub const fn from_static(text: &'static str) -> Self {
                Self(Cow::Borrowed(text))
            }

            /// A key from text built at run time.
            pub fn new(text: impl Into<String>) -> Self {
                Self(Cow::Owned(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }
    };
}

text_key!(
    /// The tool an event came from, as in `/hooks/<source>`, for example `stripe`.
    SourceName
);
text_key!(
    /// The key of a delivery's event, unique within its source: two deliveries with the same key are copies.
    DedupKey
);
text_key!(
    /// The key of the fact, the same for every source that reports it, for example `stripe:invoice:in_123 paid`. For a
    /// fact that settles its subject, [`SemanticKey::about`] builds the key; the timeline looks the fact up by it.
    SemanticKey
);
text_key!(
    /// The thing at the vendor that an event is about, for example `stripe:invoice:in_123`.
    Subject
);

impl SemanticKey {
    /// The key of a fact about one subject, for example `paid`.
    pub fn about(subject: &Subject, what: impl fmt::Display) -> Self {
        Self::new(format!("{subject} {what}"))
    }
}
