//! The problems of the files of a history: facts. The engine words them, the check `single_head` judges them.

use std::path::{Path, PathBuf};

use super::{Version, VersionId};
use crate::sql::Position;

/// A fault in the files that the engine does not notice, or notices too late.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Several scripts of the same direction have the same version.
    Duplicate {
        /// The version.
        version: VersionId,
        /// The scripts: the ups, then the downs.
        files: Vec<PathBuf>,
    },
    /// A down script whose version has no up.
    DownWithoutUp {
        /// The down script.
        file: PathBuf,
        /// Its version.
        version: Version,
    },
    /// A version that should have a down, by the name of its up, and has none.
    UpWithoutDown {
        /// The up script.
        file: PathBuf,
        /// Its version.
        version: Version,
        /// The nearest lower version that has a down.
        below: Option<Version>,
    },
    /// Migrations that only go up and migrations with a down in one history.
    Mixed {
        /// The scripts of the migrations that only go up.
        simple: Vec<PathBuf>,
        /// The ups of the others.
        reversible: Vec<PathBuf>,
    },
    /// A file that looks like a migration and that the engine does not take for the one that is meant.
    Misnamed {
        /// The file.
        file: PathBuf,
        /// The fault in its name.
        why: Misnaming,
        /// The name that it should have, if that can be said.
        right: Option<String>,
    },
    /// A file whose name makes the engine refuse the whole folder.
    NotAVersion {
        /// The file.
        file: PathBuf,
        /// The text in the place of the version.
        prefix: String,
    },
    /// A file or folder that is laid out for a different tool.
    OtherLayout {
        /// The first such file or folder.
        file: PathBuf,
        /// The tool.
        tool: String,
        /// The sign of it: `a folder with up.sql`, `-- +goose Up`.
        sign: String,
        /// True if the engine runs such files nevertheless, each as a whole.
        runs: bool,
    },
    /// A file that cannot be read as UTF-8 text.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
        /// The place of the first byte that is not UTF-8.
        position: Option<Position>,
    },
    /// Two histories of one database keep their records in one table.
    SharedTable {
        /// The table, as SQL.
        table: String,
        /// The histories that share it, in their order.
        parts: Vec<String>,
        /// Versions that more than one of them has.
        common: Vec<VersionId>,
        /// The engine of each ignores records that it does not know.
        tolerated: bool,
    },
    /// A version with more or fewer digits than its neighbours, which therefore does not run where its file stands in a
    /// listing.
    OddLength {
        /// The script.
        file: PathBuf,
        /// Its version.
        version: Version,
        /// The number of digits of the others.
        usual: usize,
        /// The version that the engine runs before it.
        after: Option<Version>,
    },
}

/// A fault in the name of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misnaming {
    /// No `_` separates the version from the name: the engine passes over the file.
    NoUnderscore,
    /// The suffix is not `.sql` in lower case: the engine passes over the file.
    Suffix,
    /// It is a pipe, a socket or a device: the engine passes over it.
    NotAFile,
    /// The direction is misspelt: the engine takes the file for a migration that only goes up.
    Direction {
        /// The name that the engine gives it.
        taken_for: String,
    },
}

impl Problem {
    /// The files that it is about.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let (one, others): (Option<&PathBuf>, [&[PathBuf]; 2]) = match self {
            Problem::SharedTable { .. } => (None, [&[], &[]]),
            Problem::Duplicate { files, .. } => (None, [files, &[]]),
            Problem::Mixed { simple, reversible } => (None, [simple, reversible]),
            Problem::DownWithoutUp { file, .. }
            | Problem::UpWithoutDown { file, .. }
            | Problem::Misnamed { file, .. }
            | Problem::NotAVersion { file, .. }
            | Problem::OtherLayout { file, .. }
            | Problem::Unreadable { file, .. }
            | Problem::OddLength { file, .. } => (Some(file), [&[], &[]]),
        };
        one.into_iter().chain(others.into_iter().flatten()).map(PathBuf::as_path)
    }

    /// Why an engine does not run a history with this problem, or not to its end; `None` when it does.
    #[doc(hidden)]
    pub fn refusal(&self) -> Option<String> {
        match self {
            Problem::Duplicate { version, files } => {
                let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
                Some(format!("several scripts have version {version}: {}", files.join(", ")))
            }
            Problem::NotAVersion { file, .. } => {
                Some(format!("the name of {} does not begin with a version", file.display()))
            }
            Problem::SharedTable { table, parts, common, .. } if !common.is_empty() => {
                let version = &common[0];
                Some(format!(
                    "{} record version {version} in one table, {table}",
                    parts.join(" and ")
                ))
            }
            Problem::Unreadable { file, why, .. } => {
                Some(format!("{} cannot be read: {why}", file.display()))
            }
            _ => None,
        }
    }

    /// The same problem of one of several histories.
    #[must_use]
    pub(crate) fn in_part(mut self, part: &str) -> Problem {
        let own = |id: &mut VersionId| *id = id.clone().in_part(part);
        match &mut self {
            Problem::Duplicate { version, .. } => own(version),
            Problem::DownWithoutUp { version, .. } => own(&mut version.id),
            Problem::UpWithoutDown { version, below: other, .. }
            | Problem::OddLength { version, after: other, .. } => {
                own(&mut version.id);
                if let Some(other) = other {
                    own(&mut other.id);
                }
            }
            Problem::Mixed { .. }
            | Problem::Misnamed { .. }
            | Problem::NotAVersion { .. }
            | Problem::OtherLayout { .. }
            | Problem::Unreadable { .. }
            | Problem::SharedTable { .. } => {}
        }
        self
    }
}
