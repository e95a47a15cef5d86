//! Derives the types of actions from the list of kinds.

/// Declares [`ActionKind`](super::ActionKind), [`Executable`](super::Executable) and [`HumanOwned`](super::HumanOwned).
/// Each kind is described by `SPEC` in its module; the module of an executable kind also has its parameters, named like
/// the kind.
macro_rules! actions {
    (
        executable { $( $kind:ident in $module:ident ),+ $(,)? }
        human_owned { $( $owned:ident in $case:ident ),+ $(,)? }
    ) => {
        $( pub use $module::$kind; )+

        /// The kind of an action. Its base risk is fixed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ActionKind {
            $( #[doc = concat!("Described by `", stringify!($module), "`.")] $kind, )+
            $( #[doc = concat!("Described by `", stringify!($case), "`.")] $owned, )+
        }

        impl ActionKind {
            /// Every kind, in the order of the list.
            pub const ALL: &'static [Self] = &[ $( Self::$kind, )+ $( Self::$owned, )+ ];

            /// The description of the kind.
            pub const fn spec(self) -> &'static ActionSpec {
                match self {
                    $( Self::$kind => &$module::SPEC, )+
                    $( Self::$owned => &$case::SPEC, )+
                }
            }
        }

        /// An action that a connector can perform. No critical kind is among them.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Executable {
            $( #[doc = concat!("With the parameters of `", stringify!($module), "`.")] $kind($kind), )+
        }

        impl Executable {
            /// The kinds that a connector can perform.
            pub const KINDS: &'static [ActionKind] = &[ $( ActionKind::$kind ),+ ];

            /// The kind, without the parameters.
            pub const fn kind(&self) -> ActionKind {
                match self { $( Self::$kind(_) => ActionKind::$kind ),+ }
            }

            fn inner(&self) -> &dyn Params {
                match self { $( Self::$kind(params) => params ),+ }
            }
        }

        impl Serialize for Executable {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $( Self::$kind(params) => document::write(serializer, self.kind(), params) ),+ }
            }
        }

        /// A critical action: Nerve proposes and tracks it, a person performs it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum HumanOwned {
            $( #[doc = concat!("Described by `", stringify!($case), "`.")] $owned(Case), )+
        }

        impl HumanOwned {
            /// The kind, without the case.
            pub const fn kind(&self) -> ActionKind {
                match self { $( Self::$owned(_) => ActionKind::$owned ),+ }
            }

            /// The case that the person decides on.
            pub const fn case(&self) -> &Case {
                match self { $( Self::$owned(case) )|+ => case }
            }
        }

        impl Serialize for HumanOwned {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                document::write(serializer, self.kind(), self.case())
            }
        }

        impl Action {
            /// The action of this kind, with its parameters parsed from JSON.
            fn read(kind: ActionKind, params: Value) -> serde_json::Result<Self> {
                Ok(match kind {
                    $( ActionKind::$kind => Self::Executable(Executable::$kind(serde_json::from_value(params)?)), )+
                    $( ActionKind::$owned => Self::HumanOwned(HumanOwned::$owned(serde_json::from_value(params)?)), )+
                })
            }
        }

        // A critical kind has a case; a kind that a connector performs is not critical.
        const _: () = {
            $( assert!(!$module::SPEC.is_critical()); )+
            $( assert!($case::SPEC.is_critical()); )+
        };

        #[cfg(feature = "schema")]
        mod schemas {
            use super::{case::Case, schema, Executable, HumanOwned};
            use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
            use std::borrow::Cow;

            $(
                impl JsonSchema for super::$kind {
                    fn schema_name() -> Cow<'static, str> {
                        stringify!($kind).into()
                    }

                    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                        schema::params(super::$module::SPEC.fields, generator)
                    }
                }
            )+

            impl JsonSchema for Case {
                fn schema_name() -> Cow<'static, str> {
                    "Case".into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    schema::params(Self::FIELDS, generator)
                }
            }

            impl JsonSchema for Executable {
                fn schema_name() -> Cow<'static, str> {
                    "Executable".into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    let kinds = [ $(
                        schema::action(&super::$module::SPEC, &generator.subschema_for::<super::$kind>()),
                    )+ ];
                    json_schema!({"description": "An action that a connector can carry out.", "oneOf": kinds})
                }
            }

            impl JsonSchema for HumanOwned {
                fn schema_name() -> Cow<'static, str> {
                    "HumanOwned".into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    let kinds = [ $(
                        schema::action(&super::$case::SPEC, &generator.subschema_for::<Case>()),
                    )+ ];
                    json_schema!({"description": "A critical action, performed by a person.", "oneOf": kinds})
                }
            }
        }
    };
}

pub(super) use actions;
