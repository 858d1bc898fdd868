//! The error of a history that cannot be read or run.

use std::path::PathBuf;

use super::VersionId;
use crate::sql::Position;

/// A history could not be read, or not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The folder does not exist or cannot be listed.
    #[error(
        "read the migrations folder {}: {source}\n  name the folder with `migrations = \"...\"`, relative to the crate's Cargo.toml",
        folder.display()
    )]
    Folder {
        /// The folder, absolute.
        folder: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The engine's own settings cannot be read.
    #[error("read {}:{position}: {why}\n  {excerpt}", file.display())]
    Settings {
        /// The file, relative to the crate where it lies inside it.
        file: PathBuf,
        /// The place of the fault.
        position: Position,
        /// What is wrong, and what is expected.
        why: String,
        /// The line.
        excerpt: String,
    },
    /// Two migrations have the same version.
    #[error("read the migrations: version {0} is given twice")]
    Duplicate(VersionId),
    /// The engine does not run this history.
    #[error("run the migrations: {0}\n  the check `single_head` reports the details")]
    Refused(String),
    /// A source of migrations that is not a folder failed.
    #[error("read the migrations: {0}")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl HistoryError {
    /// The failure of a source that is not a folder: an error or a text.
    pub fn source(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> HistoryError {
        HistoryError::Source(error.into())
    }
}
