//! The document of a situation: a bounded text that a person or model can read without looking anything up.

use crate::{
    Situation,
    earlier::{Grain, condensed},
    line::{LINE_CHARS, Line},
    lines, missing,
};
use nerve_model::{Claim, Digest, RecordId, RecordType, Timestamp, clip, one_line};
use nerve_protocol::{TimelineEntry, record::Earlier};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The default length of a document's text, in bytes.
pub const DOCUMENT_BYTES: usize = 16_384;

/// The setting for another length, in bytes.
pub const DOCUMENT_BYTES_SETTING: &str = "SITUATION_BYTES";

/// The length from the setting, clamped to 2,000 to 100,000 bytes: a shorter document could not contain the open items,
/// and a longer one would burden every proposal.
pub fn document_bytes(set: i64) -> usize {
    usize::try_from(set).unwrap_or_default().clamp(2_000, 100_000)
}

/// The digest of a document: the SHA-256 of its text, in hex.
pub fn digest(text: &str) -> Digest {
    Digest(hex::encode(Sha256::digest(text)))
}

/// The longest line of a shortened document, in characters.
const SHORT_CHARS: usize = 80;

/// The record that a document is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Who {
    /// The record.
    pub id: RecordId,
    /// The type of the record.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// The name.
    pub name: String,
    /// The claims of the record, for example `email ada@example.com`.
    pub known_by: Vec<String>,
}

/// The situation of a record for readers. The same situation at the same time gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Document {
    /// The time of the document; ages and overdue tasks depend on it.
    pub as_of: Timestamp,
    /// The record.
    pub who: Who,
    /// The open items and links: invoices, upcoming bookings, stages, escalations, tasks, other records. Never left
    /// out.
    pub standing: Vec<Line>,
    /// The open proposals. Never left out.
    pub proposed: Vec<Line>,
    /// The events since the last decision, oldest first.
    pub happened: Vec<Line>,
    /// People's changes since the last decision, oldest first.
    pub changed: Vec<Line>,
    /// The events before the last decision, newest first.
    pub before: Vec<Line>,
    /// The counts of still earlier events, by kind and month, or by year where long ago; latest first.
    pub earlier: Vec<Line>,
    /// Earlier proposals with their outcomes, newest first.
    pub tried: Vec<Line>,
    /// The information that is missing to act.
    pub missing: Vec<String>,
}

impl Document {
    /// The document of a situation, with a text of about `limit` bytes at most. To stay short it condenses older events
    /// to counts, by month, by year or in total, if need be all decided events; then it shortens long lines. Open items
    /// stay.
    pub fn of(situation: &Situation, now: Timestamp, limit: usize) -> Self {
        let decided = decided(situation);
        let mut document = Self {
            as_of: now,
            who: who(situation),
            standing: lines::standing(situation, now),
            proposed: situation.proposals.iter().map(lines::proposed).collect(),
            happened: situation.pending.iter().map(|entry| lines::told(situation, entry)).collect(),
            changed: situation.changed.iter().map(lines::changed).collect(),
            before: decided.iter().map(|entry| lines::told(situation, entry)).collect(),
            earlier: Vec::new(),
            tried: situation.tried.iter().map(lines::tried).collect(),
            missing: missing::of(situation),
        };
        let grains = [Grain::Months, Grain::Years, Grain::All];
        if !grains.into_iter().any(|grain| document.condense(situation, &decided, grain, limit)) {
            while document.before.pop().is_some() && !document.condense(situation, &decided, Grain::All, limit) {}
        }
        if document.to_string().len() > limit {
            document.shorten();
        }
        document
    }

    /// Replaces the events that are not shown one by one with counts; returns true if the text fits the limit.
    fn condense(&mut self, situation: &Situation, decided: &[&TimelineEntry], grain: Grain, limit: usize) -> bool {
        let left_out = decided.iter().skip(self.before.len()).map(|entry| Earlier::of(entry));
        self.earlier = condensed(Earlier::summed(left_out.chain(situation.earlier.iter().cloned())), grain);
        self.to_string().len() <= limit
    }

    fn shorten(&mut self) {
        let happened = self.happened.iter_mut().chain(&mut self.changed);
        let lines = self.tried.iter_mut().chain(happened).chain(&mut self.standing).chain(&mut self.proposed);
        for line in lines {
            line.text = clip(&line.text, SHORT_CHARS);
        }
    }
}

/// The decided entries by the time of their events, latest first.
fn decided(situation: &Situation) -> Vec<&TimelineEntry> {
    let mut entries: Vec<&TimelineEntry> = situation.history.iter().collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.place()));
    entries
}

fn who(situation: &Situation) -> Who {
    let record = &situation.record;
    let known_by = |claim: &Claim| one_line(&format!("{} {}", claim.kind, claim.value), LINE_CHARS);
    let shared = |claim: &Claim| known_by(claim) + ", shared with others";
    Who {
        id: record.id,
        record_type: record.record_type,
        name: one_line(&record.name, LINE_CHARS),
        known_by: situation.known_by.iter().map(known_by).chain(situation.shared.iter().map(shared)).collect(),
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Who { record_type, name, known_by, .. } = &self.who;
        writeln!(f, "{name} ({record_type}), as of {}", self.as_of.minute())?;
        if !known_by.is_empty() {
            writeln!(f, "Known by: {}", known_by.join("; "))?;
        }
        part(f, "Standing", &self.standing)?;
        part(f, "Proposed", &self.proposed)?;
        part(f, "Since the last decision", &self.happened)?;
        part(f, "Changed since the last decision", &self.changed)?;
        part(f, "Before", &self.before)?;
        part(f, "Long ago", &self.earlier)?;
        part(f, "Tried before", &self.tried)?;
        if !self.missing.is_empty() {
            writeln!(f, "\nMissing: {}", self.missing.join("; "))?;
        }
        Ok(())
    }
}

fn part(f: &mut fmt::Formatter<'_>, title: &str, lines: &[Line]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}:")?;
    for Line { at, text } in lines {
        let at = at.map(|at| format!("{}  ", at.minute())).unwrap_or_default();
        writeln!(f, "- {at}{text}")?;
    }
    Ok(())
}
