use nerve_intake::reading::People;
use nerve_model::Timestamp;

/// The context of a document, known before it is parsed.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The namespace of its ids: `standard`, `custom:tally`. Subjects and customers' ids begin with it.
    pub scope: &'a str,
    /// The dedup key: the same in each attempt to deliver the document.
    pub delivery: &'a str,
    /// The arrival time.
    pub received_at: Timestamp,
    /// Separates customers from our own people.
    pub people: &'a People,
}
