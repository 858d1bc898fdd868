//! Errors of the comparison of head with structs and enums.

use crate::catalog::CatalogError;
use crate::driver;
use crate::finding::query_text;

/// Head could not be compared with structs and enums.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatedError {
    /// A query failed.
    #[error("{}", query_text(.0))]
    Query(#[from] driver::Error),
    /// The catalog of the probes could not be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}
