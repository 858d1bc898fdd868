//! One up, a statement at a time, in the transactions that its engine gives it.
//!
//! What a statement does inside of its transaction (the locks that it holds, the files that it has rewritten) can be asked
//! for only in its own session, before the transaction ends. So the statements are sent one by one, and a [`Watch`] asks
//! between them. Which statements share a transaction is the same as where the engine sends the script.

use std::time::{Duration, Instant};

use super::locate::statement_error;
use super::notices;
use super::{Runner, Step, StepError};
use crate::driver::{self, DatabaseError, PgConnection};
use crate::history::{Direction, Migration, Script};
use crate::runtime::BoxFuture;
use crate::sql::{self, Statement};

/// A statement that has run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ran<'a> {
    pub(crate) statement: Statement<'a>,
    pub(crate) took: Duration,
    /// False if the statement runs only outside of a transaction, so that its locks are gone.
    pub(crate) in_transaction: bool,
}

/// A concern that asks the session of a script between its statements.
pub(crate) trait Watch: Send {
    /// Called after each statement, before its transaction ends.
    fn after<'a>(
        &'a mut self,
        conn: &'a mut PgConnection,
        ran: Ran<'a>,
    ) -> BoxFuture<'a, driver::Result<()>>;
}

/// An error of a statement, or of the end of the transaction.
struct Failed<'a> {
    statement: Option<Statement<'a>>,
    error: driver::Error,
}

impl Runner {
    /// Runs the up of a version a statement at a time. It is not recorded: see [`mark_applied`](Runner::mark_applied).
    ///
    /// # Errors
    ///
    /// [`StepError`] when a statement or a question of the watch fails. The connection must not be used afterwards.
    pub(crate) async fn run_by_statement(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
        watch: &mut dyn Watch,
    ) -> Result<Step, StepError> {
        let script = migration.up();
        let statements = sql::split(&script.text);
        let start = Instant::now();
        let run = async {
            if self.shares_a_transaction(script, &statements) {
                together(conn, &statements, watch).await
            } else {
                alone(conn, &statements, watch).await
            }
        };
        let (result, notices) = notices::collect(run).await;
        let version = migration.version().clone();
        match result {
            Ok(()) => Ok(Step {
                version,
                direction: Direction::Up,
                duration: start.elapsed(),
                left: Vec::new(),
                notices,
                open: false,
                unseen: false,
                affects: false,
                counts: None,
            }),
            Err(Failed { statement, error }) => {
                let mut error = statement_error(&version, script, statement, error);
                error.notices = notices;
                if error.advice.is_none() {
                    error.advice = self.engine().advise(script, &error);
                }
                Err(error)
            }
        }
    }

    /// Whether the statements of a script run in one transaction, also where the engine begins none: the server runs the
    /// statements of one message in one.
    pub(super) fn shares_a_transaction(
        &self,
        script: &Script,
        statements: &[Statement<'_>],
    ) -> bool {
        script.transactional || (statements.len() > 1 && !self.engine().sends_statements_alone())
    }
}

/// Runs statements that share a transaction, except where they end it themselves.
async fn together<'s>(
    conn: &mut PgConnection,
    statements: &[Statement<'s>],
    watch: &mut dyn Watch,
) -> Result<(), Failed<'s>> {
    let mut open = false;
    for statement in statements {
        let failed = |error| Failed { statement: Some(*statement), error };
        if !std::mem::replace(&mut open, true) {
            driver::execute(conn, "BEGIN").await.map_err(failed)?;
        }
        let start = Instant::now();
        driver::execute(conn, statement.text).await.map_err(failed)?;
        let ran = Ran { statement: *statement, took: start.elapsed(), in_transaction: true };
        watch.after(conn, ran).await.map_err(failed)?;
        open = !sql::ends_transaction(statement.text);
    }
    if open {
        let failed = |error| Failed { statement: None, error };
        driver::execute(conn, "COMMIT").await.map_err(failed)?;
    }
    Ok(())
}

/// Runs statements that have a transaction each, or can have none.
async fn alone<'s>(
    conn: &mut PgConnection,
    statements: &[Statement<'s>],
    watch: &mut dyn Watch,
) -> Result<(), Failed<'s>> {
    for statement in statements {
        let failed = |error| Failed { statement: Some(*statement), error };
        driver::execute(conn, "BEGIN").await.map_err(failed)?;
        let start = Instant::now();
        let result = driver::execute(conn, statement.text).await;
        let took = start.elapsed();
        match result {
            Ok(_) => {
                let ran = Ran { statement: *statement, took, in_transaction: true };
                watch.after(conn, ran).await.map_err(failed)?;
                driver::execute(conn, "COMMIT").await.map_err(failed)?;
            }
            Err(error) if wants_no_transaction(&error) => {
                driver::execute(conn, "ROLLBACK").await.map_err(failed)?;
                let start = Instant::now();
                driver::execute(conn, statement.text).await.map_err(failed)?;
                let ran =
                    Ran { statement: *statement, took: start.elapsed(), in_transaction: false };
                watch.after(conn, ran).await.map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(())
}

/// Whether a statement failed because it stood in a transaction: one that cannot, or a procedure that ends its own.
fn wants_no_transaction(error: &driver::Error) -> bool {
    const ACTIVE_SQL_TRANSACTION: &str = "25001";
    const INVALID_TRANSACTION_TERMINATION: &str = "2D000";
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| {
        [ACTIVE_SQL_TRANSACTION, INVALID_TRANSACTION_TERMINATION].contains(&&*code)
    })
}
