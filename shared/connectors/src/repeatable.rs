/// What it means to carry an action out again after an attempt of which nobody knows if it took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeatable {
    /// The attempt did nothing: its effect belongs into the same batch as its result.
    Harmless,
    /// The tool recognizes a repeated request by its key.
    Idempotent,
    /// It could happen twice.
    Unsafe,
}
