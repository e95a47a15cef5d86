//! Names and keys of what happened: text that means one thing each.

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
            /// A name known when the program is written.
            pub const fn from_static(text: &'static str) -> Self {
                Self(Cow::Borrowed(text))
            }

            /// From text made elsewhere.
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
    /// Unique for a delivery's event within its source: two deliveries with one key are copies.
    DedupKey
);
text_key!(
    /// The fact itself, whoever reports it, for example `stripe:invoice:in_123 paid`. That of a fact which settles a matter
    /// is made with [`SemanticKey::about`]: by it, the record finds it again.
    SemanticKey
);
text_key!(
    /// The thing at the vendor that an event is about, for example `stripe:invoice:in_123`.
    Subject
);

impl SemanticKey {
    /// What happened to one thing, for example `paid`.
    pub fn about(subject: &Subject, what: impl fmt::Display) -> Self {
        Self::new(format!("{subject} {what}"))
    }
}
