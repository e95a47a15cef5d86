//! Imports of record files, step by step.
//!
//! A step is one batch: the records it creates and changes, their entries, and the import's progress. The batch is
//! refused when another step came first, so a closed page, a dead worker or two concurrent callers do no harm.

mod decided;

use crate::retry::{MayConflict, retry_on_conflict};
use decided::DecidedRows;
use nerve_csv::{Check, Encoding, FileError, Line, Mapping, MappingError, Sheet, reread_header};
use nerve_ledger::imports::{self, Chunk, Counts, Import, ImportState};
use nerve_model::{Actor, ImportId, Millis, Timestamp, one_line};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};

/// The most rows of one step.
const STEP_ROWS: usize = 500;

/// The size at which a step is full, in bytes of cells; a step's data must fit into one statement parameter.
const STEP_BYTES: usize = 100_000;

/// The number of rows from which the mapping is guessed.
const SAMPLE: usize = 50;

/// The longest stored file name, in characters.
const FILE_CHARS: usize = 120;

/// The time for which rows are stored that were not imported: those of unstarted drafts, and refused ones.
const KEPT: Millis = Millis::days(7);

/// The time without a step after which the sweeper continues an import.
const ABANDONED: Millis = Millis::minutes(1);

/// The most import steps of one sweep.
const SWEPT_STEPS: usize = 20;

/// The reason why an import did not continue.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ImportError {
    /// No import has this id.
    #[error("there is no such import")]
    NotFound,
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The mapping does not fit the file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The file says its encoding itself, or its bytes are no longer stored.
    #[error("the encoding of the file is certain")]
    Encoding,
    /// The state of the import does not allow the call.
    #[error("the import is {0} already")]
    Settled(ImportState),
    /// The database could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl MayConflict for ImportError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

/// The importer of record files.
#[derive(Debug)]
pub struct Importer<'a, D, E> {
    /// The shared database.
    pub db: &'a D,
    /// The source of ids and salts.
    pub entropy: &'a E,
    /// The time.
    pub now: Timestamp,
}

impl<D: Database, E: Entropy> Importer<'_, D, E> {
    /// Stores a file as a draft, with a check of each row. Its encoding is detected. No record changes yet.
    pub async fn receive(&self, file: &str, bytes: &[u8], by: Actor) -> Result<Import, ImportError> {
        self.receive_in(file, bytes, None, by).await
    }

    /// Stores a file as a draft, read in the chosen encoding.
    pub async fn receive_in(
        &self,
        file: &str,
        bytes: &[u8],
        chosen: Option<Encoding>,
        by: Actor,
    ) -> Result<Import, ImportError> {
        let sheet = Sheet::read_in(bytes, chosen)?;
        let sample = sheet.lines().take(SAMPLE).collect::<Result<Vec<Line>, FileError>>()?;
        let mapping = Mapping::guessed(&sheet.header, &sample);
        let id = ImportId::new(self.now, self.entropy.random());
        let mut check = Check::new(&sheet.header, &mapping);
        let mut packing = Packing { import: id, n: 0, bytes: 0, lines: Vec::new(), statements: Vec::new() };
        for line in sheet.lines() {
            let mut line = line?;
            check.line(&mut line);
            packing.add(line);
        }
        packing.close();
        let (counts, chunks) = (counts(&check), packing.n);
        let import = Import {
            id,
            file: Some(one_line(file, FILE_CHARS))
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| "a file".to_owned()),
            state: ImportState::Draft,
            header: sheet.header.clone(),
            encoding: sheet.encoding.name().to_owned(),
            raw_header: sheet.raw_header(),
            mapping: mapping.clone(),
            version: 1,
            chunks,
            chunks_done: 0,
            counts,
            kept: true,
            created_by: by,
            created_at: self.now,
            updated_at: self.now,
        };
        let statements = std::iter::once(imports::insert(&import)).chain(packing.statements).collect();
        self.db.batch(statements).await?;
        Ok(import)
    }

    /// Sets the mapping of a draft and checks its rows again.
    pub async fn map(&self, id: ImportId, mapping: Mapping) -> Result<Import, ImportError> {
        let import = self.draft(id).await?;
        mapping.check(import.header.len())?;
        let chunks = self.chunks(&import).await?;
        self.check(&Import { mapping, ..import }, chunks).await
    }

    /// Reads a draft again in another encoding. Columns that nobody has corrected get the meaning of their new headers.
    pub async fn reread(&self, id: ImportId, encoding: Encoding) -> Result<Import, ImportError> {
        let import = self.draft(id).await?;
        if import.raw_header.is_empty() {
            return Err(ImportError::Encoding);
        }
        let mut chunks = self.chunks(&import).await?;
        let sample = |chunks: &[Chunk]| -> Vec<Line> {
            chunks.first().into_iter().flat_map(|chunk| &chunk.lines).take(SAMPLE).cloned().collect()
        };
        let before = Mapping::guessed(&import.header, &sample(&chunks));
        chunks.iter_mut().flat_map(|chunk| &mut chunk.lines).for_each(|line| line.reread(encoding));
        let header = reread_header(&import.header, &import.raw_header, encoding);
        let after = Mapping::guessed(&header, &sample(&chunks));
        let mut mapping = import.mapping.clone();
        for (column, (before, after)) in mapping.columns.iter_mut().zip(before.columns.iter().zip(after.columns)) {
            if column == before {
                *column = after;
            }
        }
        self.check(&Import { header, mapping, encoding: encoding.name().to_owned(), ..import }, chunks).await
    }

    async fn draft(&self, id: ImportId) -> Result<Import, ImportError> {
        let import = self.get(id).await?;
        if import.state == ImportState::Draft { Ok(import) } else { Err(ImportError::Settled(import.state)) }
    }

    async fn chunks(&self, import: &Import) -> Result<Vec<Chunk>, DatabaseError> {
        let mut chunks = Vec::new();
        for n in 0..import.chunks {
            let chunk = imports::chunk(self.db, import.id, n).await?;
            chunks.push(chunk.unwrap_or(Chunk { n, lines: Vec::new() }));
        }
        Ok(chunks)
    }

    /// Checks the rows of a draft and stores them with its next version.
    async fn check(&self, import: &Import, mut chunks: Vec<Chunk>) -> Result<Import, ImportError> {
        let mut check = Check::new(&import.header, &import.mapping);
        chunks.iter_mut().flat_map(|chunk| &mut chunk.lines).for_each(|line| check.line(line));
        let next = Import { counts: counts(&check), ..self.next(import) };
        let rows = chunks.iter().map(|chunk| imports::put(import.id, chunk));
        self.db.batch(std::iter::once(imports::update(&next)).chain(rows).collect()).await?;
        Ok(next)
    }

    /// Imports the rows of the next step. An import that is done does not change.
    pub async fn step(&self, id: ImportId) -> Result<Import, ImportError> {
        retry_on_conflict(async || self.try_step(id).await).await
    }

    async fn try_step(&self, id: ImportId) -> Result<Import, ImportError> {
        let import = self.get(id).await?;
        match import.state {
            ImportState::Draft => import.mapping.check(import.header.len())?,
            ImportState::Running => {}
            ImportState::Done => return Ok(import),
            ImportState::Discarded => return Err(ImportError::Settled(import.state)),
        }
        let n = import.chunks_done;
        let chunk = imports::chunk(self.db, id, n).await?.unwrap_or(Chunk { n, lines: Vec::new() });
        let decided = DecidedRows::new(self, &import, chunk.lines).await?;
        let next = self.after(&import, &decided);
        let kept = if decided.lines.is_empty() {
            imports::drop_chunk(id, n)
        } else {
            imports::put(id, &Chunk { n, lines: decided.lines })
        };
        // The update comes first: if another step came first, it fails before the rest runs.
        let statements = [vec![imports::update(&next), kept], decided.statements].concat();
        self.db.batch(statements).await?;
        Ok(next)
    }

    fn after(&self, import: &Import, decided: &DecidedRows) -> Import {
        let mut next = self.next(import);
        next.chunks_done += 1;
        next.state = if next.chunks_done >= import.chunks { ImportState::Done } else { ImportState::Running };
        let counts = &mut next.counts;
        counts.settled += decided.rows;
        counts.created += decided.created;
        counts.changed += decided.changed;
        counts.unchanged += decided.unchanged;
        counts.refused += decided.refused;
        counts.remarked = counts.remarked.saturating_sub(decided.remarked);
        // No other encoding can be chosen any more.
        next.raw_header.clear();
        // Only rows that were refused or have remarks are kept after the last step.
        next.kept = next.state == ImportState::Running || counts.refused > 0 || counts.remarked > 0;
        next
    }

    /// Deletes the stored rows of an import and discards it unless it is done. Imported records stay.
    pub async fn discard(&self, id: ImportId) -> Result<Import, ImportError> {
        let import = self.get(id).await?;
        let state = if import.state == ImportState::Done { ImportState::Done } else { ImportState::Discarded };
        let next = Import { state, kept: false, ..self.next(&import) };
        self.db.batch(vec![imports::update(&next), imports::drop_chunks(id)]).await?;
        Ok(next)
    }

    async fn get(&self, id: ImportId) -> Result<Import, ImportError> {
        imports::get(self.db, id).await?.ok_or(ImportError::NotFound)
    }

    fn next(&self, import: &Import) -> Import {
        Import { version: import.version + 1, updated_at: self.now, ..import.clone() }
    }
}

/// Continues abandoned imports and deletes rows that were stored long enough. Returns the number of steps.
pub(crate) async fn go_on(db: &impl Database, entropy: &impl Entropy, now: Timestamp) -> Result<usize, DatabaseError> {
    let importer = Importer { db, entropy, now };
    let mut steps = 0;
    for mut import in imports::left(db, now - ABANDONED, now - KEPT).await? {
        let running = import.state == ImportState::Running;
        while running && import.state == ImportState::Running && steps < SWEPT_STEPS {
            import = database(importer.step(import.id).await, import)?;
            steps += 1;
        }
        if !running {
            database(importer.discard(import.id).await, import)?;
        }
    }
    Ok(steps)
}

/// Only database errors are the sweeper's failures; other errors mean that somebody else changed the import.
fn database(result: Result<Import, ImportError>, import: Import) -> Result<Import, DatabaseError> {
    match result {
        Ok(import) => Ok(import),
        Err(ImportError::Database(error @ (DatabaseError::Unavailable(_) | DatabaseError::Damaged(_)))) => Err(error),
        Err(_) => Ok(Import { state: ImportState::Discarded, ..import }),
    }
}

fn counts(check: &Check<'_>) -> Counts {
    let Check { rows, refused, remarked, by_text, .. } = *check;
    Counts { rows, refused, remarked, by_text, ..Counts::default() }
}

/// Rows being packed into steps.
struct Packing {
    import: ImportId,
    n: u32,
    bytes: usize,
    lines: Vec<Line>,
    statements: Vec<Statement>,
}

impl Packing {
    fn add(&mut self, line: Line) {
        self.bytes += line.cells.iter().chain(&line.raw).map(String::len).sum::<usize>();
        self.lines.push(line);
        if self.lines.len() >= STEP_ROWS || self.bytes >= STEP_BYTES {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        let chunk = Chunk { n: self.n, lines: std::mem::take(&mut self.lines) };
        self.statements.push(imports::put(self.import, &chunk));
        self.n += 1;
        self.bytes = 0;
    }
}
