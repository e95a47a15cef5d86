//! Imports: files of records, and their rows.

use crate::{
    page::{Listing, Page, PageRequest, paged},
    rows::read_all,
};
use nerve_csv::{Line, Mapping};
use nerve_model::{Actor, ImportId, Timestamp};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const SELECT: &str =
    "SELECT id, file, state, header, mapping, version, chunks, chunks_done, counts, kept, created_by, created_at,
    updated_at, encoding, raw_header FROM imports";

/// The state of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// The mapping can still be changed; no row is imported yet.
    Draft,
    /// The rows are being imported, step by step.
    Running,
    /// All rows are imported.
    Done,
    /// The import was given up; imported rows stay.
    Discarded,
}

impl ImportState {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Done => "done",
            Self::Discarded => "discarded",
        }
    }
}

impl fmt::Display for ImportState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ImportState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Draft, Self::Running, Self::Done, Self::Discarded];
        all.into_iter().find(|state| state.as_str() == text).ok_or_else(|| format!("{text:?} is not a state"))
    }
}

/// The counts of an import's rows, by result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// The number of rows.
    pub rows: u32,
    /// The number of rows that were processed.
    pub settled: u32,
    /// The number of rows that created a record.
    pub created: u32,
    /// The number of rows that changed a record.
    pub changed: u32,
    /// The number of rows without anything new.
    pub unchanged: u32,
    /// The number of rows that were refused.
    pub refused: u32,
    /// The number of other rows with a cell that is kept as written.
    #[serde(default)]
    pub remarked: u32,
    /// The number of rows that are identified only by their own text: once changed, they would create another record.
    pub by_text: u32,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Import {
    /// The import.
    pub id: ImportId,
    /// The name of the file.
    pub file: String,
    /// The state.
    pub state: ImportState,
    /// The headers of the columns.
    pub header: Vec<String>,
    /// The encoding in which the file is read, by the name of the WHATWG standard, for example `windows-1250`.
    pub encoding: String,
    /// The bytes of the headers, a character each, as long as another encoding can be chosen; else empty.
    #[serde(skip)]
    pub raw_header: Vec<String>,
    /// The mapping of the columns.
    pub mapping: Mapping,
    /// The number of changes.
    pub version: u32,
    /// The number of steps.
    pub chunks: u32,
    /// The number of steps that are done.
    pub chunks_done: u32,
    /// The counts of the rows.
    pub counts: Counts,
    /// Rows of the import are still stored.
    pub kept: bool,
    /// The person who uploaded the file.
    pub created_by: Actor,
    /// The time of the upload.
    pub created_at: Timestamp,
    /// The time of the last step or change.
    pub updated_at: Timestamp,
}

/// The rows of one step of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The number of the step, from 0.
    pub n: u32,
    /// The rows.
    pub lines: Vec<Line>,
}

/// Stores a new import.
pub fn insert(import: &Import) -> Statement {
    Statement::new(
        "INSERT INTO imports (id, file, state, header, mapping, version, chunks, chunks_done, counts, kept, created_by,
            created_at, updated_at, encoding, raw_header)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        [
            Value::text(import.id),
            import.file.as_str().into(),
            Value::text(import.state),
            Value::json(&import.header),
            Value::json(&import.mapping),
            import.version.into(),
            import.chunks.into(),
            import.chunks_done.into(),
            Value::json(&import.counts),
            import.kept.into(),
            Value::json(&import.created_by),
            import.created_at.into(),
            import.updated_at.into(),
            import.encoding.as_str().into(),
            Value::json(&import.raw_header),
        ],
    )
}

/// Stores the next version of an import. Refused as a conflict when another step or change came first.
pub fn update(import: &Import) -> Statement {
    Statement::new(
        "UPDATE imports SET state = ?2, mapping = ?3, version = ?4, chunks_done = ?5, counts = ?6, kept = ?7, updated_at = ?8,
            header = ?9, encoding = ?10, raw_header = ?11 WHERE id = ?1",
        [
            Value::text(import.id),
            Value::text(import.state),
            Value::json(&import.mapping),
            import.version.into(),
            import.chunks_done.into(),
            Value::json(&import.counts),
            import.kept.into(),
            import.updated_at.into(),
            Value::json(&import.header),
            import.encoding.as_str().into(),
            Value::json(&import.raw_header),
        ],
    )
}

/// Stores the rows of a step and replaces those stored before.
pub fn put(import: ImportId, chunk: &Chunk) -> Statement {
    let count = |is: fn(&&Line) -> bool| u32::try_from(chunk.lines.iter().filter(is).count()).unwrap_or(u32::MAX);
    Statement::new(
        "INSERT INTO import_chunks (import, n, lines, refused, remarked) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (import, n) DO UPDATE SET lines = ?3, refused = ?4, remarked = ?5",
        [
            Value::text(import),
            chunk.n.into(),
            Value::json(&chunk.lines),
            count(|line| !line.refused.is_empty()).into(),
            count(|line| line.has_remarks_only()).into(),
        ],
    )
}

/// Deletes the rows of a step.
pub fn drop_chunk(import: ImportId, n: u32) -> Statement {
    Statement::new("DELETE FROM import_chunks WHERE import = ?1 AND n = ?2", [Value::text(import), n.into()])
}

/// Deletes all stored rows of an import.
pub fn drop_chunks(import: ImportId) -> Statement {
    Statement::new("DELETE FROM import_chunks WHERE import = ?1", [Value::text(import)])
}

fn read(row: &Row) -> Result<Import, RowError> {
    Ok(Import {
        id: row.parse("id")?,
        file: row.text("file")?.to_owned(),
        state: row.parse("state")?,
        header: row.json("header")?,
        encoding: row.text("encoding")?.to_owned(),
        raw_header: row.json("raw_header")?,
        mapping: row.json("mapping")?,
        version: row.count("version")?,
        chunks: row.count("chunks")?,
        chunks_done: row.count("chunks_done")?,
        counts: row.json("counts")?,
        kept: row.flag("kept")?,
        created_by: row.json("created_by")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// One import.
pub async fn get(db: &impl Database, id: ImportId) -> Result<Option<Import>, DatabaseError> {
    let rows = db.query(Statement::new(format!("{SELECT} WHERE id = ?1"), [Value::text(id)])).await?;
    Ok(rows.first().map(read).transpose()?)
}

/// A page of imports, newest first.
pub async fn list(db: &impl Database, page: &PageRequest) -> Result<Page<Import>, DatabaseError> {
    let listing = Listing::new(SELECT, "id");
    let rows = db.query(listing.statement(page, page.cursor().map(Value::from))).await?;
    Ok(paged(&rows, page, read, |import| import.id.to_string())?)
}

/// The id of one step of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkId {
    /// The import.
    pub import: ImportId,
    /// The number of the step.
    pub n: u32,
}

/// The steps with stored rows, of all imports, after the step `last`: at most `limit`.
pub async fn chunks(db: &impl Database, last: Option<ChunkId>, limit: u32) -> Result<Vec<ChunkId>, DatabaseError> {
    let sql = "SELECT import, n FROM import_chunks WHERE (import, n) > (?1, ?2) ORDER BY import, n LIMIT ?3";
    let (import, n) = last.map_or((Value::from(""), 0), |last| (Value::text(last.import), last.n));
    let rows = db.query(Statement::new(sql, [import, n.into(), limit.into()])).await?;
    Ok(read_all(&rows, |row| Ok(ChunkId { import: row.parse("import")?, n: row.count("n")? }))?)
}

/// The stored rows of one step; `None` when they were deleted.
pub async fn chunk(db: &impl Database, import: ImportId, n: u32) -> Result<Option<Chunk>, DatabaseError> {
    let sql = "SELECT n, lines FROM import_chunks WHERE import = ?1 AND n = ?2";
    let rows = db.query(Statement::new(sql, [Value::text(import), n.into()])).await?;
    Ok(rows.first().map(read_chunk).transpose()?)
}

/// The refused rows of up to `limit` steps with refused rows, beginning at the step `from`.
pub async fn refused(db: &impl Database, import: ImportId, from: u32, limit: u32) -> Result<Vec<Chunk>, DatabaseError> {
    let sql = "SELECT n, lines FROM import_chunks WHERE import = ?1 AND n >= ?2 AND refused > 0 ORDER BY n LIMIT ?3";
    let rows = db.query(Statement::new(sql, [Value::text(import), from.into(), limit.into()])).await?;
    let mut chunks = read_all(&rows, read_chunk)?;
    chunks.iter_mut().for_each(|chunk| chunk.lines.retain(|line| !line.refused.is_empty()));
    Ok(chunks)
}

/// The rows with cells that are kept as written, of up to `limit` steps with such rows, beginning at the step `from`.
pub async fn remarked(
    db: &impl Database,
    import: ImportId,
    from: u32,
    limit: u32,
) -> Result<Vec<Chunk>, DatabaseError> {
    let sql = "SELECT n, lines FROM import_chunks WHERE import = ?1 AND n >= ?2 AND remarked > 0 ORDER BY n LIMIT ?3";
    let rows = db.query(Statement::new(sql, [Value::text(import), from.into(), limit.into()])).await?;
    let mut chunks = read_all(&rows, read_chunk)?;
    chunks.iter_mut().for_each(|chunk| chunk.lines.retain(Line::has_remarks_only));
    Ok(chunks)
}

fn read_chunk(row: &Row) -> Result<Chunk, RowError> {
    Ok(Chunk { n: row.count("n")?, lines: row.json("lines")? })
}

/// Imports that need attention, at most ten: running ones without a step since `abandoned`, and others with rows stored
/// since before `expired`.
pub async fn left(db: &impl Database, abandoned: Timestamp, expired: Timestamp) -> Result<Vec<Import>, DatabaseError> {
    let sql = format!(
        "{SELECT} WHERE kept AND updated_at < ?1 AND (state = 'running' OR updated_at < ?2) ORDER BY updated_at LIMIT 10"
    );
    Ok(read_all(&db.query(Statement::new(sql, [abandoned.into(), expired.into()])).await?, read)?)
}
