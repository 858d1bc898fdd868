//! A stage: an isolated database with the bookkeeping in place and one connection, ready to run migrations.

use std::sync::{Arc, PoisonError};

use sqlx::{Connection as _, PgConnection};

use super::Context;
use super::context::ReachedOut;
use super::error::Result;
use super::outside::Outside;
use super::rows::Rows;
use crate::catalog::Catalog;
use crate::isolation::{Isolation, Sandbox};
use crate::migrations::{Direction, Migration, Runner, Step, StepError};

/// An isolated database at some version of the history.
#[derive(Debug)]
pub struct Stage {
    sandbox: Arc<Sandbox>,
    runner: Arc<Runner>,
    conn: PgConnection,
    /// In schema isolation: what lies outside, and where to tell that a step changed it.
    outside: Option<(Outside, ReachedOut)>,
}

impl Stage {
    /// Makes an isolated database at base: the setup has run, the bookkeeping table is there.
    ///
    /// # Errors
    ///
    /// When the database cannot be made or the setup fails.
    pub async fn base(cx: &Context<'_>, label: &str) -> Result<Stage> {
        cx.history().runnable()?;
        let server = cx.server().await?;
        let sandbox = Sandbox::create(&server, cx.suite().isolation, label).await?;
        match Stage::prepare(cx, &sandbox).await {
            Ok((runner, conn, outside)) => {
                let outside = outside.map(|outside| (outside, cx.reached_out()));
                Ok(Stage { sandbox: Arc::new(sandbox), runner: Arc::new(runner), conn, outside })
            }
            Err(error) => {
                super::keep::close(Arc::new(sandbox), false).await;
                Err(error)
            }
        }
    }

    async fn prepare(
        cx: &Context<'_>,
        sandbox: &Sandbox,
    ) -> Result<(Runner, PgConnection, Option<Outside>)> {
        cx.run_setup(sandbox).await?;
        let mut conn = sandbox.connect().await?;
        let runner = Runner::prepare(&mut conn, cx.history(), sandbox.home_schema()).await?;
        let outside = match sandbox.isolation() {
            Isolation::Database => None,
            Isolation::Schema => Some(Outside::start(&mut conn, runner.table()).await?),
        };
        Ok((runner, conn, outside))
    }

    /// Closes the connection, so that the database can be copied.
    ///
    /// # Errors
    ///
    /// When the server does not take the farewell.
    pub async fn freeze(self) -> Result<Template> {
        self.conn.close().await?;
        Ok(Template { sandbox: self.sandbox, runner: self.runner })
    }

    /// Opens a new connection, with none of the session state that the last one had.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub async fn reconnect(&mut self) -> Result<()> {
        self.conn = self.sandbox.connect().await?;
        Ok(())
    }

    /// The isolated database or schema.
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// The connection on which the migrations run.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.conn
    }

    /// What applies and reverts.
    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    /// Applies one version.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the script fails; the stage is then good for nothing but closing or reconnecting.
    pub async fn apply(&mut self, migration: &Migration) -> Result<Step, StepError> {
        let result = self.runner.apply(&mut self.conn, migration).await;
        self.look_outside(result.as_ref().err(), migration, Direction::Up).await?;
        result.map_err(|error| self.with_advice(error))
    }

    /// Reverts one version; `None` when it has no down script.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the script fails; the stage is then good for nothing but closing or reconnecting.
    pub async fn revert(&mut self, migration: &Migration) -> Result<Option<Step>, StepError> {
        let result = self.runner.revert(&mut self.conn, migration).await;
        self.look_outside(result.as_ref().err(), migration, Direction::Down).await?;
        result.map_err(|error| self.with_advice(error))
    }

    async fn look_outside(
        &mut self,
        failed: Option<&StepError>,
        migration: &Migration,
        direction: Direction,
    ) -> Result<(), StepError> {
        // What failed was rolled back; its connection may be in any state.
        let Some((outside, told)) = self.outside.as_mut().filter(|_| failed.is_none()) else {
            return Ok(());
        };
        let findings = outside
            .look(&mut self.conn, migration, direction)
            .await
            .map_err(|error| StepError::aside(migration, direction, error))?;
        told.lock().unwrap_or_else(PoisonError::into_inner).extend(findings);
        Ok(())
    }

    /// Says why something that all tests of a database share may be there already.
    fn with_advice(&self, mut error: StepError) -> StepError {
        let shared =
            error.message.starts_with("extension ") || error.message.starts_with("schema ");
        let exists = matches!(error.sqlstate.as_deref(), Some("42710" | "42P06"));
        if self.outside.is_some() && error.advice.is_none() && shared && exists {
            error.advice = Some(
                "in schema isolation all tests share one database, and what lives in no schema with it; make it in the suite's setup file, or give each test a database of its own: isolation = \"database\"".into(),
            );
        }
        error
    }

    /// Marks a version as applied without running it.
    ///
    /// # Errors
    ///
    /// When the bookkeeping table does not take the row.
    pub async fn mark_applied(&mut self, migration: &Migration) -> Result<()> {
        Ok(self.runner.mark_applied(&mut self.conn, migration).await?)
    }

    /// The numbers of the versions that are applied, ascending.
    ///
    /// # Errors
    ///
    /// When the bookkeeping table cannot be read.
    pub async fn applied(&mut self) -> Result<Vec<i64>> {
        Ok(self.runner.applied(&mut self.conn).await?)
    }

    /// Reads the catalog.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be read.
    pub async fn catalog(&mut self, cx: &Context<'_>) -> Result<Catalog> {
        Ok(Catalog::read(&mut self.conn, &cx.read_options(&self.sandbox)).await?)
    }

    /// Reads the rows, as far as it takes to see that they are others.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub async fn rows(&mut self) -> Result<Rows> {
        Ok(Rows::read(&mut self.conn, &self.sandbox, self.runner.table()).await?)
    }

    /// Drops the database or schema, or keeps it when the check failed and the user asked for that.
    /// Returns the line that tells how to open what was kept.
    pub async fn close(self, failed: bool) -> Option<String> {
        drop(self.conn);
        super::keep::close(self.sandbox, failed).await
    }
}

/// A database that nobody is connected to, so that it can be copied.
#[derive(Debug)]
pub struct Template {
    sandbox: Arc<Sandbox>,
    runner: Arc<Runner>,
}

impl Template {
    /// Whether PostgreSQL can copy it: it can copy databases, not schemas.
    pub fn can_copy(isolation: Isolation) -> bool {
        isolation == Isolation::Database
    }

    /// Makes a copy with a connection of its own.
    ///
    /// # Errors
    ///
    /// When the copy cannot be made.
    pub async fn copy(&self, cx: &Context<'_>, label: &str) -> Result<Stage> {
        let server = cx.server().await?;
        let sandbox = Sandbox::create_from(&server, self.sandbox.name(), label).await?;
        match sandbox.connect().await {
            Ok(conn) => {
                let sandbox = Arc::new(sandbox);
                Ok(Stage { sandbox, runner: Arc::clone(&self.runner), conn, outside: None })
            }
            Err(error) => {
                super::keep::close(Arc::new(sandbox), false).await;
                Err(error.into())
            }
        }
    }

    /// Opens a connection again.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub async fn thaw(self) -> Result<Stage> {
        match self.sandbox.connect().await {
            Ok(conn) => {
                Ok(Stage { sandbox: self.sandbox, runner: self.runner, conn, outside: None })
            }
            Err(error) => {
                super::keep::close(self.sandbox, false).await;
                Err(error.into())
            }
        }
    }

    /// Drops the database.
    pub async fn close(self) {
        super::keep::close(self.sandbox, false).await;
    }
}
