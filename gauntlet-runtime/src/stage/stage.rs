//! A stage: an isolated database with the bookkeeping in place and one connection, ready to run migrations.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use sqlx::{Connection as _, PgConnection};
use tracing::Instrument as _;

use super::keep;
use super::observers::outside::Outside;
use super::observers::progress::{self, Doing};
use super::observers::roles::{self, RoleGuard};
use super::observers::rows::{Fingerprint, Holders};
use super::seed::{Near, Seed, When};
use crate::catalog::{Catalog, Tracker};
use crate::context::Context;
use crate::context::Plan;
use crate::context::ReachedOut;
use crate::error::{Error, Result};
use crate::isolation::{Isolation, Sandbox};
use crate::migrations::{Direction, Migration, Runner, Script, Step, StepError, Version};

/// An isolated database at some version of the history.
#[derive(Debug)]
pub struct Stage {
    sandbox: Arc<Sandbox>,
    runner: Arc<Runner>,
    conn: PgConnection,
    /// The backend that serves `conn`.
    pid: i32,
    memory: Memory,
    /// Which tables may hold rows.
    holders: Holders,
    /// In schema isolation: what lies outside, and where to tell that a step changed it.
    outside: Option<(Outside, ReachedOut)>,
}

/// What a stage knows beside its database, and its copies know too.
#[derive(Debug, Clone)]
struct Memory {
    plan: Arc<Plan>,
    /// The places of the seeds in the plan that have been planted here.
    planted: BTreeSet<usize>,
    roles: Option<Arc<RoleGuard>>,
}

impl Stage {
    /// Makes an isolated database at base: the setup has run, the bookkeeping table is there. The suite's seeds are
    /// planted when their versions are reached.
    ///
    /// # Errors
    ///
    /// When the database cannot be made or the setup fails.
    pub async fn base(cx: &Context<'_>, label: &str) -> Result<Stage> {
        Stage::make(cx, label, BTreeSet::new()).await
    }

    /// The same without seeds, for checks that look at the schema only.
    ///
    /// # Errors
    ///
    /// When the database cannot be made or the setup fails.
    pub async fn bare(cx: &Context<'_>, label: &str) -> Result<Stage> {
        Stage::make(cx, label, (0..cx.plan().seeds.len()).collect()).await
    }

    async fn make(cx: &Context<'_>, label: &str, planted: BTreeSet<usize>) -> Result<Stage> {
        cx.history().runnable()?;
        let server = cx.server().await?;
        let roles = cx.roles(&server).await?;
        let mut sandbox = Sandbox::create(&server, cx.suite().isolation, label).await?;
        let prepared = Stage::prepare(cx, &mut sandbox).await;
        let sandbox = Arc::new(sandbox);
        match prepared {
            Ok((runner, conn, pid, outside)) => {
                let outside = outside.map(|outside| (outside, cx.reached_out()));
                let memory = Memory { plan: Arc::clone(cx.plan()), planted, roles };
                Ok(Stage {
                    sandbox,
                    runner: Arc::new(runner),
                    conn,
                    pid,
                    memory,
                    holders: Holders::unknown(),
                    outside,
                })
            }
            Err(error) => {
                keep::close(sandbox, roles, false).await;
                Err(error)
            }
        }
    }

    async fn prepare(
        cx: &Context<'_>,
        sandbox: &mut Sandbox,
    ) -> Result<(Runner, PgConnection, i32, Option<Outside>)> {
        if let Some(role) = &cx.plan().as_role {
            roles::ensure(sandbox.server(), role).await?;
            sandbox.give_to(role).await?;
        }
        cx.run_setup(sandbox).await?;
        let (mut conn, pid) = connect(sandbox).await?;
        let runner = Runner::prepare(&mut conn, cx.history(), sandbox.home_schema()).await?;
        let outside = match sandbox.isolation() {
            Isolation::Database => None,
            Isolation::Schema => Some(Outside::start(&mut conn, runner.table()).await?),
        };
        Ok((runner, conn, pid, outside))
    }

    /// Closes the connection, so that the database can be copied.
    ///
    /// # Errors
    ///
    /// When the server does not take the farewell.
    pub async fn freeze(self) -> Result<Template> {
        self.conn.close().await?;
        Ok(Template { sandbox: self.sandbox, runner: self.runner, memory: self.memory })
    }

    /// Opens a new connection, with none of the session state that the last one had.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub async fn reconnect(&mut self) -> Result<()> {
        (self.conn, self.pid) = connect(&self.sandbox).await?;
        Ok(())
    }

    /// The isolated database or schema.
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// The connection on which the migrations run.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.holders.ran(None);
        &mut self.conn
    }

    /// What applies and reverts, and the connection on which it does.
    pub fn engine(&mut self) -> (&Runner, &mut PgConnection) {
        self.holders.ran(None);
        (&self.runner, &mut self.conn)
    }

    /// What applies and reverts.
    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    /// Applies one version. The seeds that belong before or at it are planted, if they were not yet.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the script or a seed fails; the stage is then good for nothing but closing or reconnecting.
    pub async fn apply(&mut self, migration: &Migration) -> Result<Step, StepError> {
        let planted = self.memory.planted.len();
        self.plant_all(When::Before, migration).await?;
        self.holders.ran(Some(migration.up().sql()));
        let span = self.span();
        let step = self.runner.apply(&mut self.conn, migration);
        let doing = doing(
            &self.memory.plan,
            &self.sandbox,
            self.pid,
            format!("the up of {}", migration.version()),
        );
        let result = progress::over(doing, step).instrument(span).await;
        self.look_outside(result.as_ref().err(), migration, Direction::Up).await?;
        let mut step = match result {
            Ok(step) => step,
            Err(error) => return Err(self.with_advice(error).await),
        };
        self.plant_all(When::At, migration).await?;
        // A seed writes over a connection of its own, which reports late.
        if self.memory.planted.len() != planted {
            step.counts = None;
        }
        Ok(step)
    }

    /// Reverts one version; `None` when it has no down script.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the script fails; the stage is then good for nothing but closing or reconnecting.
    pub async fn revert(&mut self, migration: &Migration) -> Result<Option<Step>, StepError> {
        self.holders.ran(migration.down().map(Script::sql));
        let span = self.span();
        let step = self.runner.revert(&mut self.conn, migration);
        let doing = doing(
            &self.memory.plan,
            &self.sandbox,
            self.pid,
            format!("the down of {}", migration.version()),
        );
        let result = progress::over(doing, step).instrument(span).await;
        self.look_outside(result.as_ref().err(), migration, Direction::Down).await?;
        match result {
            Ok(step) => Ok(step),
            Err(error) => Err(self.with_advice(error).await),
        }
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

    /// Says why something that all tests of a database share may be there already, or out of reach.
    async fn with_advice(&mut self, mut error: StepError) -> StepError {
        let message = &error.message;
        let shared = match error.sqlstate.as_deref() {
            Some("42710" | "42P06") => {
                message.starts_with("extension ") || message.starts_with("schema ")
            }
            // Of two that make it at once, `IF NOT EXISTS` or not.
            Some("23505") => ["pg_extension_name_index", "pg_namespace_nspname_index"]
                .iter()
                .any(|index| message.contains(index)),
            _ => false,
        };
        if self.outside.is_some() && error.advice.is_none() && shared {
            error.advice = Some(
                "in schema isolation all tests share one database, and what lives in no schema with it; make it in the suite's setup file, or give each test a database of its own: isolation = \"database\"".into(),
            );
        }
        // An undefined function, type, operator or collation.
        let unknown = matches!(error.sqlstate.as_deref(), Some("42883" | "42704"));
        if self.outside.is_some() && error.advice.is_none() && unknown {
            error.advice = elsewhere(&mut self.conn).await;
        }
        error
    }

    async fn plant_all(&mut self, when: When, migration: &Migration) -> Result<(), StepError> {
        let plan = Arc::clone(&self.memory.plan);
        for (place, planned) in plan.seeds.iter().enumerate() {
            let due = planned.version == migration.number() && planned.when == when;
            if due && self.memory.planted.insert(place) {
                let planted = self.plant(&planned.seed, when, Some(migration.version())).await;
                planted.map_err(|error| match error {
                    Error::Step(error) => *error,
                    other => StepError::of(migration.version(), Direction::Up, other.to_string()),
                })?;
            }
        }
        Ok(())
    }

    /// Plants a seed on a connection of its own, so that what it sets there is gone with it.
    pub(crate) async fn plant(
        &mut self,
        seed: &Seed,
        when: When,
        version: Option<&Version>,
    ) -> Result<()> {
        self.holders.ran(None);
        let (mut conn, pid) = connect(&self.sandbox).await?;
        let plan = &self.memory.plan;
        let near = Near { when, version };
        let doing = doing(plan, &self.sandbox, pid, format!("the seed {seed} planted {near}"));
        let span = self.span();
        let planting = seed.plant(&plan.manifest_dir, &mut conn, near);
        progress::over(doing, planting).instrument(span).await?;
        Ok(conn.close().await?)
    }

    /// The connection, for what is logged while it works.
    pub(crate) fn span(&self) -> tracing::Span {
        tracing::debug_span!("gauntlet", sandbox = self.sandbox.name(), pid = self.pid)
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

    /// Starts to follow the catalog, over a connection of its own.
    ///
    /// # Errors
    ///
    /// When the server refuses the connection or the catalog cannot be read.
    pub async fn track(&mut self, cx: &Context<'_>) -> Result<Tracker> {
        let (conn, _) = connect(&self.sandbox).await?;
        let tracker = Tracker::start(conn, cx.read_options(&self.sandbox)).await?;
        if let Some(question) = tracker.question() {
            Arc::make_mut(&mut self.runner).count(question);
        }
        Ok(tracker)
    }

    /// Lets the tracker see what a step has done.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be read.
    pub async fn show(
        &mut self,
        cx: &Context<'_>,
        (step, migration): (&Step, &Migration),
        tracker: &mut Tracker,
    ) -> Result<()> {
        if step.open {
            // Only this connection sees it.
            tracker.take(self.catalog(cx).await?);
            Ok(())
        } else if let Some(counts) = &step.counts {
            let script = match step.direction {
                Direction::Up => Some(migration.up()),
                Direction::Down => migration.down(),
            };
            Ok(tracker.look_by_counts(script.map_or("", Script::sql), counts).await?)
        } else {
            Ok(tracker.look().await?)
        }
    }

    /// Whether the suite's scripts make roles, which no database isolates.
    pub fn makes_roles(&self) -> bool {
        self.memory.roles.is_some()
    }

    /// The roles that the suite's scripts have made on the server and not taken back.
    ///
    /// # Errors
    ///
    /// When the server does not tell.
    pub async fn roles_made(&self) -> Result<BTreeSet<String>> {
        match &self.memory.roles {
            Some(roles) => roles.made().await,
            None => Ok(BTreeSet::new()),
        }
    }

    pub(crate) fn role_guard(&self) -> Option<Arc<RoleGuard>> {
        self.memory.roles.clone()
    }

    /// Reads the rows, as far as it takes to see that they are others.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub async fn fingerprint(&mut self) -> Result<Fingerprint> {
        let (sandbox, table) = (&self.sandbox, self.runner.table());
        Ok(Fingerprint::read(&mut self.conn, sandbox, table, &mut self.holders).await?)
    }

    /// Drops the database or schema, or keeps it when the check failed and the user asked for that.
    /// Returns the line that tells how to open what was kept.
    pub async fn close(self, failed: bool) -> Option<String> {
        drop(self.conn);
        keep::close(self.sandbox, self.memory.roles, failed).await
    }
}

fn doing<'a>(plan: &'a Plan, sandbox: &'a Arc<Sandbox>, pid: i32, what: String) -> Doing<'a> {
    Doing { what, suite: &plan.suite, sandbox, pid, patience: plan.patience }
}

/// Which extensions are out of this schema's reach: all tests share the database, and each extension is in one schema.
async fn elsewhere(conn: &mut PgConnection) -> Option<String> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT extname::text FROM pg_catalog.pg_extension
         WHERE extnamespace::regnamespace::name <> ALL (pg_catalog.current_schemas(true)) ORDER BY 1",
    )
    .fetch_all(conn)
    .await
    .ok()?;
    let which = match &names[..] {
        [] => return None,
        [one] => format!("the extension {one} is"),
        several => format!("the extensions {} are", several.join(", ")),
    };
    Some(format!(
        "in schema isolation all tests share one database, and {which} in a schema that this test does not see; make extensions in the suite's setup file, in a schema that all see, or give each test a database of its own: isolation = \"database\""
    ))
}

/// A connection, and the backend that serves it.
async fn connect(sandbox: &Sandbox) -> Result<(PgConnection, i32)> {
    let mut conn = sandbox.connect().await?;
    let pid = sqlx::query_scalar("SELECT pg_catalog.pg_backend_pid()").fetch_one(&mut conn).await?;
    tracing::debug!(sandbox = sandbox.name(), pid, "connected");
    Ok((conn, pid))
}

/// A database that nobody is connected to, so that it can be copied.
#[derive(Debug)]
pub struct Template {
    sandbox: Arc<Sandbox>,
    runner: Arc<Runner>,
    memory: Memory,
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
        let mut sandbox = Sandbox::create_from(&server, self.sandbox.name(), label).await?;
        let connected = async {
            if let Some(role) = &self.memory.plan.as_role {
                sandbox.give_to(role).await?;
            }
            connect(&sandbox).await
        };
        let connected = connected.await;
        let sandbox = Arc::new(sandbox);
        match connected {
            Ok(connection) => {
                let (runner, memory) = (Arc::clone(&self.runner), self.memory.clone());
                Ok(Template { sandbox, runner, memory }.stage(connection))
            }
            Err(error) => {
                keep::close(sandbox, self.memory.roles.clone(), false).await;
                Err(error)
            }
        }
    }

    /// Opens a connection again.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub async fn thaw(self) -> Result<Stage> {
        match connect(&self.sandbox).await {
            Ok(connection) => Ok(self.stage(connection)),
            Err(error) => {
                self.close().await;
                Err(error)
            }
        }
    }

    /// Templates are databases, so there is nothing outside of them to watch.
    fn stage(self, (conn, pid): (PgConnection, i32)) -> Stage {
        let Template { sandbox, runner, memory } = self;
        Stage { sandbox, runner, conn, pid, memory, holders: Holders::unknown(), outside: None }
    }

    /// Drops the database.
    pub async fn close(self) {
        keep::close(self.sandbox, self.memory.roles, false).await;
    }
}
