//! What can be wrong with the files of a history. The check `single_head` puts it into words.

use std::path::PathBuf;

use super::Version;
use crate::sql::Position;

/// What is wrong with the name of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misnaming {
    /// There is no `_` behind the version: sqlx passes over it.
    NoUnderscore,
    /// Its suffix is not `.sql` in lower case: sqlx passes over it.
    Suffix,
    /// Neither `.up.sql` nor `.down.sql`, but nearly: sqlx takes it for a migration that only goes up.
    Direction {
        /// The name that sqlx gives it.
        taken_for: String,
    },
}

impl Problem {
    /// Why sqlx does not run a history with this problem, or not to its end; `None` when it does.
    pub fn refusal(&self) -> Option<String> {
        match self {
            Problem::Duplicate { number, files } => {
                let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
                Some(format!("several scripts have version {number}: {}", files.join(", ")))
            }
            Problem::NotAVersion { file, .. } => {
                Some(format!("the name of {} begins with no version", file.display()))
            }
            Problem::Unreadable { file, why, .. } => {
                Some(format!("{} cannot be read: {why}", file.display()))
            }
            _ => None,
        }
    }
}

/// Something about the files that sqlx does not notice, or notices too late.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Several scripts of the same direction carry the same version.
    Duplicate {
        /// The version.
        number: i64,
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
    /// A reversible up whose version has no down.
    UpWithoutDown {
        /// The up script.
        file: PathBuf,
        /// Its version.
        version: Version,
        /// The nearest version below it that has a down: the one that sqlx reverts instead.
        below: Option<Version>,
    },
    /// Simple (`.sql`) and reversible (`.up.sql`) scripts in one history.
    Mixed {
        /// The simple scripts.
        simple: Vec<PathBuf>,
        /// The ups of the reversible ones.
        reversible: Vec<PathBuf>,
    },
    /// A file that looks like a migration and that sqlx does not take for the one that is meant.
    Misnamed {
        /// The file.
        file: PathBuf,
        /// What is wrong with its name.
        why: Misnaming,
        /// The name that it should have, if it can be told.
        right: Option<String>,
    },
    /// A file whose name makes sqlx refuse the whole folder.
    NotAVersion {
        /// The file.
        file: PathBuf,
        /// What stands where the version should.
        prefix: String,
    },
    /// A file that cannot be read as UTF-8 text.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
        /// The place of the first byte that is no UTF-8.
        position: Option<Position>,
    },
    /// A version with another number of digits than its neighbours: sqlx orders by number, so it does not run
    /// where its file name stands in a listing.
    OddLength {
        /// The script.
        file: PathBuf,
        /// Its version.
        version: Version,
        /// How many digits the others have.
        usual: usize,
        /// The version that sqlx runs before it.
        after: Option<Version>,
    },
}
