//! The engine: its sources, and one step as sqlx takes it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::collect::{Collector, Found};
use super::{deployment, folder, words};
use crate::driver::{
    self, MigrateError, Migration as SqlxMigration, MigrationType, Migrator, PgConnection,
};
use crate::engines::{Engine, EngineError, EngineFuture, IntoEngine, StepError, Words};
use crate::history::shipped::Change;
use crate::history::{
    Direction, History, HistoryError, Migration, Problem, Script, SourceFile, Version, VersionId,
};

/// sqlx, with a folder or a `Migrator`.
///
/// A folder is read when the test runs, so that a file that was added is seen without a rebuild.
#[derive(Clone)]
pub struct Sqlx(Source);

#[derive(Clone)]
enum Source {
    Folder(PathBuf),
    Compiled(&'static Migrator),
    Loaded(Arc<Migrator>),
}

impl Sqlx {
    /// The migrations of a folder. A relative path starts at the folder of the crate that owns the suite.
    pub fn folder(folder: impl Into<PathBuf>) -> Sqlx {
        Sqlx(Source::Folder(folder.into()))
    }

    fn migrator(&self) -> Option<&Migrator> {
        match &self.0 {
            Source::Folder(_) => None,
            Source::Compiled(migrator) => Some(migrator),
            Source::Loaded(migrator) => Some(migrator),
        }
    }

    /// The script as sqlx knows it: the `Migrator`'s own, whose checksum may be made in another way.
    fn script(
        &self,
        migration: &Migration,
        direction: Direction,
    ) -> Result<SqlxMigration, EngineError> {
        let down = direction == Direction::Down;
        let known = migration.id().number().zip(migration.script(direction));
        let Some((version, script)) = known else {
            let error = format!("{} has no {direction} script for sqlx", migration.version());
            return Err(EngineError::other(error));
        };
        if let Some(migrator) = self.migrator() {
            let is_it = |m: &&SqlxMigration| {
                m.version == version && m.migration_type.is_down_migration() == down
            };
            if let Some(compiled) = migrator.iter().find(is_it) {
                let mut compiled = compiled.clone();
                compiled.no_tx = !script.transactional;
                return Ok(compiled);
            }
        }
        let kind = match (down, migration.down()) {
            (true, _) => MigrationType::ReversibleDown,
            (false, Some(_)) => MigrationType::ReversibleUp,
            (false, None) => MigrationType::Simple,
        };
        let name = migration.version().name.replace('_', " ");
        let (sql, no_tx) = (script.text.clone(), !script.transactional);
        Ok(driver::migrate::script(version, name, kind, sql, no_tx))
    }
}

impl fmt::Debug for Sqlx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Folder(folder) => write!(f, "Sqlx({})", folder.display()),
            Source::Compiled(_) | Source::Loaded(_) => f.write_str("Sqlx(Migrator)"),
        }
    }
}

impl Engine for Sqlx {
    fn name(&self) -> &'static str {
        "sqlx"
    }

    fn read(&self, manifest_dir: &Path) -> Result<History, HistoryError> {
        match &self.0 {
            Source::Folder(folder) => folder::load(folder, manifest_dir),
            Source::Compiled(migrator) => compiled(migrator),
            Source::Loaded(migrator) => compiled(migrator),
        }
    }

    fn table(&self) -> &str {
        self.migrator().map_or(driver::migrate::TABLE, driver::migrate::table)
    }

    fn prepare<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        _home: &'a str,
    ) -> EngineFuture<'a, Result<String, EngineError>> {
        Box::pin(async move {
            // sqlx takes the name as SQL, and qualifies it only if the Migrator does.
            driver::migrate::prepare(conn, self.migrator()).await.map_err(error)?;
            Ok(self.table().to_owned())
        })
    }

    fn apply<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> EngineFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let script = self.script(migration, Direction::Up)?;
            driver::migrate::apply(conn, table, &script).await.map_err(error)?;
            Ok(())
        })
    }

    fn revert<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> EngineFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let script = self.script(migration, Direction::Down)?;
            driver::migrate::revert(conn, table, &script).await.map_err(error)?;
            Ok(())
        })
    }

    fn mark<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> EngineFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let script = self.script(migration, Direction::Up)?;
            driver::migrate::mark(conn, table, &script).await.map_err(error)
        })
    }

    fn applied<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> EngineFuture<'a, Result<Vec<VersionId>, EngineError>> {
        Box::pin(async move {
            let versions = driver::migrate::applied(conn, table).await.map_err(error)?;
            Ok(versions.into_iter().map(VersionId::from).collect())
        })
    }

    fn frame<'a>(
        &'a self,
        conn: &'a mut PgConnection,
    ) -> EngineFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            // sqlx derives the key of its lock from this, when it takes it and when it gives it back; the lock itself would
            // let tests wait for each other.
            let name: Result<String, _> =
                driver::query_scalar("SELECT current_database()").fetch_one(conn).await;
            name.map(|_| ()).map_err(EngineError::Bookkeeping)
        })
    }

    fn folder(&self) -> Option<&Path> {
        match &self.0 {
            Source::Folder(folder) => Some(folder),
            Source::Compiled(_) | Source::Loaded(_) => None,
        }
    }

    fn read_files(&self, folder: &Path, files: &[SourceFile]) -> Result<History, HistoryError> {
        folder::load_files(folder, files)
    }

    fn at_deployment(&self, change: &Change) -> Option<String> {
        deployment::consequence(change)
    }

    fn heal(&self, version: &VersionId, was: &str, now: &str) -> Option<String> {
        deployment::heal(self.table(), version, was, now)
    }

    fn explain(&self, problem: &Problem) -> Words {
        words::explain(problem)
    }

    fn advise(&self, script: &Script, error: &StepError) -> Option<String> {
        words::advise(script, error)
    }
}

/// The history of a `Migrator`.
fn compiled(migrator: &Migrator) -> Result<History, HistoryError> {
    let mut collector = Collector::default();
    for migration in migrator.iter() {
        let kind = migration.migration_type;
        let name = migration.description.replace(' ', "_");
        let shown = PathBuf::from(format!("{}_{name}{}", migration.version, kind.suffix()));
        let script = Script::new(driver::migrate::sql(migration))
            .transactional(!(migration.no_tx || migrator.no_tx));
        let number = migration.version;
        let version = Version::new(number, name);
        collector.take(Found { number, version, kind, script, shown, odd: false });
    }
    collector.finish("the compiled Migrator".into())
}

fn error(error: MigrateError) -> EngineError {
    match error {
        MigrateError::ExecuteMigration(error, _) => EngineError::Script(error),
        MigrateError::Execute(error) => EngineError::Bookkeeping(error),
        other => EngineError::other(other),
    }
}

impl IntoEngine for &str {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx::folder(self))
    }
}

impl IntoEngine for String {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx::folder(self))
    }
}

impl IntoEngine for PathBuf {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx::folder(self))
    }
}

impl IntoEngine for Migrator {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx(Source::Loaded(Arc::new(self))))
    }
}

impl IntoEngine for &'static Migrator {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(Sqlx(Source::Compiled(self)))
    }
}

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
impl IntoEngine for driver::Migrator08 {
    fn into_engine(self) -> Arc<dyn Engine> {
        driver::migrator(&self).into_engine()
    }
}

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
impl IntoEngine for &'static driver::Migrator08 {
    fn into_engine(self) -> Arc<dyn Engine> {
        driver::migrator(self).into_engine()
    }
}
