//! Connections that are open while versions are applied: their statements are prepared before, and planned again after.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::driver::{self, DatabaseError, PgConnection, Row as _};

/// The columns of a table that an INSERT has to give a value: no default was put in their place.
const NOT_NULL: &str = "
    SELECT attnum, attname::text FROM pg_catalog.pg_attribute
    JOIN pg_catalog.pg_class ON pg_class.oid = attrelid
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = $1 AND relname = $2 AND relkind IN ('r', 'p')
    AND attnum > 0 AND attnotnull AND NOT attisdropped AND attgenerated = ''
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = attrelid AND NOT tgisinternal AND tgtype & 7 = 7)";

/// A session with prepared statements, like that of a program that runs.
#[derive(Debug)]
pub(crate) struct Open {
    conn: PgConnection,
    statements: Vec<Statement>,
}

#[derive(Debug)]
struct Statement {
    /// The number of its query.
    query: usize,
    /// The statement that plans it again, and does not run it.
    explain: String,
    /// The columns that it gives no value although they need one.
    omitted: BTreeSet<String>,
}

/// What became of a prepared statement.
#[derive(Debug)]
pub(crate) enum Revalidated {
    /// The server refuses to plan it again on this connection.
    Stale(driver::Error),
    /// It inserts no value into a column that needs one, `nick of users`, and did so before without a fault.
    Omits(String),
}

impl Open {
    /// Prepares queries, each with the number of its parameters. Those that SQL does not prepare, or cannot plan now, are
    /// left out.
    ///
    /// # Errors
    ///
    /// When the server cannot be asked.
    pub(crate) async fn prepare(
        mut conn: PgConnection,
        queries: &[(usize, &str, usize)],
    ) -> driver::Result<Open> {
        // With a plan for all values a parameter is none of them.
        driver::execute(&mut conn, "SET plan_cache_mode = force_generic_plan").await?;
        let mut open = Open { conn, statements: Vec::new() };
        for (query, sql, parameters) in queries {
            let name = format!("gauntlet_{query}");
            let sql = sql.trim_end().trim_end_matches(';');
            if by_server(
                driver::execute(&mut open.conn, &format!("PREPARE {name} AS {sql}")).await,
            )?
            .is_err()
            {
                continue;
            }
            let values = match parameters {
                0 => String::new(),
                n => format!("({})", vec!["NULL"; *n].join(", ")),
            };
            let explain = format!("EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE {name}{values}");
            if let Ok(plan) = open.plan(&explain).await? {
                let omitted = open.omitted(&plan).await?;
                open.statements.push(Statement { query: *query, explain, omitted });
            }
        }
        Ok(open)
    }

    /// Plans each statement again, and returns what became of those that do not work any more, with the numbers of their
    /// queries. They are not planned again.
    ///
    /// # Errors
    ///
    /// When the server cannot be asked.
    pub(crate) async fn revalidate(&mut self) -> driver::Result<Vec<(usize, Revalidated)>> {
        let mut faults = Vec::new();
        for mut statement in std::mem::take(&mut self.statements) {
            match self.plan(&statement.explain).await? {
                Ok(plan) => {
                    let omitted = self.omitted(&plan).await?;
                    let new: Vec<&str> =
                        omitted.difference(&statement.omitted).map(String::as_str).collect();
                    if !new.is_empty() {
                        let new = Revalidated::Omits(new.join(", "));
                        faults.push((statement.query, new));
                    }
                    statement.omitted.extend(omitted);
                    self.statements.push(statement);
                }
                Err(error) if is_stale(&error) => {
                    faults.push((statement.query, Revalidated::Stale(error)));
                }
                // A new connection fails as well.
                Err(_) => {}
            }
        }
        Ok(faults)
    }

    async fn plan(&mut self, explain: &str) -> driver::Result<driver::Result<Value>> {
        let row = match by_server(driver::fetch_row(&mut self.conn, explain).await)? {
            Ok(row) => row,
            Err(error) => return Ok(Err(error)),
        };
        // It has the type `json`, which is text here.
        let text: String = row.try_get_unchecked(0)?;
        Ok(Ok(serde_json::from_str(&text).unwrap_or_default()))
    }

    /// The columns that an INSERT gives no value although they need one.
    async fn omitted(&mut self, plan: &Value) -> driver::Result<BTreeSet<String>> {
        let top = &plan[0]["Plan"];
        let (Some("Insert"), Some(schema), Some(table), Some(output)) = (
            top["Operation"].as_str(),
            top["Schema"].as_str(),
            top["Relation Name"].as_str(),
            top["Plans"][0]["Output"].as_array(),
        ) else {
            return Ok(BTreeSet::new());
        };
        let columns: Vec<(i16, String)> =
            driver::query_as(NOT_NULL).bind(schema).bind(table).fetch_all(&mut self.conn).await?;
        // The values are those of all columns, in their order.
        let is_null = |number: i16| {
            let value = usize::try_from(number - 1).ok().and_then(|place| output.get(place));
            value
                .and_then(Value::as_str)
                .is_some_and(|value| value == "NULL" || value.starts_with("NULL::"))
        };
        let missing = columns.into_iter().filter(|(number, _)| is_null(*number));
        Ok(missing.map(|(_, name)| format!("{name} of {table}")).collect())
    }
}

/// Whether the result of a statement would be another one.
fn is_stale(error: &driver::Error) -> bool {
    const FEATURE_NOT_SUPPORTED: &str = "0A000";
    let database = error.as_database_error();
    database.and_then(DatabaseError::code).is_some_and(|code| code == FEATURE_NOT_SUPPORTED)
}

/// The outer error is one of the connection, the inner one is the server's.
fn by_server<T>(result: driver::Result<T>) -> driver::Result<driver::Result<T>> {
    match result {
        Err(error) if error.as_database_error().is_none() => Err(error),
        result => Ok(result),
    }
}
