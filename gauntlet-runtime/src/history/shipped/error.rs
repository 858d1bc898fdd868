//! The error of finding what has shipped.

use std::path::PathBuf;

use crate::git::GitError;
use crate::history::HistoryError;

/// What has shipped could not be found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShippedError {
    /// Git could not answer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The migrations at the ref could not be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A declaration that fits one history was given for several.
    #[error(
        "find what has shipped: `{said}` belongs to one history, and the suite has several\n  use `shipped = git(\"...\")` or `shipped = lock(\"...\")`, which tell them apart"
    )]
    SeveralHistories {
        /// The part of the declaration.
        said: String,
    },
    /// The suite's migrations come from no folder.
    #[error(
        "find the migrations at `{reference}`: the suite's migrations are {origin}, not a folder\n  name the folder: `shipped(git = \"{reference}\", folder = \"migrations\")`"
    )]
    NoFolder {
        /// The ref.
        reference: String,
        /// Where the migrations come from.
        origin: String,
    },
    /// The folder had another name at the ref.
    #[error(
        "read {folder} at `{reference}`: the folder does not exist there, and its files are in {moved}\n  {}",
        match declared {
            Some(folder) => format!("name that folder: `shipped(git = \"{reference}\", folder = \"{folder}\")`"),
            None => "merge the move alone, without another change of the migrations: several histories are looked for in the folders of today".to_owned(),
        }
    )]
    Moved {
        /// The ref.
        reference: String,
        /// The folder of today, from the top of the repository.
        folder: String,
        /// The folder at the ref, from the top of the repository.
        moved: String,
        /// The folder at the ref, from the crate; none where the suite has several, which one name cannot tell apart.
        declared: Option<String>,
    },
    /// The folder that was named does not exist at the ref.
    #[error(
        "read {folder} at `{reference}`: the folder does not exist there\n  correct `folder = ...`, or remove it"
    )]
    NoSuchFolder {
        /// The ref.
        reference: String,
        /// The folder, from the top of the repository.
        folder: String,
    },
    /// The lock file does not exist.
    #[error("read {}: the lock file does not exist\n  run once with GAUNTLET_BLESS=1 at a state that has shipped, and commit the file", file.display())]
    NoLock {
        /// The file, as the suite names it.
        file: PathBuf,
    },
    /// The lock file cannot be read or written.
    #[error("{what} {}: {source}", file.display())]
    File {
        /// `read`, `write`.
        what: &'static str,
        /// The file, as the suite names it.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of the lock file is not understood.
    #[error("read {}:{line}: {why}\n  {text}\n  {help}", file.display())]
    Line {
        /// The file, as the suite names it.
        file: PathBuf,
        /// The line's number, from 1.
        line: usize,
        /// What is wrong.
        why: String,
        /// The line.
        text: String,
        /// The next step.
        help: String,
    },
}
