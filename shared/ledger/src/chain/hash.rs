use sha2::{Digest as _, Sha256};

/// SHA-256 in lower-case hex; empty before the first entry.
pub type Hash = String;

/// The fields of an entry that its hash covers.
pub(crate) struct Links<'a> {
    pub(crate) chain: &'a str,
    pub(crate) n: u64,
    pub(crate) at: i64,
    pub(crate) kind: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) proposal: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) body_digest: &'a str,
    pub(crate) prev_hash: &'a str,
}

impl Links<'_> {
    /// The SHA-256 of a JSON array: JSON quoting separates neighboring fields.
    pub(crate) fn hash(&self) -> Hash {
        let covered = (
            "nerve-ledger-1",
            self.prev_hash,
            self.chain,
            self.n,
            self.at,
            self.kind,
            self.actor,
            &self.proposal,
            &self.event,
            self.body_digest,
        );
        hex::encode(Sha256::digest(serde_json::to_vec(&covered).unwrap_or_default()))
    }
}

/// The SHA-256 of the salt and the stored body.
pub(crate) fn body_digest(salt: &str, body: &str) -> Hash {
    hex::encode(Sha256::new().chain_update(salt).chain_update(body).finalize())
}
