//! Connections that are open while versions are applied: their statements are prepared before, and planned again after.

use std::collections::BTreeSet;

use super::omitted::Omitted;
use super::plan::{Planned, Verdict, is_type_gone};
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
    omitted: BTreeSet<Omitted>,
    /// It had to be prepared again.
    was_stale: bool,
}

/// What became of a prepared statement.
#[derive(Debug)]
pub(crate) enum Revalidated {
    /// The server refuses to plan it again on this connection.
    Stale(driver::Error),
    /// The server refuses to plan it on any connection.
    Fails(driver::Error),
    /// It inserts no value into columns that need one, and did so before without a fault.
    Omits(Vec<Omitted>),
}

impl Open {
    /// Prepares queries, each with the number of its parameters, and returns the numbers of those that can be prepared, but
    /// fail each time. These, and those that SQL does not prepare or that cannot be planned here, are left out.
    ///
    /// # Errors
    ///
    /// When the server cannot be asked.
    pub(crate) async fn prepare(
        conn: PgConnection,
        queries: &[(usize, &str, usize)],
    ) -> driver::Result<(Open, Vec<usize>)> {
        let mut open = Open { conn, statements: Vec::new() };
        let mut failing = Vec::new();
        for (query, sql, parameters) in queries {
            let (conn, name) = (&mut open.conn, format!("gauntlet_{query}"));
            let Ok(planned) = Planned::prepare(conn, name, sql, *parameters).await? else {
                continue;
            };
            match planned.judge(conn).await? {
                Verdict::Plans(omitted) if omitted.is_empty() => {
                    let query = *query;
                    open.statements.push(Statement { query, planned, omitted, was_stale: false });
                }
                Verdict::Plans(_) | Verdict::Fails(_) => failing.push(*query),
                Verdict::Unknown => {}
            }
        }
        Ok((open, failing))
    }

    /// Plans each statement again, and returns what became of those that do not work any more, with the numbers of their
    /// queries. One that the server refuses on this connection only is prepared again, as a program does that opens
    /// another one; those that fail are not planned again.
    ///
    /// # Errors
    ///
    /// When the server cannot be asked.
    pub(crate) async fn revalidate(&mut self) -> driver::Result<Vec<(usize, Revalidated)>> {
        let mut faults = Vec::new();
        for mut statement in std::mem::take(&mut self.statements) {
            let conn = &mut self.conn;
            let mut verdict = statement.planned.judge(conn).await?;
            if let Verdict::Fails(error) = verdict {
                // On a new connection it may work.
                let again = statement.planned.again(conn).await?;
                let again = match again {
                    Some(planned) => Some((planned.judge(conn).await?, planned)),
                    None => None,
                };
                match again {
                    Some((Verdict::Fails(error), _)) => {
                        faults.push((statement.query, Revalidated::Fails(error)));
                        continue;
                    }
                    again => {
                        if is_stale(&error) && !statement.was_stale {
                            faults.push((statement.query, Revalidated::Stale(error)));
                        }
                        let Some((new, planned)) = again else { continue };
                        verdict = new;
                        statement.planned = planned;
                        statement.was_stale = true;
                    }
                }
            }
            // What cannot be planned for another reason fails on a new connection as well.
            let Verdict::Plans(omitted) = verdict else { continue };
            let new: Vec<Omitted> = omitted.difference(&statement.omitted).cloned().collect();
            if !new.is_empty() {
                faults.push((statement.query, Revalidated::Omits(new)));
            }
            statement.omitted.extend(omitted);
            self.statements.push(statement);
        }
        Ok(faults)
    }
}

/// Whether the result of a statement would be another one, or the type of a parameter is gone.
fn is_stale(error: &driver::Error) -> bool {
    const FEATURE_NOT_SUPPORTED: &str = "0A000";
    let database = error.as_database_error();
    database.and_then(DatabaseError::code).is_some_and(|code| code == FEATURE_NOT_SUPPORTED)
        || is_type_gone(error)
}
