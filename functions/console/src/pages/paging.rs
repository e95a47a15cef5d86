//! Pages of a list.

use nerve_ledger::PageRequest;
use serde::Deserialize;

/// The parameters of a list without filters.
#[derive(Deserialize)]
pub(crate) struct PageQuery {
    cursor: Option<String>,
}

impl PageQuery {
    /// The page that is asked for.
    pub(crate) fn page(self) -> PageRequest {
        page(self.cursor)
    }
}

/// The page that begins at a cursor, or the first.
pub(crate) fn page(cursor: Option<String>) -> PageRequest {
    PageRequest::new(PageRequest::DEFAULT_LIMIT, cursor).unwrap_or_default()
}
