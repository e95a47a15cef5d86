use super::Importer;
use nerve_csv::{Change, Decision, Draft, Existing, KnownRecords, Line, Reader};
use nerve_ledger::{
    bulk::{self, Edit, Footing, RecordState},
    imports::Import,
    privacy::{self, Suppressed, Tellers},
    records::{NewRecord, Origin},
};
use nerve_model::{Claim, RecordId, RecordRef};
use nerve_ports::{Database, DatabaseError, Entropy, Statement};
use std::borrow::Cow;
use std::collections::HashMap;

/// The decisions about the rows of one step.
pub(super) struct DecidedRows {
    /// The number of rows.
    pub(super) rows: u32,
    /// The number of rows that create a record.
    pub(super) created: u32,
    /// The number of rows that change a record.
    pub(super) changed: u32,
    /// The number of rows without anything new.
    pub(super) unchanged: u32,
    /// The number of rows that are newly refused.
    pub(super) refused: u32,
    /// The number of these that had remarks, which no longer matter.
    pub(super) remarked: u32,
    /// The rows to store: refused ones, and those with remarks.
    pub(super) lines: Vec<Line>,
    /// The writes of the other rows.
    pub(super) statements: Vec<Statement>,
}

impl DecidedRows {
    /// Decides the rows of a step, with the records that they may be about.
    pub(super) async fn new<D: Database, E: Entropy>(
        importer: &Importer<'_, D, E>,
        import: &Import,
        lines: Vec<Line>,
    ) -> Result<Self, DatabaseError> {
        let rows = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let reader = Reader::new(&import.header, &import.mapping);
        let read: Vec<Read> = lines.into_iter().map(|line| draft(&reader, line)).collect();
        let held = suppressed(importer.db, &read).await?;
        let is_erased = |(place, (line, _)): &(usize, &Read)| held.items.contains(place) && line.has_remarks_only();
        let remarked = u32::try_from(read.iter().enumerate().filter(is_erased).count()).unwrap_or(u32::MAX);
        let (read, erased) = without(read, &held);
        let drafts = || read.iter().filter_map(|(_, draft)| draft.as_ref());
        let named: Vec<RecordId> = drafts().filter_map(|draft| draft.record).collect();
        let claims: Vec<&Claim> = drafts().flat_map(|draft| draft.claims.iter().chain(&draft.by_name)).collect();
        let state = bulk::state(importer.db, &named, &claims).await?;
        let mut deciding = Deciding {
            import,
            known: KnownRecords::new(state.iter().map(existing)),
            footing: state.into_iter().map(|state| (state.record.id, state.footing)).collect(),
            created: Vec::new(),
            edited: Vec::new(),
            unchanged: 0,
            refused: u32::try_from(erased.len()).unwrap_or(u32::MAX),
            remarked,
            lines: erased,
        };
        for (line, draft) in read {
            deciding.row(importer, line, draft);
        }
        let mut decided = deciding.finish(importer, rows);
        decided.statements.extend(held.count(importer.now));
        decided.statements.push(held.assertion());
        Ok(decided)
    }
}

/// A row with its draft; a row that was refused before has none.
fn draft(reader: &Reader<'_>, line: Line) -> Read {
    let draft = if line.refused.is_empty() { reader.read(&line).ok() } else { None };
    (line, draft)
}

type Read = (Line, Option<Draft>);

/// The indices of the rows about erased people.
async fn suppressed(db: &impl Database, read: &[Read]) -> Result<Suppressed<usize>, DatabaseError> {
    let asked = read.iter().enumerate().filter_map(|(place, (_, draft))| Some((place, tellers(draft.as_ref()?))));
    privacy::suppressed(db, asked.collect()).await
}

fn tellers(draft: &Draft) -> Tellers<'_> {
    let claims = draft.claims.iter().chain(&draft.by_name);
    claims.map(|claim| (claim.kind, Cow::Borrowed(claim.value.as_str()))).collect()
}

/// The rows without the suppressed ones, and the suppressed ones with blank cells.
fn without(read: Vec<Read>, held: &Suppressed<usize>) -> (Vec<Read>, Vec<Line>) {
    let (erased, read): (Vec<_>, Vec<_>) =
        read.into_iter().enumerate().partition(|(place, _)| held.items.contains(place));
    let emptied = |(_, (mut line, _)): (usize, Read)| {
        line.erase();
        line
    };
    (read.into_iter().map(|(_, row)| row).collect(), erased.into_iter().map(emptied).collect())
}

fn existing(state: &RecordState) -> Existing {
    let RecordState { record, parts, claims, shared, footing } = state;
    Existing {
        id: record.id,
        parts: parts.clone(),
        record_type: record.record_type,
        fields: record.fields(),
        claims: claims.clone(),
        shared: shared.clone(),
        profile: footing.profile.clone(),
        version: record.version,
    }
}

struct Deciding<'a> {
    import: &'a Import,
    known: KnownRecords,
    footing: HashMap<RecordId, Footing>,
    created: Vec<(NewRecord, Origin)>,
    edited: Vec<(Edit, Origin)>,
    unchanged: u32,
    refused: u32,
    remarked: u32,
    lines: Vec<Line>,
}

impl Deciding<'_> {
    fn row<D, E: Entropy>(&mut self, importer: &Importer<'_, D, E>, mut line: Line, draft: Option<Draft>) {
        line.raw.clear();
        let Some(draft) = draft else { return self.lines.push(line) };
        let id = RecordId::new(importer.now, importer.entropy.random());
        let origin = Origin {
            at: importer.now,
            by: self.import.created_by.clone(),
            event: None,
            note: Some(format!("{}, line {}", self.import.file, line.line)),
        };
        match self.known.decide(draft, line.line, self.import.mapping.record_type, id) {
            Decision::Create { id, record_type, fields, claims, shared } => {
                self.created.push((NewRecord { id, record_type, fields, provisional: false, claims, shared }, origin));
            }
            Decision::Change(change) => {
                let edit = self.edit(change);
                self.edited.push((edit, origin));
            }
            Decision::Unchanged(_) => self.unchanged += 1,
            Decision::Refuse(refusal) => {
                self.refused += 1;
                self.remarked += u32::from(line.has_remarks_only());
                line.refused.push(refusal);
            }
        }
        if !line.refused.is_empty() || !line.remarks.is_empty() {
            self.lines.push(line);
        }
    }

    fn edit(&mut self, change: Change) -> Edit {
        let Change { id, record_type, version, before, after, learned, shared } = change;
        let footing = self.footing.remove(&id).unwrap_or_default();
        let record = RecordRef { id, record_type, name: before.name.clone() };
        Edit { record, version, before, after, learned, shared, footing }
    }

    fn finish<D, E: Entropy>(self, importer: &Importer<'_, D, E>, rows: u32) -> DecidedRows {
        let Self { created, edited, unchanged, refused, remarked, lines, .. } = self;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let statements = bulk::write(&created, &edited, importer.now, || importer.entropy.random());
        let (created, changed) = (count(created.len()), count(edited.len()));
        DecidedRows { rows, created, changed, unchanged, refused, remarked, lines, statements }
    }
}
