//! A stage: an isolated database with its bookkeeping table and a connection, ready to take steps.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracing::Instrument as _;

use super::config::StageConfig;
use super::lease::Lease;
use super::observations::Observations;
use super::observer::{Observers, StepView, connect, while_running};
use super::observers::{self, Fingerprint, Roles, Rows, Tracking};
use super::seed::{Seed, SeedPlace};
use super::server_thing::ServerThing;
use super::session::{Session, Sessions};
use crate::catalog::{Catalog, Difference, ReadOptions, Scope, Tracker};
use crate::driver::{Connection as _, PgConnection};
use crate::engines::{Runner, Step, StepError, Stray, may_stray};
use crate::error::Result;
use crate::history::{Direction, Migration, Script, VersionId};
use crate::isolation::{Isolation, Sandbox};

/// An isolated database at some version of the history.
#[derive(Debug)]
pub struct Stage {
    pub(super) lease: Lease,
    pub(super) config: Arc<StageConfig>,
    pub(super) engine: Arc<Runner>,
    pub(super) session: Session,
    pub(super) sessions: Sessions,
    /// A second connection, for what is asked while the session of the steps is not to be touched.
    pub(super) aside: Option<PgConnection>,
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
        let result = self.take(migration, direction).await;
        self.observations.see_fault(result.as_ref().err());
        if let Ok(step) = &result {
            self.observations.took(step);
        }
        result
    }

    async fn take(
        &mut self,
        migration: &Migration,
        direction: Direction,
    ) -> Result<Step, StepError> {
        let span = self.span();
        let others_wrote = AtomicBool::new(false);
        let Stage { lease, config, engine, session, sessions, aside, observers, observations } =
            self;
        let sandbox = &lease.sandbox;
        let wants_new =
            migration.script(direction).is_some_and(|script| engine.wants_new_session(script));
        let renewed = session.before(*sessions, direction, wants_new, sandbox).await;
        let view = StepView {
            migration,
            direction,
            sandbox,
            config,
            pid: session.pid,
            observations,
            others_wrote: &others_wrote,
        };
        renewed.map_err(|error| view.no_session(&error))?;
        let conn = &mut session.conn;
        observers.before(view, conn).await?;
        let run = async {
            match direction {
                Direction::Up => engine.apply(conn, migration).await,
                Direction::Down => {
                    let none = || "it has no down script".to_owned();
                    let none = || StepError::of(migration.version(), direction, none());
                    engine.revert(conn, migration).await?.ok_or_else(none)
                }
            }
        };
        let result =
            while_running(view.in_time(run.instrument(span)), observers.during(view)).await;
        if let Ok(step) = &result {
            session.after(step);
            if *sessions == Sessions::PerStep {
                session.renew(sandbox).await.map_err(|error| view.no_session(&error))?;
            }
        }
        let conn = if result.is_ok() && session.is_marked() {
            let beside = beside(aside, sandbox).await;
            beside.map_err(|error| view.no_session(&error))?
        } else {
            &mut session.conn
        };
        observers.after(view, conn, result).await
    }

    /// Whether the next run of the engine, in a new session, would not find the table that this stage writes, after a script
    /// that may be the reason.
    pub(crate) async fn stray(&mut self, script: &Script) -> Result<Option<Stray>> {
        let sandbox = self.sandbox();
        // In schema isolation each session of the test gets its path from the test.
        if sandbox.isolation() == Isolation::Schema || !script.text.fact(MayStray::of).0 {
            return Ok(None);
        }
        let (mut conn, _) = connect(sandbox).await?;
        let stray = self.engine.stray(&mut conn).await;
        drop(conn.close().await);
        Ok(stray?)
    }

    /// Says which steps share a session; by default those of one run.
    pub fn sessions(&mut self, sessions: Sessions) {
        self.sessions = sessions;
    }

    /// Whether a script may do something else in a session in which other scripts ran, although they left nothing.
    pub(crate) fn depends_on_session(&self, script: &Script) -> bool {
        self.engine.wants_new_session(script)
    }

    /// Ends a run of the engine: the next step, and whoever uses the connection before it, has a new session.
    ///
    /// # Errors
    ///
    /// When the server refuses a new connection.
    pub(crate) async fn end_run(&mut self) -> Result<()> {
        self.session.renew(&self.lease.sandbox).await
    }

    /// The connection for a question: that of the steps, unless its session is not like a new one.
    async fn asking(&mut self) -> Result<&mut PgConnection> {
        if self.session.is_marked() {
            beside(&mut self.aside, &self.lease.sandbox).await
        } else {
            Ok(&mut self.session.conn)
        }
    }

    /// Notes what the up of a version has changed, for the reports of the run.
    pub(crate) fn note_changes(&self, version: &VersionId, changes: &[Difference]) {
        self.observations.changed(version, changes);
    }

    /// Plants a seed on a connection of its own.
    pub(crate) async fn plant(&mut self, seed: &Seed) -> Result<()> {
        self.plant_at(SeedPlace::Here, seed).await
    }

    /// Plants a fixture of a test, in the same way.
    pub(crate) async fn plant_fixture(&mut self, fixture: &Seed) -> Result<()> {
        self.plant_at(SeedPlace::Fixture, fixture).await
    }

    async fn plant_at(&mut self, place: SeedPlace<'_>, seed: &Seed) -> Result<()> {
        self.observers.disturbed();
        let sandbox = &self.lease.sandbox;
        let (mut conn, pid) = connect(sandbox).await?;
        observers::plant(seed, place, (&mut conn, pid), (sandbox, &self.config)).await?;
        Ok(conn.close().await?)
    }

    /// Opens a new connection, with none of the session state that the last one had.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub async fn reconnect(&mut self) -> Result<()> {
        self.session = Session::new(connect(&self.lease.sandbox).await?);
        Ok(())
    }

    /// The isolated database or schema.
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.lease.sandbox
    }

    /// The connection on which the steps run.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.observers.disturbed();
        &mut self.session.conn
    }

    /// The engine, and the connection on which it runs the steps.
    pub fn engine(&mut self) -> (&Runner, &mut PgConnection) {
        self.observers.disturbed();
        (&self.engine, &mut self.session.conn)
    }

    /// The span of what is logged while the connection is at work.
    pub(crate) fn span(&self) -> tracing::Span {
        tracing::debug_span!(
            "gauntlet",
            sandbox = self.lease.sandbox.name(),
            pid = self.session.pid
        )
    }

    /// Marks a version as applied without running it.
    ///
    /// # Errors
    ///
    /// When the row cannot be written to the bookkeeping table.
    pub async fn mark_applied(&mut self, migration: &Migration) -> Result<()> {
        let engine = Arc::clone(&self.engine);
        Ok(engine.mark_applied(self.asking().await?, migration).await?)
    }

    /// The numbers of the versions that are applied, ascending.
    ///
    /// # Errors
    ///
    /// When the bookkeeping table cannot be read.
    pub async fn applied(&mut self) -> Result<Vec<VersionId>> {
        let engine = Arc::clone(&self.engine);
        Ok(engine.applied(self.asking().await?).await?)
    }

    /// The options with which the catalog of this stage is read.
    pub fn read_options(&self) -> ReadOptions {
        let sandbox = &self.lease.sandbox;
        let scope = match sandbox.isolation() {
            Isolation::Database => Scope::Database,
            Isolation::Schema => Scope::Schema,
        };
        let options = ReadOptions::default()
            .home(sandbox.home_schema())
            .visible(sandbox.schemas_behind())
            .scope(scope);
        let tables = self.engine.places();
        tables.fold(options, |options, (schema, table)| options.bookkeeping(schema, table))
    }

    /// Reads the catalog.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be read.
    pub async fn catalog(&mut self) -> Result<Catalog> {
        let options = self.read_options();
        Ok(Catalog::read(self.asking().await?, &options).await?)
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

    /// Returns true if the suite's scripts create roles or change what else belongs to the server, which no database isolates.
    pub fn changes_server(&self) -> bool {
        self.lease.roles.is_some()
    }

    /// Makes the roles that the suite's scripts make, where no script runs but something names them.
    ///
    /// # Errors
    ///
    /// When the server fails. A role of the URL that may not make roles is not an error.
    pub(crate) async fn make_roles(&self) -> Result<()> {
        match &self.lease.roles {
            Some(guard) => guard.make_missing().await,
            None => Ok(()),
        }
    }

    /// What exists on the server after the last step and was made by the suite's scripts: roles, settings of roles,
    /// tablespaces.
    pub fn made_on_server(&mut self) -> BTreeSet<ServerThing> {
        self.observers.find::<Roles>().map(|roles| roles.created().clone()).unwrap_or_default()
    }

    /// Reads the rows, as far as it takes to see that they are different.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub async fn fingerprint(&mut self) -> Result<Fingerprint> {
        let conn = if self.session.is_marked() {
            beside(&mut self.aside, &self.lease.sandbox).await?
        } else {
            &mut self.session.conn
        };
        let (sandbox, tables) = (&self.lease.sandbox, self.engine.tables());
        let mut unknown = Rows::unknown();
        let rows = self.observers.find::<Rows>().unwrap_or(&mut unknown);
        Ok(rows.fingerprint(conn, sandbox, &tables).await?)
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Drops the database or schema, or keeps it when the check failed and the user asked for that.
    /// What is still in place is part of the check's report.
    pub async fn close(self, failed: bool) {
        let Stage { lease, session, aside, observers, observations, .. } = self;
        // They may hold connections and the roles.
        drop((session, aside, observers));
        observations.leave(lease.close(failed).await);
    }
}

/// Whether a script may change where new sessions look for tables.
struct MayStray(bool);

impl MayStray {
    fn of(script: &str) -> MayStray {
        MayStray(may_stray(script))
    }
}

/// The second connection of a stage, opened when it is first asked for.
pub(super) async fn beside<'a>(
    aside: &'a mut Option<PgConnection>,
    sandbox: &Sandbox,
) -> Result<&'a mut PgConnection> {
    Ok(match aside {
        Some(conn) => conn,
        None => aside.insert(connect(sandbox).await?.0),
    })
}
