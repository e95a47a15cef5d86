/// The consequence of repeating an attempt that may have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeatable {
    /// The attempt did nothing: its effect is in the same batch as its result.
    Harmless,
    /// The tool recognizes a repeated request by its key.
    Idempotent,
    /// The effect could happen twice.
    Unsafe,
}
