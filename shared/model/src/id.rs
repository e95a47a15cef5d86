//! Identifiers: a three-letter prefix and a ULID, so that ids of one kind sort by the time they were made.

use crate::{Timestamp, UnknownName};
use ulid::Ulid;

/// The error for text that is not an id of the expected kind.
pub type IdError = UnknownName;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal, $what:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Ulid);

        impl $name {
            /// The prefix, with its underscore.
            pub const PREFIX: &'static str = $prefix;

            /// An id made at `at`; only the lower 80 bits of `entropy` are used.
            pub fn new(at: Timestamp, entropy: u128) -> Self {
                Self(Ulid::from_parts(at.as_millis().max(0).unsigned_abs(), entropy))
            }

            /// The 48 bits of time and 80 bits of entropy behind the prefix.
            pub const fn as_u128(self) -> u128 {
                self.0.0
            }

            /// An id with the time and entropy of another. An effect's id derives from its proposal's in this way and
            /// is therefore the same at every attempt.
            pub const fn from_u128(bits: u128) -> Self {
                Self(Ulid(bits))
            }

            /// The time in the id, to the millisecond.
            pub fn made_at(self) -> Timestamp {
                Timestamp::from_millis(i64::try_from(self.0.timestamp_ms()).unwrap_or(i64::MAX))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let mut buffer = [0; ulid::ULID_LEN];
                write!(f, "{}{}", $prefix, self.0.array_to_str(&mut buffer))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let wrong = || IdError { what: $what, name: crate::clip(text, 64) };
                let ulid = text.strip_prefix($prefix).ok_or_else(wrong)?;
                let id = Self(Ulid::from_string(ulid).map_err(|_| wrong())?);
                // Crockford's base 32 reads several spellings; only the one that `Display` writes is accepted.
                if id.to_string() == text { Ok(id) } else { Err(wrong()) }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "pattern": concat!("^", $prefix, "[0-9A-HJKMNP-TV-Z]{26}$")
                })
            }
        }
    };
}

id!(
    /// One accepted event.
    EventId, "evt_", "event id"
);
id!(
    /// A customer, deal, project, asset or vendor.
    RecordId, "rec_", "record id"
);
id!(
    /// One proposed action.
    ProposalId, "prp_", "proposal id"
);
id!(
    /// A task that belongs to a record.
    TaskId, "tsk_", "task id"
);
id!(
    /// A note that belongs to a record.
    NoteId, "nte_", "note id"
);
id!(
    /// A drafted, unsent message.
    DraftId, "drf_", "draft id"
);
id!(
    /// A notification to our own staff.
    NotificationId, "ntf_", "notification id"
);

id!(
    /// A question to a person: which record do these events belong to?
    QuestionId, "qst_", "question id"
);
id!(
    /// A merge of two records.
    MergeId, "mrg_", "merge id"
);
id!(
    /// A file of records that is imported.
    ImportId, "imp_", "import id"
);
id!(
    /// The erasure of the data about a person.
    ErasureId, "era_", "erasure id"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_sorts_by_time() {
        let early = EventId::new(Timestamp::from_millis(1_000), u128::MAX);
        let late = EventId::new(Timestamp::from_millis(1_001), 0);
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(early.to_string().parse::<EventId>(), Ok(early));
        assert_eq!(late.made_at(), Timestamp::from_millis(1_001));
    }

    #[test]
    fn only_the_one_spelling_of_the_right_kind_is_an_id() {
        let id = EventId::new(Timestamp::from_millis(1_700_000_000_000), 7).to_string();
        for wrong in [
            "",
            "evt_",
            &id.to_lowercase(),
            &id.replace("evt_", "rec_"),
            &format!("{id}0"),
            "evt_8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "evt_\u{202e}",
        ] {
            assert!(wrong.parse::<EventId>().is_err(), "{wrong:?}");
        }
    }
}
