//! What can be wrong with the files of a history. The check `single_head` puts it into words.

use std::path::PathBuf;

use super::Version;

/// Something about the files that sqlx does not notice, or notices too late.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Two scripts of the same direction carry the same version.
    Duplicate {
        /// The version.
        number: i64,
        /// The script that counts.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
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
    },
    /// Simple (`.sql`) and reversible (`.up.sql`) scripts in one history.
    Mixed {
        /// A script of the kind that is in the minority, for each of them.
        odd: Vec<PathBuf>,
        /// Whether the odd ones are simple.
        odd_are_simple: bool,
    },
    /// A `.sql` file that sqlx passes over in silence, because its name is not `<VERSION>_<NAME>.sql`.
    Misnamed {
        /// The file.
        file: PathBuf,
        /// Why it is not a migration.
        why: String,
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
    },
}
