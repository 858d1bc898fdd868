//! A stage: an isolated database with its bookkeeping table and a connection, ready to take steps.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sqlx::PgConnection;
use tracing::Instrument as _;

use super::config::StageConfig;
use super::lease::Lease;
use super::observations::Observations;
use super::observer::{Observers, StepView, connect, while_running};
use super::observers::{self, Fingerprint, Roles, Rows, Tracking};
use super::seed::{Seed, SeedPlace, When};
use crate::catalog::{Catalog, ReadOptions, Scope, Tracker};
use crate::engines::{Runner, Step, StepError};
use crate::error::Result;
use crate::history::{Direction, Migration, VersionId};
use crate::isolation::{Isolation, Sandbox};

/// An isolated database at some version of the history.
#[derive(Debug)]
pub struct Stage {
    pub(super) lease: Lease,
    pub(super) config: Arc<StageConfig>,
    pub(super) engine: Arc<Runner>,
    pub(super) conn: PgConnection,
    /// The backend that serves `conn`.
    pub(super) pid: i32,
    pub(super) observers: Observers,
    pub(super) observations: Observations,
}

impl Stage {
    /// Applies one version.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the script or an observer (a seed, for example) fails. The stage can then only be closed or
    /// [reconnected](Self::reconnect).
    pub async fn apply(&mut self, migration: &Migration) -> Result<Step, StepError> {
        self.step(migration, Direction::Up).await
    }

    /// Reverts one version; `None` when it has no down script.
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    pub async fn revert(&mut self, migration: &Migration) -> Result<Option<Step>, StepError> {
        if migration.down().is_none() {
            return Ok(None);
        }
        self.step(migration, Direction::Down).await.map(Some)
    }

    async fn step(
        &mut self,
        migration: &Migration,
        direction: Direction,
    ) -> Result<Step, StepError> {
        let span = self.span();
        let others_wrote = AtomicBool::new(false);
        let Stage { lease, config, engine, conn, pid, observers, observations } = self;
        let view = StepView {
            migration,
            direction,
            sandbox: &lease.sandbox,
            config,
            pid: *pid,
            observations,
            others_wrote: &others_wrote,
        };
        observers.before(view, conn).await?;
        let run = async {
            match direction {
                Direction::Up => engine.apply(conn, migration).await,
                Direction::Down => {
                    let none = || "it has no down script".to_owned();
                    let none = || StepError::of(migration.version(), direction, none());
                    engine.revert(conn, migration).await.and_then(|step| step.ok_or_else(none))
                }
            }
        };
        let result = while_running(run.instrument(span), observers.during(view)).await;
        observers.after(view, conn, result).await
    }

    /// Plants a seed on a connection of its own.
    pub(crate) async fn plant(&mut self, seed: &Seed) -> Result<()> {
        self.observers.disturbed();
        let place = SeedPlace { when: When::At, version: None };
        let sandbox = &self.lease.sandbox;
        let connection = connect(sandbox).await?;
        observers::plant(seed, place, connection, (sandbox, &self.config)).await
    }

    /// Opens a new connection, with none of the session state that the last one had.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub async fn reconnect(&mut self) -> Result<()> {
        (self.conn, self.pid) = connect(&self.lease.sandbox).await?;
        Ok(())
    }

    /// The isolated database or schema.
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.lease.sandbox
    }

    /// The connection on which the steps run.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.observers.disturbed();
        &mut self.conn
    }

    /// The engine, and the connection on which it runs the steps.
    pub fn engine(&mut self) -> (&Runner, &mut PgConnection) {
        self.observers.disturbed();
        (&self.engine, &mut self.conn)
    }

    /// The span of what is logged while the connection is at work.
    pub(crate) fn span(&self) -> tracing::Span {
        tracing::debug_span!("gauntlet", sandbox = self.lease.sandbox.name(), pid = self.pid)
    }

    /// Marks a version as applied without running it.
    ///
    /// # Errors
    ///
    /// When the row cannot be written to the bookkeeping table.
    pub async fn mark_applied(&mut self, migration: &Migration) -> Result<()> {
        Ok(self.engine.mark_applied(&mut self.conn, migration).await?)
    }

    /// The numbers of the versions that are applied, ascending.
    ///
    /// # Errors
    ///
    /// When the bookkeeping table cannot be read.
    pub async fn applied(&mut self) -> Result<Vec<VersionId>> {
        Ok(self.engine.applied(&mut self.conn).await?)
    }

    /// The options with which the catalog of this stage is read.
    pub fn read_options(&self) -> ReadOptions {
        let sandbox = &self.lease.sandbox;
        let scope = match sandbox.isolation() {
            Isolation::Database => Scope::Database,
            Isolation::Schema => Scope::Schema,
        };
        ReadOptions::default()
            .home(sandbox.home_schema())
            .scope(scope)
            .bookkeeping(None, self.config.engine.table())
    }

    /// Reads the catalog.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be read.
    pub async fn catalog(&mut self) -> Result<Catalog> {
        let options = self.read_options();
        Ok(Catalog::read(&mut self.conn, &options).await?)
    }

    /// Starts to follow the catalog after each step, over a connection of its own.
    ///
    /// # Errors
    ///
    /// When the server refuses the connection or the catalog cannot be read.
    pub async fn track(&mut self) -> Result<()> {
        let (conn, _) = connect(&self.lease.sandbox).await?;
        let options = self.read_options();
        let tracker = Tracker::start(conn, options.clone()).await?;
        if let Some(question) = tracker.question() {
            Arc::make_mut(&mut self.engine).count(question);
        }
        self.observers.set(Tracking::new(tracker, options));
        Ok(())
    }

    /// The tracker that follows the catalog, once [`track`](Self::track) has started it.
    pub fn tracker(&mut self) -> Option<&mut Tracker> {
        self.observers.find::<Tracking>().map(|tracking| &mut tracking.tracker)
    }

    /// Whether the suite's scripts create roles, which no database isolates.
    pub fn creates_roles(&self) -> bool {
        self.lease.roles.is_some()
    }

    /// The roles that exist after the last step and were created by the suite's scripts.
    pub fn roles_created(&mut self) -> BTreeSet<String> {
        self.observers.find::<Roles>().map(|roles| roles.created().clone()).unwrap_or_default()
    }

    /// Reads the rows, as far as it takes to see that they are different.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub async fn fingerprint(&mut self) -> Result<Fingerprint> {
        let (sandbox, table) = (&self.lease.sandbox, self.engine.table());
        let mut unknown = Rows::unknown();
        let rows = self.observers.find::<Rows>().unwrap_or(&mut unknown);
        Ok(rows.fingerprint(&mut self.conn, sandbox, table).await?)
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Drops the database or schema, or keeps it when the check failed and the user asked for that.
    /// Returns the line that says how to open what was kept.
    pub async fn close(self, failed: bool) -> Option<String> {
        let Stage { lease, conn, observers, .. } = self;
        // They may hold connections and the roles.
        drop((conn, observers));
        lease.close(failed).await
    }
}
