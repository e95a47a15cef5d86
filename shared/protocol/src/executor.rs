//! The executor as other parts ask it. It has no public route: only a service binding reaches it.

/// The binding of the executor.
pub const BINDING: &str = "EXECUTOR";

/// Answers with the operations of this deployment: a JSON list of [`nerve_model::Operation`].
pub const OPERATIONS_PATH: &str = "/operations";
