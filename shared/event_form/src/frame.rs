use nerve_intake::reading::People;
use nerve_model::Timestamp;

/// What a door knows of a document before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Whose ids they are: `standard`, `custom:tally`. Subjects and customers' ids begin with it.
    pub scope: &'a str,
    /// The dedup key: the same at every attempt to deliver the document.
    pub delivery: &'a str,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Tells customers from our own people.
    pub people: &'a People,
}
