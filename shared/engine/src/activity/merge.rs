//! Several streams, each newest first, as one.

use super::{
    Item,
    cursor::{Cursor, Position},
};
use nerve_model::Timestamp;
use std::collections::{BTreeSet, VecDeque};

/// What was found of one stream, newest first.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    pub found: VecDeque<(Position, Item)>,
    /// How far it was looked, where there may be more.
    pub stop: Option<(Timestamp, Position)>,
}

impl Stream {
    /// When what comes next happened. Behind where it was looked anything may lie: nothing older can be told before.
    fn next_at(&self) -> Option<(Timestamp, bool)> {
        let stop = || self.stop.map(|(at, _)| (at, false));
        self.found.front().map(|(_, item)| (item.at(), true)).or_else(stop)
    }
}

/// At most `limit` items, what happened last first, and where to go on; of streams that agree on the time the first comes
/// first. Ends where one of the streams was not looked through any further.
pub(crate) fn merge(mut streams: Vec<Stream>, limit: usize, mut cursor: Cursor) -> (Vec<Item>, Option<Cursor>) {
    let mut merged = Vec::new();
    let mut facts = BTreeSet::new();
    while let Some(stream) = newest(&mut streams) {
        if merged.len() >= limit {
            return (merged, Some(cursor));
        }
        let Some((position, item)) = stream.found.pop_front() else {
            if let Some((_, position)) = stream.stop {
                cursor.advance(position);
            }
            return (merged, Some(cursor));
        };
        cursor.advance(position);
        if item.fact().is_none_or(|fact| facts.insert(fact.clone())) {
            merged.push(item);
        }
    }
    (merged, None)
}

fn newest(streams: &mut [Stream]) -> Option<&mut Stream> {
    let mut newest: Option<((Timestamp, bool), usize)> = None;
    for (n, stream) in streams.iter().enumerate() {
        if let Some(at) = stream.next_at().filter(|at| newest.is_none_or(|(newest, _)| *at > newest)) {
            newest = Some((at, n));
        }
    }
    streams.get_mut(newest?.1)
}
