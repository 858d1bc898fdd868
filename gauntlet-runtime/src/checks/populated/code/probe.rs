//! One state of a database: which functions and tables were tried, and what is broken.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

use crate::driver::{self, PgConnection, Row as _};
use crate::finding::DatabaseMessage;
use crate::names::{quote_if_needed, quote_literal};
use crate::stage::Extent;

/// The block of PL/pgSQL that tries the code of a database: one message for all of it.
const BLOCK: &str = include_str!("block.sql");

/// Stands at the beginning of every statement that the block runs: what the context of an error has above it is the user's.
const MARK: &str = "/* gauntlet */";

/// Whether there is code of the user's own, and the language in which it is tried.
const IS_THERE: &str = "
SELECT EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN s ON s.oid = p.pronamespace WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
      AND d.deptype = 'e'))
  OR EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    JOIN s ON s.oid = c.relnamespace WHERE NOT t.tgisinternal),
  EXISTS (SELECT FROM pg_catalog.pg_language WHERE lanname = 'plpgsql')";

const SPACES: &str = "
WITH s AS MATERIALIZED (SELECT n.oid FROM pg_catalog.pg_namespace n
  WHERE CASE WHEN $2 THEN n.nspname = $1 ELSE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' END)";

/// What is deferred is checked at once.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '10s'; SET LOCAL client_min_messages = error; \
    SET LOCAL check_function_bodies = on; SET CONSTRAINTS ALL IMMEDIATE; \
    SELECT pg_catalog.set_config('gauntlet.asked', ";

/// A function or a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Subject {
    pub(super) kind: Kind,
    /// Without the schema if that is the home schema; a function with its arguments.
    pub(super) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Function,
    Table,
}

/// A function that is broken, or a kind of write to a table that fails in such a one.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Failure {
    #[serde(flatten)]
    pub(super) subject: Subject,
    /// `INSERT`, `UPDATE` or `DELETE`; empty for a function.
    pub(super) operation: String,
    #[serde(flatten)]
    pub(super) error: DatabaseMessage,
}

/// The code of a database at one moment.
#[derive(Debug, Default, Deserialize)]
pub(in crate::checks::populated) struct State {
    pub(super) tried: BTreeSet<Subject>,
    pub(super) broken: Vec<Failure>,
}

impl State {
    /// Whether the same was broken at this moment.
    pub(super) fn has(&self, failure: &Failure) -> bool {
        self.broken
            .iter()
            .any(|one| (&one.subject, &one.operation) == (&failure.subject, &failure.operation))
    }
}

/// What is to be tried once more: functions and tables that fail, and those that are not known, by another name perhaps.
#[derive(Debug)]
pub(in crate::checks::populated) struct Focus {
    pub(super) failing: BTreeSet<String>,
    pub(super) known: BTreeSet<String>,
}

/// The reason why code could not be tried.
pub(super) type Untried = DatabaseMessage;

/// Whether there is anything to try, and whether there is the language for that.
pub(super) async fn is_there(
    conn: &mut PgConnection,
    extent: &Extent,
) -> driver::Result<(bool, bool)> {
    let question = format!("{SPACES}{IS_THERE}");
    driver::query_as(&question).bind(&extent.home).bind(extent.only_home).fetch_one(conn).await
}

/// Tries the code of a database in a new session; all of it without a focus. `refused` has statements for tables without rows.
/// Nothing is left of it.
///
/// # Errors
///
/// When the connection is lost.
pub(super) async fn probe(
    conn: &mut PgConnection,
    extent: &Extent,
    refused: &BTreeMap<String, String>,
    focus: Option<&Focus>,
) -> driver::Result<Result<State, Untried>> {
    let asked = json!({
        "home": extent.home,
        "only_home": extent.only_home,
        "apart": extent.apart,
        "refused": refused,
        "failing": focus.map(|focus| &focus.failing),
        "known": focus.map(|focus| &focus.known),
    });
    let begin = format!("{BEGIN}{}, true)", quote_literal(&asked.to_string()));
    let run = async {
        driver::execute(&mut *conn, &begin).await?;
        driver::execute(&mut *conn, BLOCK).await?;
        let ask = "SELECT pg_catalog.current_setting('gauntlet.found')";
        driver::fetch_row(&mut *conn, ask).await?.try_get::<String, _>(0)
    };
    let answer = run.await;
    driver::execute(conn, "ROLLBACK").await?;
    match answer {
        Ok(text) => {
            let state = serde_json::from_str(&text);
            let state: State = state.map_err(|error| driver::Error::Decode(error.into()))?;
            Ok(Ok(state.of(extent)))
        }
        Err(error) if error.as_database_error().is_some() => {
            Ok(Err(DatabaseMessage::of_query(&error)))
        }
        Err(error) => Err(error),
    }
}

impl State {
    /// The same without the statements of the block, and without the name of the schema of a test.
    fn of(mut self, extent: &Extent) -> State {
        let home = format!("{}.", quote_if_needed(&extent.home));
        for failure in &mut self.broken {
            let error = &mut failure.error;
            error.context = error
                .context
                .as_deref()
                .and_then(above_the_mark)
                .map(|context| context.replace(&home, ""));
            if extent.only_home {
                error.message = error.message.replace(&home, "");
            }
        }
        self
    }
}

/// The lines of a context above the statement of the block.
fn above_the_mark(context: &str) -> Option<&str> {
    let before = &context[..context.find(MARK)?];
    Some(&before[..before.rfind('\n')?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_marks_its_statements() {
        assert!(BLOCK.contains(&format!("'{MARK} '")));
    }

    #[test]
    fn the_lines_of_the_user() {
        let own = "SQL statement \"/* gauntlet */ DELETE FROM t\"\nPL/pgSQL function inline_code_block line 1 at EXECUTE";
        assert_eq!(above_the_mark(own), None);
        let user = format!("PL/pgSQL function f() line 1 at RETURN\n{own}");
        assert_eq!(above_the_mark(&user), Some("PL/pgSQL function f() line 1 at RETURN"));
    }
}
