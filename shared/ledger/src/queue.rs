//! The review queue: what waits for a person, in one total order. First what is urgent, then what expires soon, then
//! what is due, then all others; within each, the oldest first. Nothing is passed over: what waits long enough expires
//! soon and comes before everything that is not urgent.

use crate::{
    page::{Listing, Page},
    proposals::{self, ProposalFilter, Snoozed},
    questions::{self, Question},
};
use nerve_model::{Millis, Proposal, Timestamp, UnknownName, named_enum};
use nerve_ports::{Database, DatabaseError, Row, RowError, Statement, Value};
use std::{fmt, str::FromStr};

named_enum! {
    /// A part of the queue, most pressing first.
    "band" enum Band {
        /// The action asks to be handled before others, its risk is high, or what waits for the answer is urgent.
        Urgent = "urgent",
        /// The proposal expires today.
        Today = "today",
        /// The proposal expires tomorrow.
        Tomorrow = "tomorrow",
        /// The work has a due time; an identity question is due at once.
        Due = "due",
        /// Everything else.
        Waiting = "waiting",
    }
}

/// The times that the bands depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueTimes {
    /// The time of the look.
    pub now: Timestamp,
    /// The beginning of tomorrow.
    pub tomorrow: Timestamp,
    /// The beginning of the day after tomorrow.
    pub day_after: Timestamp,
    /// The time that a proposal waits for a person. A question takes its place beside the proposals of its age.
    pub lifetime: Millis,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A pending proposal that is not snoozed.
    Proposal(Box<Proposal>),
    /// An open identity question.
    Question(Box<OpenQuestion>),
}

/// An open identity question with what it holds back.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenQuestion {
    /// The question.
    pub question: Question,
    /// The first event that waits, in one line; none once it is erased.
    pub summary: Option<String>,
    /// The number of events that wait.
    pub held: u32,
}

/// An item with its band.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The band.
    pub band: Band,
    /// The item.
    pub item: Item,
    place: Cursor,
}

impl Queued {
    /// The due time by which the item is ordered, where its band is.
    pub fn due(&self) -> Option<Timestamp> {
        Timestamp::parse_rfc3339(&self.place.due)
    }
}

/// A run of the order that one index gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    Urgent,
    Expiring,
    Others,
}

/// Stands for no due time: after all times.
const NO_DUE: &str = "~";

/// The place of an item in the order. It stays valid whatever becomes of the item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    run: Run,
    /// In the last run, the due time.
    due: String,
    expires_at: Timestamp,
    id: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = match self.run {
            Run::Urgent => 'u',
            Run::Expiring => 'e',
            Run::Others => 'o',
        };
        let due = Timestamp::parse_rfc3339(&self.due).map(|due| due.as_millis().to_string());
        write!(f, "{run}.{}.{}.{}", due.unwrap_or_default(), self.expires_at.as_millis(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::read(text).ok_or_else(|| UnknownName { what: "place in the queue", name: nerve_model::clip(text, 64) })
    }
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        let mut part = || parts.next();
        let (run, due, expires_at, id) = (part()?, part()?, part()?, part()?);
        let run = match run {
            "u" => Run::Urgent,
            "e" => Run::Expiring,
            "o" => Run::Others,
            _ => return None,
        };
        let due = match (run, due) {
            (Run::Urgent | Run::Expiring, _) => String::new(),
            (Run::Others, "") => NO_DUE.to_owned(),
            (Run::Others, millis) => Timestamp::from_millis(millis.parse().ok()?).to_string(),
        };
        let expires_at = Timestamp::from_millis(expires_at.parse().ok()?);
        Some(Self { run, due, expires_at, id: id.to_owned() })
    }

    /// The values of [`Run::columns`].
    fn values(&self) -> Vec<Value> {
        let due = (self.run == Run::Others).then(|| self.due.as_str().into());
        due.into_iter().chain([self.expires_at.into(), self.id.as_str().into()]).collect()
    }
}

impl Run {
    const ALL: [Self; 3] = [Self::Urgent, Self::Expiring, Self::Others];

    /// The columns that order its proposals.
    const fn columns(self) -> &'static str {
        match self {
            Self::Urgent | Self::Expiring => "expires_at, id",
            Self::Others => "due, expires_at, id",
        }
    }

    const fn index(self) -> &'static str {
        match self {
            Self::Urgent | Self::Expiring => "proposals_by_expiry",
            Self::Others => "proposals_by_due",
        }
    }

    const fn condition(self) -> &'static str {
        match self {
            Self::Urgent => "status = 'pending' AND urgent = 1",
            Self::Expiring => "status = 'pending' AND urgent = 0 AND expires_at < ?2",
            Self::Others => "status = 'pending' AND urgent = 0 AND expires_at >= ?2",
        }
    }
}

/// The band of a pending proposal; `?1` and `?2` are the beginnings of tomorrow and of the day after.
const BAND: &str =
    "CASE WHEN urgent THEN 'urgent' WHEN expires_at < ?1 THEN 'today' WHEN expires_at < ?2 THEN 'tomorrow'
    WHEN due < '~' THEN 'due' ELSE 'waiting' END AS band";

/// Proposals and open questions in the order of the queue, after a place.
pub async fn page(
    db: &impl Database,
    times: &QueueTimes,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Queued>, DatabaseError> {
    read(db, times, &ProposalFilter::default(), true, after, limit).await
}

/// The pending proposals of a filter in the order of the queue, after a place.
pub async fn proposals(
    db: &impl Database,
    times: &QueueTimes,
    filter: &ProposalFilter,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Proposal>, DatabaseError> {
    let Page { items, next } = read(db, times, filter, false, after, limit).await?;
    let items = items.into_iter().filter_map(|queued| match queued.item {
        Item::Proposal(proposal) => Some(*proposal),
        Item::Question(_) => None,
    });
    Ok(Page { items: items.collect(), next })
}

async fn read(
    db: &impl Database,
    times: &QueueTimes,
    filter: &ProposalFilter,
    with_questions: bool,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Queued>, DatabaseError> {
    let (mut statements, mut reads) = (Vec::new(), Vec::<(Run, bool)>::new());
    for run in Run::ALL.into_iter().filter(|run| after.is_none_or(|after| *run >= after.run)) {
        let after = after.filter(|after| after.run == run);
        statements.push(select_proposals(run, times, filter, after, limit));
        reads.push((run, false));
        let past_due = after.is_some_and(|after| after.due == NO_DUE);
        if with_questions && run != Run::Expiring && !past_due {
            statements.push(select_questions(run, times, after, limit));
            reads.push((run, true));
        }
    }
    let mut found = Vec::new();
    for (rows, (run, question)) in db.batch(statements).await?.iter().zip(reads) {
        for row in rows {
            found.push(if question { read_question(row, run, times)? } else { read_proposal(row, run)? });
        }
    }
    found.retain(|queued| after.is_none_or(|after| queued.place > *after));
    found.sort_by(|one, other| one.place.cmp(&other.place));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| last.place.to_string());
    Ok(Page { items: found, next })
}

fn select_proposals(
    run: Run,
    times: &QueueTimes,
    filter: &ProposalFilter,
    after: Option<&Cursor>,
    limit: u32,
) -> Statement {
    let (columns, index) = (proposals::read_columns(), run.index());
    let select = format!("SELECT {columns}, due, {BAND} FROM proposals INDEXED BY {index}");
    let listing = Listing::new(select, "id").with([times.tomorrow.into(), times.day_after.into()]);
    let filter = ProposalFilter { status: None, snoozed: Snoozed::Hidden(times.now), ..filter.clone() };
    proposals::filtered(listing.always(run.condition()), &filter)
        .after(run.columns(), after.map(Cursor::values))
        .in_order(run.columns(), limit)
}

fn select_questions(run: Run, times: &QueueTimes, after: Option<&Cursor>, limit: u32) -> Statement {
    // A question that is not urgent is due when it is asked. Of two at the same time the proposal comes first: its id
    // does.
    let asked = |cursor: &Cursor| match run {
        Run::Others => Timestamp::parse_rfc3339(&cursor.due).unwrap_or(cursor.expires_at),
        Run::Urgent | Run::Expiring => cursor.expires_at - times.lifetime,
    };
    let place = after.map(|cursor| vec![asked(cursor).into(), cursor.id.as_str().into()]);
    Listing::new(questions::SELECT_IN_QUEUE, "q.id")
        .always("q.status = 'open'")
        .always(if run == Run::Urgent { "q.urgent = 1" } else { "q.urgent = 0" })
        .always(questions::STANDS_ALONE)
        .after("q.asked_at, q.id", place)
        .in_order("q.asked_at, q.id", limit)
}

fn read_proposal(row: &Row, run: Run) -> Result<Queued, RowError> {
    let proposal = proposals::read(row)?;
    let due = if run == Run::Others { row.text("due")?.to_owned() } else { String::new() };
    let place = Cursor { run, due, expires_at: proposal.expires_at, id: proposal.id.to_string() };
    Ok(Queued { band: row.parse("band")?, item: Item::Proposal(Box::new(proposal)), place })
}

fn read_question(row: &Row, run: Run, times: &QueueTimes) -> Result<Queued, RowError> {
    let question = questions::read(row)?;
    let (band, due) = match run {
        Run::Urgent | Run::Expiring => (Band::Urgent, String::new()),
        Run::Others => (Band::Due, question.asked_at.to_string()),
    };
    let place = Cursor { run, due, expires_at: question.asked_at + times.lifetime, id: question.id.to_string() };
    let summary = row.optional_text("summary")?.map(str::to_owned);
    let open = OpenQuestion { question, summary, held: row.count("held")? };
    Ok(Queued { band, item: Item::Question(Box::new(open)), place })
}

/// The number of items in each band that has any.
pub async fn counts(db: &impl Database, times: &QueueTimes) -> Result<Vec<(Band, u32)>, DatabaseError> {
    let proposals = format!(
        "SELECT {BAND}, COUNT(*) AS n FROM proposals INDEXED BY proposals_by_due
         WHERE status = 'pending' AND urgent IN (0, 1) AND (snoozed_until IS NULL OR snoozed_until <= ?3)
         GROUP BY band"
    );
    let questions = format!(
        "SELECT CASE WHEN q.urgent THEN 'urgent' ELSE 'due' END AS band, COUNT(*) AS n
         FROM questions q INDEXED BY questions_by_age CROSS JOIN records part ON part.id = q.record
         WHERE q.status = 'open' AND q.urgent IN (0, 1) AND {} GROUP BY band",
        questions::STANDS_ALONE
    );
    let params = [times.tomorrow.into(), times.day_after.into(), times.now.into()];
    let answers = db.batch(vec![Statement::new(proposals, params), Statement::new(questions, [])]).await?;
    let mut counts: Vec<(Band, u32)> = Vec::new();
    for row in answers.iter().flatten() {
        let (band, number) = (row.parse("band")?, row.count("n")?);
        match counts.iter_mut().find(|(known, _)| *known == band) {
            Some((_, sum)) => *sum += number,
            None => counts.push((band, number)),
        }
    }
    counts.sort_unstable();
    Ok(counts)
}
