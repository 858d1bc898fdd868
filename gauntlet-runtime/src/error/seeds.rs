//! Seeds that cannot be read, or whose version does not exist.

use std::io;
use std::path::PathBuf;

use crate::history::UnknownVersion;

/// Why the seeds of a suite cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeedsError {
    /// The folder cannot be read.
    #[error("failed to read the folder of seeds {}: {error}", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The name of a file fits no version, or several.
    #[error(
        "the seed {} looks for the version {}: {unknown}\nname the file after its version, or remove it",
        .file.display(),
        .unknown.wanted
    )]
    Stale {
        /// The file.
        file: PathBuf,
        /// What its name fits.
        unknown: UnknownVersion,
    },
    /// The version of a seed that the suite gives fits none, or several.
    #[error("the seed {seed} looks for the version {}: {unknown}", .unknown.wanted)]
    Version {
        /// The seed: its file, or `(SQL)` or `(code)`.
        seed: String,
        /// What its version fits.
        unknown: UnknownVersion,
    },
}
