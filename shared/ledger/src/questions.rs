//! Questions to a person: which record do these events belong to?
//!
//! Until there is an answer, the events wait at a provisional record. A question is asked once for the claims in its
//! key, whichever event brings them again.

use crate::{
    members::{MAX_PARTS, MEMBERS, read_ref},
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
    q.answer, q.merge, q.answered_by, q.answered_at, q.asked_at, q.version, q.urgent, q.considered,
    EXISTS (SELECT 1 FROM records own WHERE own.root = part.id) AS joined FROM questions q
    JOIN records part ON part.id = q.record JOIN records r ON r.id = COALESCE(part.root, part.id)";

/// The open questions of the queue, each with what it is about and how many events wait for its answer.
pub(crate) const SELECT_IN_QUEUE: &str = "SELECT q.id AS question, q.key, q.record, r.id, r.type, r.name, q.event,
    q.candidates, q.status, q.answer, q.merge, q.answered_by, q.answered_at, q.asked_at, q.version, q.urgent, q.considered,
    0 AS joined,
    (SELECT e.event ->> '$.summary' FROM events e WHERE e.id = q.event) AS summary,
    (SELECT COUNT(*) FROM events e WHERE e.record = q.record) AS held
    FROM questions q INDEXED BY questions_by_age
    CROSS JOIN records part ON part.id = q.record JOIN records r ON r.id = part.id";

/// No person has merged `part`, the record of the question, by hand.
pub(crate) const STANDS_ALONE: &str =
    "part.root IS NULL AND NOT EXISTS (SELECT 1 FROM records own WHERE own.root = part.id)";

/// The condition that the record in a column waits for an answer: the SQL form of [`Question::waits`].
pub(crate) fn waiting(record: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM questions q JOIN records part ON part.id = q.record
             WHERE q.record = {record} AND q.status = 'open' AND {STANDS_ALONE})"
    )
}

/// The condition that the event in a column waits for an answer, and that the agent has looked at it.
pub(crate) fn waits_considered(record: &str, event: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM questions q JOIN records part ON part.id = q.record
             WHERE q.record = {record} AND q.considered >= {event} AND q.status = 'open' AND {STANDS_ALONE})"
    )
}

/// A person's answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// The record that the events belong to; null means a new one.
    pub record: Option<RecordId>,
    /// The merge that made the provisional record a part of it.
    pub merge: Option<MergeId>,
    /// The person who answered.
    pub by: Actor,
    /// The time of the answer.
    pub at: Timestamp,
}

/// A question as stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Question {
    /// The question.
    pub id: QuestionId,
    /// The digest of the claims that the question is about.
    pub key: String,
    /// The provisional record where the events wait.
    pub record: RecordId,
    /// The root of the provisional record: itself until it is merged.
    pub whole: RecordRef,
    /// A person merged another record into the provisional one by hand.
    #[serde(skip)]
    pub joined: bool,
    /// The event that led to the question.
    pub event: EventId,
    /// The candidates, most confident first.
    pub candidates: Vec<Candidate>,
    /// The status.
    pub status: QuestionStatus,
    /// The answer, once there is one.
    pub answer: Option<Answer>,
    /// What waits for the answer is urgent.
    pub urgent: bool,
    /// The last waiting event that the agent has looked at.
    #[serde(skip)]
    pub considered: Option<EventId>,
    /// The time of the question.
    pub asked_at: Timestamp,
    /// The number of changes; a change must name the version it rests on.
    pub version: u32,
}

impl Question {
    /// The party's events wait for the answer. A person who merged the record by hand, in either direction, has
    /// answered in another way.
    pub fn waits(&self) -> bool {
        self.status == QuestionStatus::Open && self.whole.id == self.record && !self.joined
    }
}

/// The key of a question about these claims, in any order.
pub fn key<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> String {
    let mut claims: Vec<(&str, &str)> =
        claims.into_iter().map(|claim| (claim.kind.as_str(), claim.value.as_str())).collect();
    claims.sort_unstable();
    claims.dedup();
    hex::encode(Sha256::digest(serde_json::to_vec(&claims).unwrap_or_default()))
}

/// Stores a new question. Refused as a conflict when one with this key exists, or its record has another one.
pub fn ask(question: &Question) -> Statement {
    let sql = "INSERT INTO questions (id, key, record, event, candidates, status, asked_at, version, urgent)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
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
            question.urgent.into(),
        ],
    )
}

/// Stores the next version of a question. Refused as a conflict when the stored version is not the one before.
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

pub(crate) fn read(row: &Row) -> Result<Question, RowError> {
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
        urgent: row.flag("urgent")?,
        considered: row.optional_text("considered")?.map(|_| row.parse("considered")).transpose()?,
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

/// Notes that the agent has looked at the events up to this one, and whether what waits is urgent: once it is, it stays
/// so. Refused as a conflict when the question changed since.
pub fn consider(question: &Question, up_to: EventId, urgent: bool) -> Statement {
    let sql =
        "UPDATE questions SET considered = MAX(?2, COALESCE(considered, '')), urgent = ?3, version = ?4 WHERE id = ?1";
    let urgent = question.urgent || urgent;
    Statement::new(sql, [Value::text(question.id), Value::text(up_to), urgent.into(), (question.version + 1).into()])
}

/// One question; `None` when there is none with this id.
pub async fn get(db: &impl Database, id: QuestionId) -> Result<Option<Question>, DatabaseError> {
    let one = Statement::new(format!("{SELECT} WHERE q.id = ?1"), [Value::text(id)]);
    Ok(db.query(one).await?.first().map(read).transpose()?)
}

/// The newest ten questions about the members of a record.
pub(crate) fn select_about(record: RecordId) -> Query<Vec<Question>> {
    let sql = format!("{SELECT} WHERE q.record IN {MEMBERS} ORDER BY q.id DESC LIMIT 10");
    Query::new(Statement::new(sql, [Value::text(record)]), |rows| read_all(rows, read))
}

/// The newest ten questions about the members of a record.
pub async fn about(db: &impl Database, record: RecordId) -> Result<Vec<Question>, DatabaseError> {
    select_about(record).run(db).await
}

/// The questions with one of these keys, or about a record that owns one of these claims.
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

/// Which of these pairs of a record that a question is about and a candidate a merge can join. The triggers on merges
/// refuse the others: erased records, parts, other types, too many members.
pub async fn joinable(
    db: &impl Database,
    pairs: &[(RecordId, RecordId)],
) -> Result<Vec<(RecordId, RecordId)>, DatabaseError> {
    let sql = format!(
        "SELECT own.id AS own, candidate.id AS candidate FROM json_each(?1) AS wanted
         CROSS JOIN records own ON own.id = wanted.value ->> 0
         CROSS JOIN records candidate ON candidate.id = wanted.value ->> 1
         CROSS JOIN records whole ON whole.id = COALESCE(candidate.root, candidate.id)
         WHERE own.root IS NULL AND own.erased_at IS NULL AND candidate.erased_at IS NULL AND whole.erased_at IS NULL
             AND own.id <> whole.id AND own.type = whole.type
             AND 2 + (SELECT COUNT(*) FROM records WHERE root = own.id)
                 + (SELECT COUNT(*) FROM records WHERE root = whole.id) <= {MAX_PARTS}"
    );
    let rows = db.query(Statement::new(sql, [Value::json(&pairs)])).await?;
    let pair = |row: &Row| Ok((row.parse("own")?, row.parse("candidate")?));
    Ok(rows.iter().map(pair).collect::<Result<_, RowError>>()?)
}

/// A page of questions, newest first. `Open` leaves out the ones that a person answered by a merge.
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

/// The number of questions that wait.
pub async fn open(db: &impl Database) -> Result<u32, DatabaseError> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM questions q JOIN records part ON part.id = q.record
         WHERE q.status = 'open' AND {STANDS_ALONE}"
    );
    let rows = db.query(Statement::new(sql, [])).await?;
    Ok(rows.first().map(|row| row.count("n")).transpose()?.unwrap_or_default())
}

/// Marks a record as confirmed by a person, or as provisional.
pub fn confirm(record: RecordId, confirmed: bool) -> Statement {
    let sql = "UPDATE records SET provisional = ?2 WHERE id = ?1";
    Statement::new(sql, [Value::text(record), (!confirmed).into()])
}
