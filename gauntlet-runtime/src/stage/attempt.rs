//! SQL that is run only to see what it does: in a transaction that is rolled back.

use super::observers::Tracking;
use super::stage::{Stage, beside};
use crate::catalog::{Catalog, ReadOptions};
use crate::driver::{self, Connection as _, DatabaseError, PgConnection};
use crate::error::Result;
use crate::finding::DatabaseMessage;
use crate::history::Script;
use crate::sql;

/// What came of SQL that was tried.
pub(crate) enum Attempt {
    /// All of it runs, and comes to this catalog.
    Runs(Catalog),
    /// A statement fails.
    Fails(DatabaseMessage),
    /// It cannot be told by a transaction that is rolled back.
    Unknown,
}

/// The errors of what cannot stand in a transaction that is rolled back, or that say more of the server than of the SQL: a
/// statement that allows no transaction around it, a procedure that ends its own, a label that is used beside what adds it,
/// rights (which comments tell), locks and time, the server's resources.
const NO_VERDICT: [&str; 10] =
    ["25001", "2D000", "55P04", "42501", "55P03", "57014", "40P01", "53", "57", "08"];

impl Stage {
    /// Tries SQL, behind a script of the history if it is to stand there. Nothing of it stays. What goes wrong with the trial
    /// itself says nothing of the SQL.
    pub(crate) async fn attempt(&mut self, behind: Option<&Script>, sql: &str) -> Attempt {
        match self.try_once(behind, sql).await {
            Ok(attempt) => attempt,
            Err(error) => {
                tracing::debug!(%error, "a proposal cannot be tried");
                // Whatever the transaction holds ends with its connection.
                self.aside = None;
                Attempt::Unknown
            }
        }
    }

    async fn try_once(&mut self, behind: Option<&Script>, sql: &str) -> Result<Attempt> {
        let own = behind.map_or("", Script::sql);
        let all = sql::split(own).into_iter().chain(sql::split(sql));
        let whole = behind.is_none_or(|script| script.transactional);
        if !whole || all.into_iter().any(|one| sql::controls_transactions(one.text)) {
            return Ok(Attempt::Unknown);
        }
        let options = self.read_options();
        let conn = beside(&mut self.aside, &self.lease.sandbox).await?;
        let attempt = attempt(conn, &options, (own, sql)).await?;
        // What a transaction does not take back.
        driver::execute(conn, "SELECT pg_catalog.pg_advisory_unlock_all()").await?;
        if let Some(Tracking { tracker, .. }) = self.observers.find() {
            tracker.leave_out(conn).await?;
        }
        Ok(attempt)
    }
}

async fn attempt(
    conn: &mut PgConnection,
    options: &ReadOptions,
    (own, sql): (&str, &str),
) -> Result<Attempt> {
    let mut transaction = conn.begin().await?;
    let limits = "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '30s'";
    driver::execute(&mut transaction, limits).await?;
    if driver::execute(&mut transaction, own).await.is_err() {
        // It has run where it stands, which this transaction is not.
        transaction.rollback().await?;
        return Ok(Attempt::Unknown);
    }
    // What is deferred to the end of the transaction fails there.
    let statements = sql::split(sql).into_iter().map(|statement| statement.text);
    for statement in statements.chain(["SET CONSTRAINTS ALL IMMEDIATE"]) {
        if let Err(error) = driver::execute(&mut transaction, statement).await {
            transaction.rollback().await?;
            return Ok(of_failure(statement, &error));
        }
    }
    let catalog = Catalog::read(&mut transaction, options).await?;
    transaction.rollback().await?;
    Ok(Attempt::Runs(catalog))
}

/// A role, and what else belongs to the server, is not the database's own: what others there have to do with it decides.
fn of_failure(statement: &str, error: &driver::Error) -> Attempt {
    let code = error.as_database_error().and_then(DatabaseError::code);
    let verdict = code.is_some_and(|code| !NO_VERDICT.iter().any(|other| code.starts_with(other)));
    let words: Vec<String> = sql::words(statement).take(2).map(|(_, word)| word).collect();
    let of_server =
        words.get(1).is_some_and(|word| ["role", "user", "tablespace"].contains(&&**word));
    if verdict && !of_server {
        Attempt::Fails(DatabaseMessage::of_query(error).brief())
    } else {
        Attempt::Unknown
    }
}
