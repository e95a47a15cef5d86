//! The executor's interface for other workers. It has no public route: only a service binding reaches it.

/// The binding of the executor.
pub const BINDING: &str = "EXECUTOR";

/// The path that answers with the operations of this deployment: a JSON list of [`nerve_model::Operation`].
pub const OPERATIONS_PATH: &str = "/operations";
