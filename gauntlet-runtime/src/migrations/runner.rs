//! One step up or down, as sqlx takes it in production.

use std::time::Duration;

use sqlx::migrate::Migrate as _;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use super::history::{Direction, History, Migration, Script, Version};
use super::locate::step_error;
use super::session::{Left, Session};
use super::{SettingChange, StepError};
use crate::names::quote_ident;

/// What a step did.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step {
    /// The version that was applied or reverted.
    pub version: Version,
    /// The direction.
    pub direction: Direction,
    /// How long the script took, as sqlx measures it.
    pub duration: Duration,
    /// Session settings that the script left changed; they were put back.
    pub settings: Vec<SettingChange>,
    /// Whether the script left a transaction open, whose work nobody else sees.
    pub(crate) open: bool,
    /// What the server's statistics say, where they were asked for and count all that was written.
    pub(crate) counts: Option<Vec<i64>>,
}

/// `up 3 add_status: 1.2ms`.
impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {:.1?}", self.direction, self.version, self.duration)
    }
}

/// Applies and reverts single versions on one connection's database.
#[derive(Debug, Clone)]
pub struct Runner {
    table: String,
    session: Session,
}

impl Runner {
    /// Makes the schemas and the bookkeeping table that sqlx makes before its first migration.
    ///
    /// `home` is the schema in which unqualified names land. The table is addressed with it, so that a
    /// migration that changes `search_path` or `role` does not break the bookkeeping.
    ///
    /// # Errors
    ///
    /// When the table cannot be made.
    pub async fn prepare(
        conn: &mut PgConnection,
        history: &History,
        home: &str,
    ) -> Result<Runner, sqlx::Error> {
        for schema in &history.create_schemas {
            conn.create_schema_if_not_exists(schema).await.map_err(into_sqlx)?;
        }
        // A Migrator's table name may be qualified already, and is SQL as sqlx takes it.
        let table = if history.table.contains(['.', '"']) {
            history.table.clone()
        } else {
            format!("{}.{}", quote_ident(home), quote_ident(&history.table))
        };
        conn.ensure_migrations_table(&table).await.map_err(into_sqlx)?;
        conn.execute(AssertSqlSafe(format!("GRANT ALL ON {table} TO PUBLIC"))).await?;
        let session = Session::of(conn).await?;
        Ok(Runner { table, session })
    }

    /// Asks after each step for an expression, an `int8[]` of the server's statistics.
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
    /// [`StepError`] when the script fails. The connection may then be in any state: the tool throws it away.
    pub async fn apply(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
    ) -> Result<Step, StepError> {
        tracing::debug!(version = migration.number(), "apply");
        self.step(conn, migration, Direction::Up, &migration.up).await
    }

    /// Reverts one version. `None` when it has no down script, which sqlx would pass over.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the script fails. The connection may then be in any state: the tool throws it away.
    pub async fn revert(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
    ) -> Result<Option<Step>, StepError> {
        let Some(down) = &migration.down else { return Ok(None) };
        tracing::debug!(version = migration.number(), "revert");
        self.step(conn, migration, Direction::Down, down).await.map(Some)
    }

    async fn step(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
        direction: Direction,
        script: &Script,
    ) -> Result<Step, StepError> {
        let result = match direction {
            Direction::Up => conn.apply(&self.table, &script.inner).await,
            Direction::Down => conn.revert(&self.table, &script.inner).await,
        };
        let version = migration.version.clone();
        let duration = match result {
            Ok(duration) => duration,
            Err(error) => return Err(step_error(conn, &version, direction, script, error).await),
        };
        match self.session.restore(conn, script.sql()).await {
            Ok(Left { settings, open, counts }) => {
                Ok(Step { version, direction, duration, settings, open, counts })
            }
            Err(error) => Err(step_error(conn, &version, direction, script, error.into()).await),
        }
    }

    /// Marks a version as applied without running it (`sqlx migrate run --skip`).
    ///
    /// # Errors
    ///
    /// When the row cannot be written.
    pub async fn mark_applied(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
    ) -> Result<(), sqlx::Error> {
        conn.skip(&self.table, &migration.up.inner).await.map_err(into_sqlx)
    }

    /// The numbers of the versions that the bookkeeping table holds, ascending.
    ///
    /// # Errors
    ///
    /// When the table cannot be read.
    pub async fn applied(&self, conn: &mut PgConnection) -> Result<Vec<i64>, sqlx::Error> {
        let rows = conn.list_applied_migrations(&self.table).await.map_err(into_sqlx)?;
        Ok(rows.into_iter().map(|row| row.version).collect())
    }
}

fn into_sqlx(error: sqlx::migrate::MigrateError) -> sqlx::Error {
    match error {
        sqlx::migrate::MigrateError::Execute(inner) => inner,
        other => sqlx::Error::Migrate(Box::new(other)),
    }
}
