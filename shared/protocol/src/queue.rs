//! Queue messages. They are JSON text, because the platform's structured form silently loses maps.

use nerve_model::{ProposalId, RecordId};
use serde::{Deserialize, Serialize};

/// The binding of the queue `nerve-situations`.
pub const SITUATIONS_BINDING: &str = "SITUATIONS";
/// The binding of the queue `nerve-actions`.
pub const ACTIONS_BINDING: &str = "ACTIONS";

/// On `nerve-situations`: a record has something to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "v")]
pub enum SituationDue {
    /// The first form.
    #[serde(rename = "1")]
    V1 {
        /// The record.
        record: RecordId,
    },
}

/// On `nerve-actions`: a proposal is to be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "v")]
pub enum ActionDue {
    /// The first form.
    #[serde(rename = "1")]
    V1 {
        /// The proposal to execute.
        proposal: ProposalId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_model::Timestamp;

    /// One version reads the messages of another: a change of these bytes loses messages in flight.
    #[test]
    fn the_bytes_of_a_message_are_fixed() {
        let record = RecordId::new(Timestamp::from_millis(0), 0);
        let bytes = r#"{"v":"1","record":"rec_00000000000000000000000000"}"#;
        assert_eq!(serde_json::to_string(&SituationDue::V1 { record }).unwrap(), bytes);
        assert_eq!(serde_json::from_str::<SituationDue>(bytes).unwrap(), SituationDue::V1 { record });
        let proposal = ProposalId::new(Timestamp::from_millis(0), 0);
        let bytes = r#"{"v":"1","proposal":"prp_00000000000000000000000000"}"#;
        assert_eq!(serde_json::to_string(&ActionDue::V1 { proposal }).unwrap(), bytes);
    }
}
