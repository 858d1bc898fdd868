//! A step that is cut off: its session ends where the process of the migrator is killed.

use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use futures_util::future::{Either, select};

use super::observer::{StepView, connect};
use super::observers::{Roles, Tracking};
use super::stage::{Stage, beside};
use crate::driver::{self, Connection as _, PgConnection};
use crate::engines::{Cut, StepError};
use crate::error::Result;
use crate::history::{Direction, Migration};
use crate::isolation::{Isolation, Sandbox};
use crate::sql;

/// How long to wait between two questions about another session.
const BETWEEN: Duration = Duration::from_millis(2);

/// The tables that some words name, or the indexes of which they name, and the materialized views.
const NAMED: &str = "
    SELECT DISTINCT pg_catalog.format('%I.%I', n.nspname, t.relname) FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    JOIN pg_catalog.pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    WHERE c.relname = ANY ($1) AND t.relkind IN ('r', 'p', 'm')
    AND CASE WHEN $3 THEN n.nspname = $2 ELSE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' END";

impl Stage {
    /// The places where a run of the up of a version can be cut off.
    pub(crate) fn cuts(&self, migration: &Migration) -> Vec<Cut> {
        self.engine.cuts(migration.up())
    }

    /// Runs the up of a version in a session of its own, and ends that session at the cut. `false` if the statement that was
    /// to be cut off in its middle had nothing to wait for, and has run to its end.
    ///
    /// # Errors
    ///
    /// [`StepError`] when a statement before the cut fails. The stage can then only be closed.
    pub(crate) async fn interrupt(
        &mut self,
        migration: &Migration,
        cut: Cut,
    ) -> Result<bool, StepError> {
        let result = self.cut_off(migration, cut).await;
        self.observations.see_fault(result.as_ref().err());
        result
    }

    async fn cut_off(&mut self, migration: &Migration, cut: Cut) -> Result<bool, StepError> {
        let direction = Direction::Up;
        let others_wrote = AtomicBool::new(false);
        let Stage { lease, config, engine, session, aside, observations, .. } = self;
        let sandbox = &lease.sandbox;
        let view = StepView {
            migration,
            direction,
            sandbox,
            config,
            pid: session.pid,
            observations,
            others_wrote: &others_wrote,
        };
        let run = async {
            let lost = |error| view.no_session(&error);
            let aside = beside(aside, sandbox).await.map_err(lost)?;
            let (mut conn, pid) = connect(sandbox).await.map_err(lost)?;
            engine.run_until(&mut conn, migration, cut).await?;
            let mut cut_off = true;
            if let Cut::Within(at) = cut {
                let mut holder = Holder::new(sandbox, &words(migration, at)).await.map_err(lost)?;
                cut_off = {
                    let statement = pin!(engine.run_at(&mut conn, migration, at));
                    let waits = pin!(until_waiting(aside, pid, holder.pid));
                    match select(statement, waits).await {
                        Either::Left((ended, _)) => {
                            ended?;
                            false
                        }
                        Either::Right((waits, statement)) => {
                            waits.map_err(|error| view.no_session(&error))?;
                            let aside = beside(&mut holder.aside, sandbox).await.map_err(lost)?;
                            end_session(aside, pid).await.map_err(lost)?;
                            // Its session is gone, and it fails.
                            statement.await.is_err()
                        }
                    }
                };
                holder.close().await.map_err(lost)?;
            }
            drop(conn);
            end_session(aside, pid).await.map_err(lost)?;
            Ok(cut_off)
        };
        let cut_off = view.in_time(run).await?;
        let error = match self.follow().await {
            Ok(()) => return Ok(cut_off),
            Err(error) => error,
        };
        let fault = "the server did not answer";
        Err(StepError::unanswered(migration.version(), direction, fault, error.to_string()))
    }

    /// Follows what a session has changed that has ended.
    async fn follow(&mut self) -> Result<()> {
        if let Some(roles) = self.observers.find::<Roles>() {
            roles.refresh().await?;
        }
        if let Some(Tracking { tracker, .. }) = self.observers.find() {
            // Not by what was counted: another connection of the script may not have reported yet.
            tracker.look().await?;
        }
        self.wrote(false);
        Ok(())
    }
}

/// The words of a statement.
fn words(migration: &Migration, at: usize) -> Vec<String> {
    let statements = sql::split(&migration.up().text);
    let words =
        |statement: &sql::Statement<'_>| sql::words(statement.text).map(|(_, word)| word).collect();
    statements.get(at).map(words).unwrap_or_default()
}

/// Ends a session as where the process at its other end is killed, and waits until the server has undone what was not
/// committed; `conn` is another one.
pub(super) async fn end_session(conn: &mut PgConnection, pid: i32) -> Result<()> {
    // The role of the migrations may not end the session of an administrator, which each of theirs is.
    driver::execute(conn, "SET ROLE NONE").await?;
    let end = driver::query("SELECT pg_catalog.pg_terminate_backend($1)").bind(pid);
    end.fetch_one(&mut *conn).await?;
    while driver::query_scalar::<bool>(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $1)",
    )
    .bind(pid)
    .fetch_one(&mut *conn)
    .await?
    {
        tokio::time::sleep(BETWEEN).await;
    }
    driver::execute(conn, "RESET ROLE").await?;
    Ok(())
}

/// Waits until one session waits for another one; `conn` is a third one.
pub(super) async fn until_waiting(
    conn: &mut PgConnection,
    waiting: i32,
    holding: i32,
) -> driver::Result<()> {
    while !driver::query_scalar::<bool>("SELECT $1 = ANY (pg_catalog.pg_blocking_pids($2))")
        .bind(holding)
        .bind(waiting)
        .fetch_one(&mut *conn)
        .await?
    {
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(())
}

/// A session with an open transaction: an old snapshot, and the weakest lock on some tables.
struct Holder {
    conn: PgConnection,
    pid: i32,
    aside: Option<PgConnection>,
}

impl Holder {
    async fn new(sandbox: &Sandbox, words: &[String]) -> Result<Holder> {
        let (mut conn, pid) = connect(sandbox).await?;
        driver::execute(&mut conn, "BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
        // Those of others beside its schema are neither read nor waited for.
        let named = driver::query_scalar(NAMED).bind(words).bind(sandbox.home_schema());
        let only_home = sandbox.isolation() == Isolation::Schema;
        let tables: Vec<String> = named.bind(only_home).fetch_all(&mut conn).await?;
        for table in tables {
            driver::execute(&mut conn, &format!("SELECT FROM {table} LIMIT 0")).await?;
        }
        Ok(Holder { conn, pid, aside: None })
    }

    async fn close(mut self) -> Result<()> {
        driver::execute(&mut self.conn, "ROLLBACK").await?;
        self.conn.close().await?;
        match self.aside {
            Some(aside) => Ok(aside.close().await?),
            None => Ok(()),
        }
    }
}
