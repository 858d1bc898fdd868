//! The database of a custom test.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Migrated, Rows, VersionArg};
use crate::catalog::Catalog;
use crate::context::{Context, Project};
use crate::driver::{self, PgConnection, PgPool, PgPoolOptions};
use crate::engines::{Runner, Step};
use crate::error::{Error, Result};
use crate::history::{History, Migration, Version, VersionId};
use crate::stage::{Lease, Seed, Stage};

/// The isolated database of one custom test, at base: the setup has run, no version is applied.
///
/// A call that applies versions is one run of the engine, and one session; each version that is reverted has a session of
/// its own. Between the calls nothing is left of a session in which a migration ran.
///
/// Versions are named by number or by an unambiguous part of their name (see [`VersionArg`]). When the test
/// ends, the database is dropped; with `GAUNTLET_KEEP=1` that of a failed test stays.
#[derive(Debug)]
pub struct TestDb {
    stage: Stage,
    history: Arc<History>,
    pool: Option<PgPool>,
    project: Arc<Project>,
    /// The time that each version took when it was last applied.
    took: Vec<(Version, Duration)>,
    /// Runs after all others are dropped.
    at_end: AtEnd,
}

/// Work for the moment at which a database is dropped.
#[derive(Default)]
struct AtEnd(Option<Box<dyn FnOnce() + Send + Sync>>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(work) = self.0.take() {
            work();
        }
    }
}

impl fmt::Debug for AtEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AtEnd").field(&self.0.is_some()).finish()
    }
}

impl TestDb {
    pub(super) async fn create(cx: &Context<'_>, label: &str) -> Result<TestDb> {
        let stage = cx.stage(label).await?;
        Ok(TestDb::of(stage, Arc::clone(cx.project())))
    }

    fn of(stage: Stage, project: Arc<Project>) -> TestDb {
        let history = Arc::clone(&project.walk);
        let (took, at_end) = (Vec::new(), AtEnd::default());
        TestDb { stage, history, pool: None, project, took, at_end }
    }

    /// A database at which the versions of a start are applied, with its fixtures.
    pub(super) async fn migrated(
        cx: &Context<'_>,
        label: &str,
        start: &Migrated,
    ) -> Result<TestDb> {
        let project = Arc::clone(cx.project());
        let versions = match &start.at {
            Some(version) => project.walk.find(version)? + 1,
            None => project.walk.migrations().len(),
        };
        let mut stage = cx.migrated(versions, label).await?;
        for fixture in &start.fixtures {
            if let Err(error) = stage.plant_fixture(fixture).await {
                stage.close(true).await;
                return Err(error);
            }
        }
        Ok(TestDb::of(stage, project))
    }

    /// Connects to this database.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn connect(&self) -> Result<PgConnection> {
        Ok(self.stage.sandbox().connect().await?)
    }

    /// Applies every version that is not applied, in order. Returns what was applied.
    ///
    /// # Errors
    ///
    /// When a migration fails; the ones before it stay applied.
    pub async fn upgrade(&mut self) -> Result<Vec<Step>> {
        self.upgrade_through(self.history.migrations().len()).await
    }

    /// Applies the versions up to this one, which is the last to be applied. Returns what was applied; nothing,
    /// when the version is applied already.
    ///
    /// # Errors
    ///
    /// When no version fits, or a migration fails.
    pub async fn upgrade_to(&mut self, version: impl VersionArg) -> Result<Vec<Step>> {
        let index = self.history.find(&version.to_text())?;
        self.upgrade_through(index + 1).await
    }

    /// Applies the versions before this one, and not this one. Returns what was applied.
    ///
    /// # Errors
    ///
    /// When no version fits, the version itself is applied already, or a migration fails.
    pub async fn upgrade_before(&mut self, version: impl VersionArg) -> Result<Vec<Step>> {
        let index = self.history.find(&version.to_text())?;
        let wanted = &self.history.migrations()[index];
        if self.stage.applied().await?.contains(wanted.id()) {
            return Err(Error::Usage(format!(
                "cannot stop before {}: it is applied already",
                wanted.version()
            )));
        }
        self.upgrade_through(index).await
    }

    /// Applies the first version that is not applied.
    ///
    /// # Errors
    ///
    /// When every version is applied, or the migration fails.
    pub async fn upgrade_one(&mut self) -> Result<Step> {
        let applied = self.stage.applied().await?;
        let history = Arc::clone(&self.history);
        let next = history.migrations().iter().find(|m| !applied.contains(m.id()));
        let next = next.ok_or_else(|| Error::Usage("cannot upgrade: at head already".into()))?;
        let step = self.apply(next).await?;
        self.stage.end_run().await?;
        Ok(step)
    }

    /// Reverts every applied version, from the last to the first. Returns what was reverted.
    ///
    /// # Errors
    ///
    /// When a version has no down script, or a migration fails.
    pub async fn downgrade(&mut self) -> Result<Vec<Step>> {
        self.downgrade_through(0).await
    }

    /// Reverts the versions above this one, which stays applied. Returns what was reverted.
    ///
    /// # Errors
    ///
    /// When no version fits, a version has no down script, or a migration fails.
    pub async fn downgrade_to(&mut self, version: impl VersionArg) -> Result<Vec<Step>> {
        let index = self.history.find(&version.to_text())?;
        self.downgrade_through(index + 1).await
    }

    /// Reverts the last applied version.
    ///
    /// # Errors
    ///
    /// When none is applied, it has no down script, or the migration fails.
    pub async fn downgrade_one(&mut self) -> Result<Step> {
        let applied = self.stage.applied().await?;
        let history = Arc::clone(&self.history);
        let last = history.migrations().iter().rfind(|m| applied.contains(m.id()));
        let last = last.ok_or_else(|| Error::Usage("cannot downgrade: at base already".into()))?;
        let step = self.revert(last).await?;
        self.stage.end_run().await?;
        Ok(step)
    }

    async fn upgrade_through(&mut self, end: usize) -> Result<Vec<Step>> {
        let applied = self.stage.applied().await?;
        let history = Arc::clone(&self.history);
        let mut steps = Vec::new();
        for migration in &history.migrations()[..end] {
            if !applied.contains(migration.id()) {
                steps.push(self.apply(migration).await?);
            }
        }
        self.stage.end_run().await?;
        Ok(steps)
    }

    async fn downgrade_through(&mut self, start: usize) -> Result<Vec<Step>> {
        let applied = self.stage.applied().await?;
        let history = Arc::clone(&self.history);
        let mut steps = Vec::new();
        for migration in history.migrations()[start..].iter().rev() {
            if applied.contains(migration.id()) {
                steps.push(self.revert(migration).await?);
            }
        }
        self.stage.end_run().await?;
        Ok(steps)
    }

    async fn apply(&mut self, migration: &Migration) -> Result<Step> {
        let result = self.stage.apply(migration).await;
        let step = self.settle(result).await?;
        self.took.retain(|(version, _)| *version != step.version);
        self.took.push((step.version.clone(), step.duration));
        let overrun = self
            .project
            .budgets
            .exceeded_by(&step.version, step.duration)
            .or_else(|| self.project.budgets.exceeded_by_all(&self.took));
        match overrun {
            Some(overrun) => Err(Error::Budget(overrun)),
            None => Ok(step),
        }
    }

    async fn revert(&mut self, migration: &Migration) -> Result<Step> {
        let result = self.stage.revert(migration).await;
        self.settle(result).await?.ok_or_else(|| {
            Error::Usage(format!("cannot revert {}: it has no down script", migration.version()))
        })
    }

    // A failed script may leave its connection inside a transaction or with changed settings. The test may go on, to
    // examine what is left, so it gets a new one.
    async fn settle<T>(&mut self, result: Result<T, crate::engines::StepError>) -> Result<T> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => {
                self.stage.reconnect().await?;
                Err(error.into())
            }
        }
    }

    /// The last applied version; `None` at base.
    ///
    /// # Errors
    ///
    /// When the bookkeeping table cannot be read.
    pub async fn version(&mut self) -> Result<Option<Version>> {
        Ok(self.versions().await?.pop())
    }

    /// The applied versions, in ascending order.
    ///
    /// # Errors
    ///
    /// When the bookkeeping table cannot be read.
    pub async fn versions(&mut self) -> Result<Vec<Version>> {
        let applied = self.stage.applied().await?;
        let find = |id: &VersionId| {
            self.history.index_of(id).map(|i| self.history.migrations()[i].version().clone())
        };
        Ok(applied.iter().filter_map(find).collect())
    }

    /// Marks a version as applied without running it, as `sqlx migrate` and Alembic's `stamp` do: for a version that
    /// the test replaces by statements of its own, or that cannot run here. The version is then not reverted by
    /// itself either, unless it has a down script that runs.
    ///
    /// # Errors
    ///
    /// When no version fits, or it is applied already.
    pub async fn skip(&mut self, version: impl VersionArg) -> Result<()> {
        let history = Arc::clone(&self.history);
        let migration = &history.migrations()[history.find(&version.to_text())?];
        if self.stage.applied().await?.contains(migration.id()) {
            let version = migration.version();
            return Err(Error::Usage(format!("cannot skip {version}: it is applied already")));
        }
        self.stage.mark_applied(migration).await
    }

    /// Plants a seed now, all of it or nothing. The suite's own seeds are planted when their versions are reached.
    ///
    /// # Errors
    ///
    /// When the seed fails; the text names file, line and column.
    pub async fn seed(&mut self, seed: Seed) -> Result<()> {
        self.stage.plant(&seed).await
    }

    /// All rows of a table, to compare them with those of another moment. A name is that of SQL (`users`,
    /// `billing.invoices`, `"Odd name"`), or a bare name as the catalog has it.
    ///
    /// # Errors
    ///
    /// When there is no such table (the text lists the tables), or it cannot be read.
    pub async fn rows(&mut self, table: impl AsRef<str>) -> Result<Rows> {
        Rows::read(self.stage.conn(), table.as_ref()).await
    }

    /// The versions that nothing follows: one, or none when the history is empty. See [`History::heads`].
    pub fn heads(&self) -> Vec<&Version> {
        self.history.heads()
    }

    /// The engine itself, for what the methods here do not do: it applies and reverts single versions on the connection
    /// that is returned with it.
    pub fn engine(&mut self) -> (&Runner, &mut PgConnection) {
        self.stage.engine()
    }

    /// Every version of the history, applied or not, with its scripts.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Runs SQL, one statement or several, without parameters. Returns the number of rows affected.
    ///
    /// # Errors
    ///
    /// When a statement fails.
    pub async fn execute(&mut self, sql: impl AsRef<str>) -> Result<u64> {
        let done = driver::execute(self.stage.conn(), sql.as_ref()).await?;
        Ok(done.rows_affected())
    }

    /// The connection on which the migrations run, for queries with sqlx.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.stage.conn()
    }

    /// A pool of connections to this database, for code under test that wants one. Made on first use, with at
    /// most five connections.
    pub fn pool(&mut self) -> PgPool {
        let options = self.stage.sandbox().options();
        self.pool
            .get_or_insert_with(|| {
                PgPoolOptions::new().max_connections(5).connect_lazy_with(options)
            })
            .clone()
    }

    /// The URL of this database, for code under test that connects by itself.
    pub fn url(&self) -> String {
        self.stage.sandbox().url()
    }

    /// The schema of unqualified names, unquoted: `public` in database isolation, the test's own
    /// schema in schema isolation.
    pub fn schema(&self) -> &str {
        self.stage.sandbox().home_schema()
    }

    /// Reads the catalog as it is now.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be read.
    pub async fn catalog(&mut self) -> Result<Catalog> {
        self.stage.catalog().await
    }

    /// Does this when the database is dropped: after it has let go of its connections, and is the last to hold the lease.
    pub(crate) fn at_end(&mut self, work: impl FnOnce() + Send + Sync + 'static) {
        self.at_end = AtEnd(Some(Box::new(work)));
    }

    pub(crate) fn lease(&self) -> Lease {
        self.stage.lease().clone()
    }

    pub(super) fn span(&self) -> tracing::Span {
        self.stage.span()
    }
}
