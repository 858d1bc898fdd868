//! The words of sqlx for a problem of a history.
//!
//! Read in sqlx 0.9.0: of two scripts with one version it applies the first (in the order of the folder's listing) and
//! fails on the second with a duplicate key, and every later run with "was previously applied but has been modified";
//! `sqlx migrate revert` and `Migrator::undo` consider down scripts only, so a version without one stays and the next
//! lower one is reverted.

use crate::engines::{StepError, Words};
use crate::history::{Misnaming, Problem, Script, VersionId};
use crate::regular_file::NOT_A_FILE;
use crate::sql;

pub(super) fn explain(problem: &Problem) -> Words {
    let help = Words::neutral(problem).help;
    match problem {
        Problem::Duplicate { version, .. } => Words::new(
            format!("several scripts have version {version}: sqlx runs one, and fails on the next"),
            help,
        ),
        Problem::DownWithoutUp { version, .. } => {
            Words::new(format!("the down of {version} has no up: sqlx never runs it"), help)
        }
        Problem::UpWithoutDown { version, below, .. } => {
            let instead = match below {
                Some(below) => format!("skips it and reverts {below} instead"),
                None => "skips it".to_owned(),
            };
            Words::new(
                format!("{version} has no down script: `sqlx migrate revert` {instead}"),
                help,
            )
        }
        Problem::Mixed { simple, reversible } => Words::new(
            format!(
                "the history mixes {} and {}: `sqlx migrate revert` skips the simple ones",
                counted(simple.len(), "simple migration"),
                counted(reversible.len(), "reversible one"),
            ),
            if simple.len() <= reversible.len() {
                "rename the simple ones to .up.sql, and write a .down.sql for each"
            } else {
                "rename the simple ones to .up.sql and write a .down.sql for each, or make all of them simple"
            },
        ),
        Problem::Misnamed { why, right, .. } => Words::new(
            match why {
                Misnaming::NoUnderscore => {
                    "sqlx skips this file: its name has no `_` after a version".to_owned()
                }
                Misnaming::Suffix => {
                    "sqlx skips this file: its name does not end in lower-case `.sql`".to_owned()
                }
                Misnaming::NotAFile => format!("sqlx skips this: {NOT_A_FILE}"),
                Misnaming::Direction { taken_for } => format!(
                    "sqlx takes this file for a migration named `{taken_for}`, which goes up and never down"
                ),
            },
            match right {
                Some(_) => help,
                None if *why == Misnaming::NotAFile => {
                    "put a file in its place, or move it out of the folder".to_owned()
                }
                None => "name it <VERSION>_<NAME>.sql, or move it out of the folder".to_owned(),
            },
        ),
        Problem::NotAVersion { prefix, .. } => {
            let what = if prefix.is_empty() {
                "there is no version before the `_`".to_owned()
            } else if prefix.bytes().all(|b| b.is_ascii_digit()) {
                format!("{prefix} is too large for a version")
            } else {
                format!("`{prefix}` is not a version")
            };
            Words::new(
                format!("{what}: sqlx refuses the whole folder"),
                "begin the name with an integer and `_`, or move the file out of the folder",
            )
        }
        Problem::OtherLayout { tool, sign, runs, .. } => {
            let effect = if *runs {
                "sqlx runs the whole file as the up, also the part that is meant for the down"
            } else {
                "sqlx finds no migration here"
            };
            Words::new(
                format!("this is laid out for {tool} ({sign}): {effect}"),
                "write <VERSION>_<NAME>.up.sql and <VERSION>_<NAME>.down.sql for each version",
            )
        }
        Problem::Unreadable { why, .. } => Words::new(
            format!("a script cannot be read: {why}, and sqlx refuses the whole folder"),
            help,
        ),
        Problem::SharedTable { table, parts, common, tolerated } => {
            shared_table(table, &parts.join(" and "), common.first(), *tolerated)
        }
        Problem::OddLength { version, usual, after, .. } => {
            let place = match after {
                Some(after) => format!("sqlx runs it after {after}"),
                None => "sqlx runs it first".to_owned(),
            };
            let digits = digits(&version.id);
            Words::new(
                format!("{version} has {digits} digits where the others have {usual}: {place}"),
                "correct the number if the order is wrong; sqlx orders by number, not by file name",
            )
        }
    }
}

/// Several histories, all of which keep their records in one table.
fn shared_table(table: &str, all: &str, common: Option<&VersionId>, tolerated: bool) -> Words {
    let what = match common {
        Some(version) => format!(
            "and share version {version}: sqlx takes one for the other and fails with VersionMissing or VersionMismatch, and the service does not start"
        ),
        None if tolerated => "and sqlx does not notice a version that is missing".to_owned(),
        None => {
            "and sqlx fails with VersionMissing when it runs the second: the service does not start"
                .to_owned()
        }
    };
    Words::new(
        format!("{all} keep their records in one table, {table}, {what}"),
        "give each a table of its own, with `table-name` in its sqlx.toml; or, if they are deployed as one folder, say `merged([...])`; or, if the program sets `ignore_missing`, say so",
    )
}

/// The number of digits of a version.
pub(super) fn digits(version: &VersionId) -> usize {
    version.to_string().trim_start_matches('-').len()
}

fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// The next step after an error that comes from how sqlx sends a script.
pub(super) fn advise(script: &Script, error: &StepError) -> Option<String> {
    const ACTIVE_SQL_TRANSACTION: &str = "25001";
    const INVALID_TRANSACTION_TERMINATION: &str = "2D000";
    const UNSAFE_NEW_ENUM_VALUE: &str = "55P04";
    const SYNTAX_ERROR: &str = "42601";
    let line = error.excerpt.as_deref().unwrap_or_default().trim_start();
    if error.sqlstate.as_deref() == Some(SYNTAX_ERROR) && line.starts_with('\\') {
        let command = line.split_whitespace().next().unwrap_or_default();
        return Some(format!(
            "remove the line: `{command}` is a command of psql, which sqlx sends to the server as SQL"
        ));
    }
    // The server waits for rows, which the driver does not send.
    let asks_for_rows = error.sqlstate.is_none() && error.message.contains("CopyIn");
    let is_syntax = error.sqlstate.as_deref() == Some(SYNTAX_ERROR);
    if asks_for_rows || is_syntax && follows_copy(script, error) {
        return Some(
            "write the rows as INSERT: only psql sends the lines behind COPY ... FROM stdin as rows, and sqlx sends them as SQL"
                .to_owned(),
        );
    }
    let advice = match (error.sqlstate.as_deref()?, script.transactional) {
        (ACTIVE_SQL_TRANSACTION, false) => {
            "sqlx sends the whole file as one query, and PostgreSQL runs its statements in one transaction; give this one a migration of its own"
        }
        (ACTIVE_SQL_TRANSACTION, true) => {
            "give the statement a migration of its own, whose first line is `-- no-transaction`"
        }
        (INVALID_TRANSACTION_TERMINATION, _) => {
            "what commits in a block or a procedure needs a migration of its own, whose first line is `-- no-transaction`, with no other statement in it"
        }
        (UNSAFE_NEW_ENUM_VALUE, _) => {
            "give ADD VALUE a version of its own: a new label can be used only after its transaction has ended"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

/// Whether an error is in the statement behind a `COPY ... FROM stdin`, where its rows stand for psql.
fn follows_copy(script: &Script, error: &StepError) -> bool {
    let Some(position) = error.position else { return false };
    let line = position.line_in(script.sql());
    let before =
        sql::statements(script.sql()).take_while(|statement| statement.offset < line).last();
    before.is_some_and(|statement| {
        let words: Vec<String> = sql::words(statement.text).map(|(_, word)| word).collect();
        words.first().is_some_and(|word| word == "copy")
            && words.windows(2).any(|two| two[0] == "from" && two[1] == "stdin")
    })
}
