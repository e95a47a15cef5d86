//! Word lists: one group a line, `#` begins a comment.

use std::collections::{BTreeMap, BTreeSet};

/// The lines without comments and blank lines.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The first word of its line for every other word.
pub(crate) fn heads(text: &'static str) -> BTreeMap<&'static str, &'static str> {
    let mut heads = BTreeMap::new();
    for line in lines(text) {
        let mut words = line.split_whitespace();
        let Some(head) = words.next() else { continue };
        heads.extend(words.map(|word| (word, head)));
    }
    heads
}

/// All words of all lines.
pub(crate) fn set(text: &'static str) -> BTreeSet<&'static str> {
    lines(text).flat_map(str::split_whitespace).collect()
}
