//! Profiles and keys of an erased person.

use super::Words;
use crate::{
    candidates::{self, StoredCandidate},
    members::{MEMBERS, read_ref},
};
use nerve_matching::{Model, Profile};
use nerve_model::RecordId;
use nerve_ports::{Database, DatabaseError, Row, Statement, Value};

/// Removes the counts of the subject's findable members, and then the values with a count of zero. A member is findable
/// when it has keys.
pub(super) async fn forget(db: &impl Database, root: RecordId) -> Result<Vec<Statement>, DatabaseError> {
    let sql = format!(
        "SELECT id, profile FROM records WHERE id IN {MEMBERS} AND profile IS NOT NULL
         AND id IN (SELECT record FROM record_keys WHERE record IN {MEMBERS})"
    );
    let rows = db.query(Statement::new(sql, [Value::text(root)])).await?;
    let mut statements = Vec::new();
    for row in &rows {
        let profile: Profile = row.json("profile")?;
        statements.extend(candidates::forget(Model::shipped(), row.parse("id")?, &profile));
    }
    statements.push(candidates::forget_nobodys());
    Ok(statements)
}

/// Removes a person's values from another record's profile; an event that fits two people gives its values to both.
pub(super) async fn clean(db: &impl Database, row: &Row, words: &Words) -> Result<Vec<Statement>, DatabaseError> {
    let Some(profile) = row.optional_json::<Profile>("profile")? else { return Ok(Vec::new()) };
    let mut after = profile.clone();
    after.retain(|value| !words.are_in(value));
    if after == profile {
        return Ok(Vec::new());
    }
    let before =
        StoredCandidate { profile, version: row.count("profile_version")?, ..StoredCandidate::new(read_ref(row)?) };
    let found = Statement::new("SELECT 1 FROM record_keys WHERE record = ?1 LIMIT 1", [Value::text(before.part)]);
    let found = !db.query(found).await?.is_empty();
    Ok(candidates::learn(Model::shipped(), &before, &after, found))
}
