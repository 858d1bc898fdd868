//! Errors of reading a catalog.

use crate::driver;

/// Why a catalog could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// The server refused or lost the statement that reads the catalog.
    #[error("read the catalog: {0}")]
    Database(#[from] driver::Error),
    /// The home schema does not exist and only its objects were asked for.
    #[error("read the catalog: schema {0} does not exist")]
    NoHome(String),
    /// The server is older than the oldest that the reader knows (14) or did not report its version.
    #[error("read the catalog: PostgreSQL {0} is not supported, 14 or newer is needed")]
    Version(u32),
    /// The answer of the server does not have the form that the reader asked for.
    #[error("read the catalog: unexpected answer for {kind}: {problem}")]
    Answer {
        /// The kind of object whose query was answered.
        kind: &'static str,
        /// What is unexpected.
        problem: String,
    },
}
