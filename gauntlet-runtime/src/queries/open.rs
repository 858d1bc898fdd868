//! Connections that are open while versions are applied: their statements are prepared before, and planned again after.

use std::collections::BTreeSet;

use super::plan::{Planned, omitted};
use crate::driver::{self, DatabaseError, PgConnection};

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
    planned: Planned,
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
        conn: PgConnection,
        queries: &[(usize, &str, usize)],
    ) -> driver::Result<Open> {
        let mut open = Open { conn, statements: Vec::new() };
        for (query, sql, parameters) in queries {
            let (conn, name) = (&mut open.conn, format!("gauntlet_{query}"));
            let Ok(planned) = Planned::prepare(conn, name, sql, *parameters).await? else {
                continue;
            };
            if let Ok(plan) = planned.plan(conn).await? {
                let omitted = omitted(conn, &plan).await?;
                open.statements.push(Statement { query: *query, planned, omitted });
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
            match statement.planned.plan(&mut self.conn).await? {
                Ok(plan) => {
                    let omitted = omitted(&mut self.conn, &plan).await?;
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
}

/// Whether the result of a statement would be another one.
fn is_stale(error: &driver::Error) -> bool {
    const FEATURE_NOT_SUPPORTED: &str = "0A000";
    let database = error.as_database_error();
    database.and_then(DatabaseError::code).is_some_and(|code| code == FEATURE_NOT_SUPPORTED)
}
