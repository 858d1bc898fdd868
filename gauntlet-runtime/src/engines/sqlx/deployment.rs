//! What sqlx does at deployment about what has changed since it has shipped.
//!
//! Read in sqlx 0.9.0: `Migrator::run` first compares the recorded versions with its own. One that it does not have is
//! `VersionMissing` (unless `set_ignore_missing`), one with another checksum is `VersionMismatch`; the checksum is the
//! SHA-384 of the up, nothing of the down or the name. Then it applies every version that is not recorded, by number.

use crate::history::VersionId;
use crate::history::shipped::Change;

pub(super) fn consequence(change: &Change) -> Option<String> {
    Some(match change {
        Change::UpEdited { version, .. } => {
            format!("at deployment: sqlx fails with VersionMismatch({}), and the service does not start", version.id.bare())
        }
        Change::Deleted { record } => {
            format!("at deployment: sqlx fails with VersionMissing({}), and the service does not start", record.version.id.bare())
        }
        Change::Renumbered { record, now } => format!(
            "at deployment: sqlx fails with VersionMissing({}), and the service does not start; if it ignores missing versions, it runs the script again as {}",
            record.version.id.bare(), now.id.bare()
        ),
        Change::NumberTaken { version, .. } => format!(
            "at deployment: sqlx fails with VersionMismatch({}), and the service does not start; {version} never runs",
            version.id.bare()
        ),
        Change::Late { version, head, before } => format!(
            "at deployment: sqlx runs {version} after {head}, without a warning; on a new database it runs it before {before}"
        ),
        Change::Layout { reversible: true, .. } => {
            "at deployment: sqlx starts; `sqlx migrate revert` then reverts a version that it has skipped until now".to_owned()
        }
        Change::Layout { reversible: false, .. } => {
            "at deployment: sqlx starts; `sqlx migrate revert` then skips the version and reverts a lower one instead".to_owned()
        }
        _ => return None,
    })
}

/// The statement that gives the row of a version the checksum of today. sqlx takes the name of the table as SQL.
pub(super) fn heal(table: &str, version: &VersionId, was: &str, now: &str) -> Option<String> {
    let version = version.number()?;
    Some(format!(
        "UPDATE {table}\n   SET checksum = '\\x{now}'\n WHERE version = {version}\n   AND checksum = '\\x{was}';"
    ))
}
