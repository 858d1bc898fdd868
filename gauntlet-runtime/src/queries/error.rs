//! The error of reading queries.

use std::path::PathBuf;

use crate::git::GitError;

/// The queries of a program could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// A folder or file could not be read.
    #[error("read {}: {source}", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the folder `.sqlx` is not what sqlx writes there.
    #[error("read {}: {problem}\n  write it again with `cargo sqlx prepare`", file.display())]
    Prepared {
        /// The file, as seen from the crate.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Git does not have them.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A glob that no file matches.
    #[error("find a file that matches `{glob}`, which `queries` names\n  correct the glob: it starts at {}", folder.display())]
    NoFile {
        /// The glob.
        glob: String,
        /// The folder of the crate.
        folder: PathBuf,
    },
}
