//! Enums whose variants have one fixed name in JSON, in the database and on the screen.

/// The error for a name that an enum does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a {what}")]
pub struct UnknownName {
    /// The expected sort of name, for example `event kind`.
    pub what: &'static str,
    /// The name found, clipped to 64 characters.
    pub name: String,
}

/// Declares an enum with one name per variant, used wherever the value is written. The crate that uses the macro
/// depends on `serde`, and on `schemars` behind a feature `schema`.
#[macro_export]
macro_rules! named_enum {
    (
        $(#[$meta:meta])*
        $what:literal enum $name:ident { $( $(#[$vmeta:meta])* $variant:ident = $text:literal ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name { $( $(#[$vmeta])* #[serde(rename = $text)] $variant ),+ }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[ $( Self::$variant ),+ ];

            /// The name by which the value is stored, sent and shown.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text ),+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $text => Ok(Self::$variant), )+
                    other => Err($crate::UnknownName { what: $what, name: $crate::clip(other, 64) }),
                }
            }
        }
    };
}

pub(crate) use named_enum;
