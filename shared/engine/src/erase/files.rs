//! Rows of imports, for as long as they are stored.

use super::{EraseError, Eraser};
use nerve_csv::{Line, Reader};
use nerve_ledger::{
    imports::{self, ChunkId, Import},
    privacy::{Subject, Words},
};
use nerve_ports::{Database, Entropy, ErasureTargets};

/// The most import steps that one erasure step reads.
const AT_A_TIME: u32 = 10;

impl<D: Database, K: ErasureTargets, E: Entropy> Eraser<'_, D, K, E> {
    /// Blanks the rows about a person in the next import steps after `last`; returns the last step read.
    pub(super) async fn files(&self, subject: &Subject, last: Option<ChunkId>) -> Result<Option<ChunkId>, EraseError> {
        let (words, chunks) = (Words::of(subject), imports::chunks(self.db, last, AT_A_TIME).await?);
        for chunk in &chunks {
            self.empty(*chunk, subject, &words).await?;
        }
        Ok(chunks.last().copied())
    }

    /// Blanks the rows about a person in one import step. A concurrent import step sees a conflict and reads again: the
    /// import is read before its rows and stored as its next version.
    async fn empty(&self, id: ChunkId, subject: &Subject, words: &Words) -> Result<(), EraseError> {
        let Some(import) = imports::get(self.db, id.import).await? else { return Ok(()) };
        let Some(mut chunk) = imports::chunk(self.db, id.import, id.n).await? else { return Ok(()) };
        let reader = Reader::new(&import.header, &import.mapping);
        let about = |line: &Line| is_about(&reader, line, subject, words);
        let before = chunk.lines.len();
        let (mut found, mut newly_refused, mut remarked) = (0, 0, 0);
        // An imported row is stored for its remarks only.
        let is_imported = |line: &Line| id.n < import.chunks_done && line.refused.is_empty();
        chunk.lines.retain(|line| !(is_imported(line) && about(line)));
        for line in chunk.lines.iter_mut().filter(|line| about(line)) {
            newly_refused += u32::from(line.refused.is_empty());
            remarked += u32::from(line.has_remarks_only());
            found += 1;
            line.erase();
        }
        if found == 0 && chunk.lines.len() == before {
            return Ok(());
        }
        let mut next = Import { version: import.version + 1, ..import };
        next.counts.refused += newly_refused;
        next.counts.remarked = next.counts.remarked.saturating_sub(remarked);
        self.db.batch(vec![imports::update(&next), imports::put(id.import, &chunk)]).await?;
        Ok(())
    }
}

fn is_about(reader: &Reader<'_>, line: &Line, subject: &Subject, words: &Words) -> bool {
    let reasons = line.refused.iter().map(|refusal| refusal.reason.as_str());
    let reasons = reasons.chain(line.remarks.iter().map(|remark| remark.reason.as_str()));
    let said = line.cells.iter().map(String::as_str).chain(reasons).any(|text| words.tell(text));
    said || reader.read(line).is_ok_and(|draft| {
        let mut claims = subject.claims.iter();
        claims.any(|claim| draft.claims.iter().any(|other| other.kind == claim.kind && other.value == claim.value))
    })
}
