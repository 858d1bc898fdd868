//! Single steps of an engine on one database, with what is the same for every engine: time, what a script leaves in its
//! session, and the place of a failure in its script.

use std::sync::Arc;
use std::time::Instant;

use super::locate::{self, step_error};
use super::session::{self, Left, Session};
use super::{Engine, EngineError, Rest, Step, StepError, Unrecorded, notices};
use crate::driver::{self, PgConnection};
use crate::history::{Direction, Migration, Script, VersionId};
use crate::sql::{Position, SqlText};

/// Applies and reverts single versions on one connection's database.
#[derive(Debug, Clone)]
pub struct Runner {
    engine: Arc<dyn Engine>,
    home: String,
    /// The bookkeeping table as the engine names it in production.
    name: String,
    /// The same table, quoted and qualified.
    table: String,
    /// Every bookkeeping table, that one first: quoted and qualified, its schema, its name.
    tables: Vec<(String, String, String)>,
    session: Session,
}

impl Runner {
    /// Makes the engine's bookkeeping table. `home` is the schema in which unqualified names land.
    ///
    /// # Errors
    ///
    /// When the table cannot be made.
    #[doc(hidden)]
    pub async fn prepare(
        conn: &mut PgConnection,
        engine: Arc<dyn Engine>,
        home: &str,
    ) -> Result<Runner, EngineError> {
        const QUALIFIED: &str = "
            SELECT pg_catalog.format('%I.%I', nspname, relname), nspname::text, relname::text FROM pg_catalog.pg_class
            JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
            WHERE pg_class.oid = $1::text::pg_catalog.regclass";
        let name = engine.prepare(conn, home).await?;
        let prepared = async {
            let mut tables: Vec<(String, String, String)> = Vec::new();
            let others = engine.tables();
            let others = others.iter().filter(|table| **table != engine.table());
            for table in std::iter::once(&*name).chain(others.copied()) {
                let found: (String, String, String) =
                    driver::query_as(QUALIFIED).bind(table).fetch_one(&mut *conn).await?;
                if !tables.contains(&found) {
                    tables.push(found);
                }
            }
            Ok((tables, Session::of(conn).await?))
        };
        let (tables, session) = prepared.await.map_err(EngineError::Bookkeeping)?;
        let table = tables[0].0.clone();
        Ok(Runner { engine, home: home.to_owned(), name, table, tables, session })
    }

    /// A runner for a copy of the database, which learns from its own steps only.
    pub(crate) fn of_copy(&self) -> Runner {
        Runner { session: self.session.apart(), ..self.clone() }
    }

    /// Takes notice of scripts that ran in the database before: of the functions that they made, which later scripts may call.
    pub(crate) fn learn<'a>(&self, scripts: impl Iterator<Item = &'a Script>) {
        scripts.for_each(|script| self.session.learn(&script.text));
    }

    /// Returns true if this script of a migration behaves as in a new session only in a new session.
    pub(crate) fn wants_new_session(&self, script: &Script) -> bool {
        self.session.wants_a_new_one(&script.text)
    }

    /// Adds an expression to the question that follows each step: an `int8[]` of the server's statistics.
    pub(crate) fn count(&mut self, expression: &str) {
        self.session.count(expression);
    }

    /// The server's statistics after SQL that is no step, where they are asked for and count everything that was written.
    pub(crate) async fn counts(
        &self,
        conn: &mut PgConnection,
        sql: &SqlText,
    ) -> Result<Option<Vec<i64>>, EngineError> {
        let left = self.session.left(conn, sql).await.map_err(EngineError::Bookkeeping)?;
        Ok(left.counts)
    }

    /// Makes the bookkeeping table where it is not found, as each run of the engine does at its beginning; its name.
    pub(super) async fn begin(&self, conn: &mut PgConnection) -> Result<String, EngineError> {
        self.engine.prepare(conn, &self.home).await
    }

    /// The bookkeeping table as the engine names it in production.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The engine that takes the steps.
    pub(crate) fn engine(&self) -> &dyn Engine {
        &*self.engine
    }

    /// The bookkeeping table, quoted and qualified.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Every bookkeeping table, quoted and qualified.
    pub(crate) fn tables(&self) -> Vec<String> {
        self.tables.iter().map(|(table, ..)| table.clone()).collect()
    }

    /// The schema (`None` for home) and the name of every bookkeeping table, unquoted.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let home = &self.home;
        self.tables
            .iter()
            .map(move |(_, schema, name)| ((schema != home).then_some(&**schema), &**name))
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
        let framed = self.session.forgets_statements(&script.text);
        if framed && let Err(error) = self.engine.frame(conn).await {
            return Err(step_error(conn, migration.version(), direction, script, error).await);
        }
        let start = Instant::now();
        let run = async {
            match direction {
                Direction::Up => self.engine.apply(conn, &self.name, migration).await,
                Direction::Down => self.engine.revert(conn, &self.name, migration).await,
            }
        };
        let (result, notices) = notices::collect(run).await;
        let duration = start.elapsed();
        let mut run_ends = false;
        let result = match result {
            Ok(()) if framed => {
                run_ends = true;
                self.engine.frame(conn).await
            }
            result => result,
        };
        let left = match result {
            Ok(()) => {
                let left = self.session.left(conn, &script.text).await;
                left.map_err(EngineError::Bookkeeping)
            }
            Err(error) => Err(error),
        };
        let version = migration.version().clone();
        match left {
            Ok(Left { items: left, open, unseen, affects, counts }) => {
                let step = Step {
                    version,
                    direction,
                    duration,
                    left,
                    notices,
                    open,
                    unseen,
                    affects,
                    counts,
                };
                Ok(step)
            }
            Err(error) => {
                let is_bookkeeping = matches!(error, EngineError::Bookkeeping(_));
                let mut error = step_error(conn, &version, direction, script, error).await;
                error.notices = notices;
                if is_bookkeeping && Unrecorded::is(error.sqlstate.as_deref()) {
                    let rest = if run_ends {
                        Rest::RunEnd
                    } else {
                        self.rest(conn, migration, direction, script).await
                    };
                    let engine = (self.engine.name(), self.engine.table(), &*self.home);
                    let sqlstate = error.sqlstate.as_deref();
                    let unrecorded = Unrecorded::of(engine, script, sqlstate, rest);
                    if let Some(offset) = unrecorded.place(script) {
                        locate::point_at(
                            &mut error,
                            script,
                            Position::of_byte(&script.text, offset),
                        );
                    }
                    error.unrecorded = Some(unrecorded);
                    error.advice = None;
                }
                if error.advice.is_none() {
                    error.advice = self.engine.advise(script, &error);
                }
                Err(error)
            }
        }
    }

    /// The rest of a version whose row could not be written.
    async fn rest(
        &self,
        conn: &mut PgConnection,
        migration: &Migration,
        direction: Direction,
        script: &Script,
    ) -> Rest {
        let recorded = match session::reset(conn).await {
            Ok(()) => self.engine.applied(conn, &self.table).await.ok(),
            Err(_) => None,
        };
        let recorded = recorded.is_some_and(|all| all.contains(migration.id()));
        match (direction, recorded, script.transactional) {
            (Direction::Up, true, _) => Rest::All,
            (_, _, true) => Rest::Nothing,
            (_, _, false) => Rest::Script,
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
