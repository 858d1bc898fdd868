//! From a database error to a place in the script.

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use super::StepError;
use super::history::{Direction, Script, Version};
use crate::sql::{self, Position, Statement};

/// Turns what sqlx reported into a [`StepError`].
///
/// PostgreSQL gives a position for errors of parsing and of names, not for errors of execution such as "relation
/// already exists". For those the script is run once more, statement by statement, in a transaction that is
/// rolled back; only when that fails in the same way does the statement count as the one at fault.
pub(super) async fn step_error(
    conn: &mut PgConnection,
    version: &Version,
    direction: Direction,
    script: &Script,
    source: MigrateError,
) -> StepError {
    let mut error = StepError::of(version, direction, source.to_string());
    error.file.clone_from(&script.file);
    let in_script = matches!(source, MigrateError::ExecuteMigration(..));
    if let MigrateError::Execute(inner) | MigrateError::ExecuteMigration(inner, _) = &source {
        match inner.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>()) {
            Some(database) => {
                error.describe(database);
                if in_script {
                    error.position = match database.position() {
                        Some(PgErrorPosition::Original(at)) => {
                            Some(Position::of_char(script.sql(), at))
                        }
                        _ => replay(conn, script, database).await,
                    };
                }
            }
            None => error.message = inner.to_string(),
        }
    }
    error.excerpt = error
        .position
        .and_then(|p| script.sql().lines().nth(p.line as usize - 1))
        .map(|line| line.trim_end().to_owned());
    error.source = Some(source);
    error
}

async fn replay(
    conn: &mut PgConnection,
    script: &Script,
    original: &PgDatabaseError,
) -> Option<Position> {
    let text = script.sql();
    let statements = sql::split(text);
    let at = |s: &Statement<'_>| Some(Position::of_byte(text, s.offset));
    if let [only] = &statements[..] {
        return at(only);
    }
    if script.no_transaction() || statements.iter().any(controls_transaction) {
        return None;
    }
    // The failed attempt was rolled back by sqlx when its transaction was dropped; `begin` sends that first.
    let mut tx = conn.begin().await.ok()?;
    let mut found = None;
    for statement in &statements {
        if let Err(error) = tx.execute(AssertSqlSafe(statement.text)).await {
            let same = error
                .as_database_error()
                .and_then(|e| e.try_downcast_ref::<PgDatabaseError>())
                .is_some_and(|e| e.code() == original.code() && e.message() == original.message());
            found = if same { at(statement) } else { None };
            break;
        }
    }
    // A failed rollback leaves a broken connection, which the next use of it reports.
    let _ = tx.rollback().await;
    found
}

fn controls_transaction(statement: &Statement<'_>) -> bool {
    let first = statement.text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    ["begin", "start", "commit", "end", "rollback", "abort", "prepare", "savepoint", "release"]
        .contains(&first.to_ascii_lowercase().as_str())
}
