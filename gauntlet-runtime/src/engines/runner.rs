//! Single steps of an engine on one database, with what is the same for every engine: time, the settings that a script
//! leaves changed, and the place of a failure in its script.

use std::sync::Arc;
use std::time::Instant;

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use super::locate::step_error;
use super::session::{Left, Session};
use super::{Engine, EngineError, Step, StepError};
use crate::history::{Direction, Migration, Script, VersionId};

/// Applies and reverts single versions on one connection's database.
#[derive(Debug, Clone)]
pub struct Runner {
    engine: Arc<dyn Engine>,
    table: String,
    session: Session,
}

impl Runner {
    /// Makes the engine's bookkeeping table, which is then open to every role.
    ///
    /// `home` is the schema in which unqualified names land. The table is addressed with it, so that a migration that
    /// changes `search_path` or `role` does not break the bookkeeping.
    ///
    /// # Errors
    ///
    /// When the table cannot be made.
    pub async fn prepare(
        conn: &mut PgConnection,
        engine: Arc<dyn Engine>,
        home: &str,
    ) -> Result<Runner, EngineError> {
        let table = engine.prepare(conn, home).await?;
        let prepared = async {
            conn.execute(AssertSqlSafe(format!("GRANT ALL ON {table} TO PUBLIC"))).await?;
            Session::of(conn).await
        };
        let session = prepared.await.map_err(EngineError::Bookkeeping)?;
        Ok(Runner { engine, table, session })
    }

    /// Adds an expression to the question that follows each step: an `int8[]` of the server's statistics.
    pub(crate) fn count(&mut self, expression: &str) {
        self.session.count(expression);
    }

    /// The bookkeeping table, quoted and qualified.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Applies one version.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the script fails. The connection may then be in any state and must not be used afterwards.
    pub async fn apply(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
    ) -> Result<Step, StepError> {
        tracing::debug!(version = %migration.id(), "apply");
        self.step(conn, migration, Direction::Up, migration.up()).await
    }

    /// Reverts one version. `None` when it has no down script.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the script fails. The connection may then be in any state and must not be used afterwards.
    pub async fn revert(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
    ) -> Result<Option<Step>, StepError> {
        let Some(down) = migration.down() else { return Ok(None) };
        tracing::debug!(version = %migration.id(), "revert");
        self.step(conn, migration, Direction::Down, down).await.map(Some)
    }

    async fn step(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
        direction: Direction,
        script: &Script,
    ) -> Result<Step, StepError> {
        let start = Instant::now();
        let result = match direction {
            Direction::Up => self.engine.apply(conn, &self.table, migration).await,
            Direction::Down => self.engine.revert(conn, &self.table, migration).await,
        };
        let duration = start.elapsed();
        let left = match result {
            Ok(()) => {
                let left = self.session.restore(conn, &script.text).await;
                left.map_err(EngineError::Bookkeeping)
            }
            Err(error) => Err(error),
        };
        let version = migration.version().clone();
        match left {
            Ok(Left { settings, open, counts }) => {
                Ok(Step { version, direction, duration, settings, open, counts })
            }
            Err(error) => {
                let mut error = step_error(conn, &version, direction, script, error).await;
                if error.advice.is_none() {
                    error.advice = self.engine.advise(script, &error);
                }
                Err(error)
            }
        }
    }

    /// Records a version as applied without running it.
    ///
    /// # Errors
    ///
    /// When the row cannot be written.
    pub async fn mark_applied(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
    ) -> Result<(), EngineError> {
        self.engine.mark(conn, &self.table, migration).await
    }

    /// The versions that the bookkeeping table holds, in the order of the history.
    ///
    /// # Errors
    ///
    /// When the table cannot be read.
    pub async fn applied(&self, conn: &mut PgConnection) -> Result<Vec<VersionId>, EngineError> {
        self.engine.applied(conn, &self.table).await
    }
}
