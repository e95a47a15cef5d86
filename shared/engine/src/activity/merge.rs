//! The merge of several streams, each newest first.

use super::{
    Item,
    cursor::{Cursor, Position},
};
use nerve_model::Timestamp;
use std::collections::{BTreeSet, VecDeque};

/// A range of one stream, newest first.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    pub found: VecDeque<(Position, Item)>,
    /// The position reached; `None` when the stream has no more.
    pub stop: Option<(Timestamp, Position)>,
}

impl Stream {
    /// The time of the next item, or of the position reached. Beyond that position the stream may have items of any
    /// age, so no older item may come first.
    fn next_at(&self) -> Option<(Timestamp, bool)> {
        let stop = || self.stop.map(|(at, _)| (at, false));
        self.found.front().map(|(_, item)| (item.at(), true)).or_else(stop)
    }
}

/// The newest items of all streams, at most `limit`, with the cursor of the next page. At equal times the first stream
/// comes first. The merge ends at the first position reached by a stream that may have more.
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
