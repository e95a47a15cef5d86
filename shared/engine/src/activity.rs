//! The activity of a record: its events, proposals, decisions, effects and changes in one order.
//!
//! Each member of a record has a timeline and a chain, and associations add events of other records. Each read covers a
//! bounded range of these streams, and a merge combines the ranges into one page.

mod cursor;
mod filter;
mod item;
mod merge;

pub use cursor::{Cursor, CursorError};
pub use filter::Filter;
pub use item::Item;

use crate::LoadError;
use cursor::Position;
use merge::{Stream, merge};
use nerve_ledger::{
    chain::{Heads, StoredEntry},
    classifications,
    timeline::{self, Stretch},
};
use nerve_model::{ClassifyEvent, EventId, EventKind, Group, RecordId, Timestamp};
use nerve_ports::{Database, Timelines, Unreachable};
use nerve_protocol::{
    TimelineEntry,
    record::{Comparison, Page, Place, Span},
};
use std::collections::BTreeMap;

/// The filter and position of a page of activity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityQuery {
    /// Only items that pass this filter.
    pub filter: Option<Filter>,
    /// Only items that contain this text, in any case.
    pub text: Option<String>,
    /// The most items of the page.
    pub limit: u32,
    /// The position at which the previous page ended.
    pub from: Cursor,
}

/// A page of a record's activity.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Activity {
    /// The items, newest first.
    pub items: Vec<Item>,
    /// The classifications of those events that have one.
    pub classifications: BTreeMap<EventId, ClassifyEvent>,
    /// The position of the next page; `None` after the last. A page of a rare filter may be empty without being the
    /// last.
    pub next: Option<Cursor>,
}

/// A page of the activity of a record, or of the root that it is a part of.
pub async fn activity(
    db: &impl Database,
    records: &impl Timelines,
    record: RecordId,
    wanted: &ActivityQuery,
) -> Result<Activity, LoadError> {
    let (parts, heads) = timeline::parts(db, record).await?;
    let search = Search::new(wanted);
    let mut streams = Vec::new();
    if search.wants_entries() {
        streams.extend(search.entries(db, &parts, &heads).await?);
    }
    if search.wants_events() {
        streams.extend(search.told(records, &parts).await?);
        streams.push(search.associated(db, &parts).await?);
    }
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let (items, next) = merge(streams, limit, wanted.from.clone());
    let events: Vec<_> = items.iter().filter_map(Item::reported).collect();
    let classifications = classifications::of(db, &events).await?;
    Ok(Activity { items, classifications, next })
}

struct Search<'a> {
    wanted: &'a ActivityQuery,
    /// The text of the query in lower case.
    text: Option<String>,
}

impl<'a> Search<'a> {
    fn new(wanted: &'a ActivityQuery) -> Self {
        let text = wanted.text.as_deref().map(str::to_lowercase).filter(|text| !text.is_empty());
        Self { wanted, text }
    }

    const fn group(&self) -> Option<Group> {
        match self.wanted.filter {
            None => None,
            Some(Filter::Event(_)) => Some(Group::Events),
            Some(Filter::Group(group)) => Some(group),
        }
    }

    const fn kind(&self) -> Option<EventKind> {
        match self.wanted.filter {
            Some(Filter::Event(kind)) => Some(kind),
            _ => None,
        }
    }

    fn wants_entries(&self) -> bool {
        self.group() != Some(Group::Events)
    }

    fn wants_events(&self) -> bool {
        matches!(self.group(), None | Some(Group::Events))
    }

    /// The number of rows to read from a stream; `sifted` means that a filter drops some of them.
    fn looked_through(&self, sifted: bool) -> u32 {
        if sifted || self.text.is_some() { timeline::WINDOW } else { self.wanted.limit }
    }

    fn keeps(&self, item: &Item) -> bool {
        let of_group = match (item, self.group()) {
            (Item::Entry(entry), Some(group)) => filter::belongs(entry, group),
            (Item::Associated(associated), _) => self.kind().is_none_or(|kind| associated.stored.event.kind() == kind),
            _ => true,
        };
        of_group && self.text.as_deref().is_none_or(|text| item.says(text))
    }

    async fn entries(&self, db: &impl Database, parts: &[RecordId], heads: &Heads) -> Result<Vec<Stream>, LoadError> {
        let before = |part: &RecordId| (*part, self.wanted.from.chain(*part).unwrap_or_else(|| heads.next(*part)));
        let chains: Vec<_> = parts.iter().map(before).collect();
        let limit = self.looked_through(matches!(self.group(), Some(Group::Tasks | Group::Notes)));
        let found = timeline::entries(db, &chains, &filter::kinds(self.group()), limit).await?;
        let stream = |(part, stretch): (&RecordId, Stretch<StoredEntry, u64>)| {
            let place = |n| Position::Chain(*part, n);
            let found = stretch.found.into_iter().map(|entry| (place(entry.n), Item::Entry(entry)));
            self.stream(found, stretch.stop.map(|(at, n)| (at, place(n))))
        };
        Ok(parts.iter().zip(found).map(stream).collect())
    }

    async fn told(&self, records: &impl Timelines, parts: &[RecordId]) -> Result<Vec<Stream>, Unreachable> {
        let mut pages = Vec::with_capacity(parts.len());
        for part in parts {
            let span = Span {
                before: self.wanted.from.told(*part),
                kinds: self.kind().into_iter().collect(),
                text: self.text.clone(),
                limit: self.wanted.limit,
            };
            pages.push((*part, records.page(*part, span).await?));
        }
        forget_repeats(records, &mut pages).await?;
        let root = parts.first().copied();
        Ok(pages.into_iter().map(|(part, page)| told_by(part, root, page)).collect())
    }

    async fn associated(&self, db: &impl Database, parts: &[RecordId]) -> Result<Stream, LoadError> {
        let limit = self.looked_through(self.kind().is_some());
        let stretch = timeline::associated(db, parts, self.wanted.from.associated(), limit).await?;
        let place = |associated: &timeline::Associated| Position::Associated(associated.at, associated.stored.event.id);
        let found = stretch.found.into_iter().map(|associated| (place(&associated), Item::Associated(associated)));
        Ok(self.stream(found, stretch.stop.map(|(at, event)| (at, Position::Associated(at, event)))))
    }

    fn stream(&self, found: impl Iterator<Item = (Position, Item)>, stop: Option<(Timestamp, Position)>) -> Stream {
        Stream { found: found.filter(|(_, item)| self.keeps(item)).collect(), stop }
    }
}

/// The stream of a part's timeline, which its record object has already filtered by text and kind.
fn told_by(part: RecordId, root: Option<RecordId>, page: Page) -> Stream {
    let position = |place: Place| Position::Reported(part, place);
    let own = Some(part).filter(|part| root != Some(*part));
    let item = |mut entry: TimelineEntry| {
        entry.part = own;
        (position(entry.place()), Item::Reported(entry))
    };
    Stream {
        stop: page.next.map(|place| (place.at, position(place))),
        found: page.entries.into_iter().map(item).collect(),
    }
}

/// Of several reports of one fact on different parts' timelines, only the first report stays.
async fn forget_repeats(records: &impl Timelines, pages: &mut [(RecordId, Page)]) -> Result<(), Unreachable> {
    let facts: Vec<_> =
        pages.iter().flat_map(|(_, page)| &page.entries).map(|e| e.event.semantic_key.clone()).collect();
    if pages.len() < 2 || facts.is_empty() {
        return Ok(());
    }
    let parts: Vec<RecordId> = pages.iter().map(|(part, _)| *part).collect();
    for part in parts {
        let known = records.compare(part, Comparison { facts: facts.clone(), subjects: Vec::new() }).await?.facts;
        for (_, page) in pages.iter_mut().filter(|(other, _)| *other != part) {
            let before = |entry: &TimelineEntry| {
                known.iter().any(|(key, event)| *key == entry.event.semantic_key && *event < entry.event.id)
            };
            page.entries.retain(|entry| !before(entry));
        }
    }
    Ok(())
}
