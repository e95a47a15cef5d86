//! Questions that only a person can answer: whom do these events concern?
//!
//! What came from the party waits at a provisional record until the question is answered. A question is asked once for
//! the claims that its key is made of, whichever event brings them again.

use crate::{
    members::{MEMBERS, read_ref},
    page::{Listing, Page, PageRequest, paged},
    query::Query,
    rows::read_all,
};
use nerve_model::{
    Actor, Candidate, Claim, EventId, MergeId, QuestionId, QuestionStatus, RecordId, RecordRef, Timestamp,
};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

const SELECT: &str = "SELECT q.id AS question, q.key, q.record, r.id, r.type, r.name, q.event, q.candidates, q.status,
    q.answer, q.merge, q.answered_by, q.answered_at, q.asked_at, q.version,
    EXISTS (SELECT 1 FROM records own WHERE own.root = part.id) AS joined FROM questions q
    JOIN records part ON part.id = q.record JOIN records r ON r.id = COALESCE(part.root, part.id)";

/// Nobody merged the record of a question, `part`, by hand.
const STANDS_ALONE: &str = "part.root IS NULL AND NOT EXISTS (SELECT 1 FROM records own WHERE own.root = part.id)";

/// Whether what came to the record of a column waits for an answer: the same as [`Question::waits`].
pub(crate) fn waiting(record: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM questions q JOIN records part ON part.id = q.record
             WHERE q.record = {record} AND q.status = 'open' AND {STANDS_ALONE})"
    )
}

/// What a person answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// Whom it concerns; null is somebody new.
    pub record: Option<RecordId>,
    /// The merge that made the provisional record part of it.
    pub merge: Option<MergeId>,
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// A question as stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Question {
    /// The question.
    pub id: QuestionId,
    /// The digest of the claims it is asked about.
    pub key: String,
    /// Where the events wait: a provisional record.
    pub record: RecordId,
    /// What that is part of by now: itself, until it is said to be another.
    pub whole: RecordRef,
    /// Whether a person made another record part of it by hand.
    #[serde(skip)]
    pub joined: bool,
    /// The event that raised it.
    pub event: EventId,
    /// Who could be meant, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// Whether it waits.
    pub status: QuestionStatus,
    /// The answer, once there is one.
    pub answer: Option<Answer>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Counts the changes; every change names the version it rests on.
    pub version: u32,
}

impl Question {
    /// Whether what came from the party waits for the answer. A person who merged the record by hand, in whichever
    /// direction, has answered in another way.
    pub fn waits(&self) -> bool {
        self.status == QuestionStatus::Open && self.whole.id == self.record && !self.joined
    }
}

/// The key of a question about these claims, whatever their order.
pub fn key<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> String {
    let mut claims: Vec<(&str, &str)> =
        claims.into_iter().map(|claim| (claim.kind.as_str(), claim.value.as_str())).collect();
    claims.sort_unstable();
    claims.dedup();
    hex::encode(Sha256::digest(serde_json::to_vec(&claims).unwrap_or_default()))
}

/// Writes a new question. Refused as a conflict when it is asked already, or its record has another one.
pub fn ask(question: &Question) -> Statement {
    let sql = "INSERT INTO questions (id, key, record, event, candidates, status, asked_at, version)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    Statement::new(
        sql,
        [
            Value::text(question.id),
            question.key.as_str().into(),
            Value::text(question.record),
            Value::text(question.event),
            Value::json(&question.candidates),
            Value::text(question.status),
            question.asked_at.into(),
            question.version.into(),
        ],
    )
}

/// Writes the next version of a question. Refused as a conflict when the stored one is not the one before.
pub fn update(next: &Question) -> Statement {
    let sql =
        "UPDATE questions SET status = ?2, answer = ?3, merge = ?4, answered_by = ?5, answered_at = ?6, version = ?7
               WHERE id = ?1";
    let answer = next.answer.as_ref();
    Statement::new(
        sql,
        [
            Value::text(next.id),
            Value::text(next.status),
            answer.and_then(|answer| answer.record).map_or(Value::Null, Value::text),
            answer.and_then(|answer| answer.merge).map_or(Value::Null, Value::text),
            answer.map_or(Value::Null, |answer| Value::json(&answer.by)),
            answer.map(|answer| answer.at).into(),
            next.version.into(),
        ],
    )
}

fn read(row: &Row) -> Result<Question, RowError> {
    Ok(Question {
        id: row.parse("question")?,
        key: row.text("key")?.to_owned(),
        record: row.parse("record")?,
        whole: read_ref(row)?,
        joined: row.flag("joined")?,
        event: row.parse("event")?,
        candidates: row.json("candidates")?,
        status: row.parse("status")?,
        answer: read_answer(row)?,
        asked_at: row.time("asked_at")?,
        version: row.count("version")?,
    })
}

fn read_answer(row: &Row) -> Result<Option<Answer>, RowError> {
    let Some(by) = row.optional_json("answered_by")? else { return Ok(None) };
    Ok(Some(Answer {
        record: row.optional_text("answer")?.map(|_| row.parse("answer")).transpose()?,
        merge: row.optional_text("merge")?.map(|_| row.parse("merge")).transpose()?,
        by,
        at: row.time("answered_at")?,
    }))
}

/// One question.
pub async fn get(db: &impl Database, id: QuestionId) -> Result<Option<Question>, DatabaseError> {
    let one = Statement::new(format!("{SELECT} WHERE q.id = ?1"), [Value::text(id)]);
    Ok(db.query(one).await?.first().map(read).transpose()?)
}

/// The questions about everything that a record is made of, the newest ten.
pub(crate) fn select_about(record: RecordId) -> Query<Vec<Question>> {
    let sql = format!("{SELECT} WHERE q.record IN {MEMBERS} ORDER BY q.id DESC LIMIT 10");
    Query::new(Statement::new(sql, [Value::text(record)]), |rows| read_all(rows, read))
}

/// The questions about everything that a record is made of, the newest ten.
pub async fn about(db: &impl Database, record: RecordId) -> Result<Vec<Question>, DatabaseError> {
    select_about(record).run(db).await
}

/// The questions that were asked with one of these keys, or about whom one of these claims belongs to.
pub(crate) fn select_asked(keys: &[&str], claims: &[&Claim]) -> Query<Vec<Question>> {
    let claims: Vec<_> = claims.iter().map(|claim| (claim.kind, claim.value.as_str())).collect();
    let sql = format!(
        "{SELECT} WHERE q.id IN (
             SELECT asked.id FROM json_each(?1) AS wanted CROSS JOIN questions asked ON asked.key = wanted.value
             UNION SELECT asked.id FROM json_each(?2) AS wanted
                 CROSS JOIN identities i ON i.kind = wanted.value ->> 0 AND i.value = wanted.value ->> 1
                 CROSS JOIN questions asked ON asked.record = i.record)"
    );
    Query::new(Statement::new(sql, [Value::json(&keys), Value::json(&claims)]), |rows| read_all(rows, read))
}

/// A page of questions, newest first. Open are those that wait: not those that a person answered by a merge.
pub async fn list(
    db: &impl Database,
    status: Option<QuestionStatus>,
    page: &PageRequest,
) -> Result<Page<Question>, DatabaseError> {
    let mut listing = Listing::new(SELECT, "q.id").filter("q.status = ?", status.map(QuestionStatus::as_str));
    if status == Some(QuestionStatus::Open) {
        listing = listing.always(STANDS_ALONE);
    }
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |question| question.id.to_string())?)
}

/// How many questions wait.
pub async fn open(db: &impl Database) -> Result<u32, DatabaseError> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM questions q JOIN records part ON part.id = q.record
         WHERE q.status = 'open' AND {STANDS_ALONE}"
    );
    let rows = db.query(Statement::new(sql, [])).await?;
    Ok(rows.first().map(|row| row.count("n")).transpose()?.unwrap_or_default())
}

/// Says whether a record is one that a person has confirmed.
pub fn confirm(record: RecordId, confirmed: bool) -> Statement {
    let sql = "UPDATE records SET provisional = ?2 WHERE id = ?1";
    Statement::new(sql, [Value::text(record), (!confirmed).into()])
}
