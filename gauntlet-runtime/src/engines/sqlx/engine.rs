//! The engine: its sources, and one step as sqlx takes it.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::collect::{Collector, Found};
use super::config::{self, Config};
use super::{deployment, folder, words};
use crate::driver::{
    self, MigrateError, Migration as SqlxMigration, MigrationType, Migrator, PgConnection,
};
use crate::engines::{Engine, EngineError, StepError, Words};
use crate::history::shipped::{Change, checksum, digest, hexadecimal};
use crate::history::{
    Direction, History, HistoryError, Migration, Problem, Script, SourceFile, Version, VersionId,
};
use crate::runtime::BoxFuture;
use crate::sql::SqlText;

/// sqlx, with a folder or a `Migrator`.
///
/// A folder is read when the test runs, so that a file that was added is seen without a rebuild. `sqlx.toml` is read as
/// `sqlx::migrate!` and the command line of sqlx 0.9 read it: the one nearest above the folder, up to the crate that the
/// folder belongs to, or else that of the suite's crate. A `Migrator` has been made with its settings already. The default is
/// the folder that `sqlx.toml` names, or `migrations`.
#[derive(Clone)]
pub struct Sqlx {
    source: Source,
    /// The settings file, where it was named.
    file: Option<PathBuf>,
    /// The bookkeeping table as SQL, where it was named.
    table: Option<String>,
    ignore_missing: bool,
    settings: OnceLock<Settings>,
}

#[derive(Clone)]
pub(super) enum Source {
    Default,
    /// One folder, or several whose files are one line.
    Folders(Vec<PathBuf>),
    Compiled(&'static Migrator),
    Loaded(Arc<Migrator>),
}

/// What follows from the source and `sqlx.toml`.
#[derive(Clone)]
struct Settings {
    file: PathBuf,
    config: Config,
    folders: Vec<PathBuf>,
    table: String,
    schemas: Vec<String>,
    /// The characters that a checksum leaves out.
    ignored: BTreeSet<char>,
}

impl Default for Sqlx {
    fn default() -> Sqlx {
        Sqlx::of(Source::Default)
    }
}

impl Sqlx {
    pub(super) fn of(source: Source) -> Sqlx {
        let settings = OnceLock::new();
        Sqlx { source, file: None, table: None, ignore_missing: false, settings }
    }

    /// The migrations of a folder. A relative path starts at the folder of the crate that owns the suite.
    pub fn folder(folder: impl Into<PathBuf>) -> Sqlx {
        Sqlx::of(Source::Folders(vec![folder.into()]))
    }

    /// The program ignores records of versions that it does not have, as with `Migrator::set_ignore_missing(true)`.
    /// A `Migrator` says so itself.
    #[must_use]
    pub fn ignore_missing(mut self, ignore: bool) -> Sqlx {
        self.ignore_missing = ignore;
        self
    }

    /// The settings file to read instead of the nearest `sqlx.toml`, as with `sqlx migrate run --config FILE`.
    #[cfg(feature = "sqlx-0_9")]
    #[must_use]
    pub fn config(mut self, file: impl Into<PathBuf>) -> Sqlx {
        self.file = Some(file.into());
        self
    }

    /// The bookkeeping table as SQL, whatever `sqlx.toml` says, as with `Migrator::dangerous_set_table_name`.
    #[cfg(feature = "sqlx-0_9")]
    #[must_use]
    pub fn table_name(mut self, table: impl Into<String>) -> Sqlx {
        self.table = Some(table.into());
        self
    }

    fn migrator(&self) -> Option<&Migrator> {
        match &self.source {
            Source::Default | Source::Folders(_) => None,
            Source::Compiled(migrator) => Some(migrator),
            Source::Loaded(migrator) => Some(migrator),
        }
    }

    fn settings(&self, file: PathBuf, config: Config) -> Settings {
        let folders = match &self.source {
            Source::Default => {
                vec![
                    config.migrations_dir.clone().unwrap_or_else(|| "migrations".to_owned()).into(),
                ]
            }
            Source::Folders(folders) => folders.clone(),
            Source::Compiled(_) | Source::Loaded(_) => Vec::new(),
        };
        let (table, schemas, ignored) = match self.migrator() {
            None => (
                config.table().to_owned(),
                config.create_schemas.iter().cloned().collect(),
                config.ignored_chars.clone(),
            ),
            Some(migrator) => (
                driver::migrate::table(migrator).to_owned(),
                driver::migrate::schemas(migrator),
                ignored_by(migrator, &config.ignored_chars),
            ),
        };
        let table = self.table.clone().unwrap_or(table);
        Settings { file, config, folders, table, schemas, ignored }
    }

    /// The settings of another state of the project, as far as this engine took its own from the file.
    fn settings_of(&self, own: &Settings, config: Config) -> Settings {
        let mut then = own.clone();
        if self.table.is_none() && own.table == own.config.table() {
            config.table().clone_into(&mut then.table);
        }
        if own.ignored == own.config.ignored_chars {
            then.ignored.clone_from(&config.ignored_chars);
        }
        Settings { config, ..then }
    }

    /// The digest by which sqlx recognises a script.
    fn digest(&self, text: &SqlText) -> Arc<[u8]> {
        let nothing = BTreeSet::new();
        checksum(text, self.settings.get().map_or(&nothing, |settings| &settings.ignored))
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
        let (sql, no_tx) = (script.text.shared(), !script.transactional);
        let checksum = self.digest(&script.text).to_vec();
        Ok(driver::migrate::script((version, name), kind, sql, checksum, no_tx))
    }
}

/// The migrations of several folders as one line, in one bookkeeping table: for a deployment that copies them into one folder.
/// `migrations = merged(["core/migrations", "enterprise/migrations"])`.
pub fn merged(folders: impl IntoIterator<Item = impl Into<PathBuf>>) -> Sqlx {
    Sqlx::of(Source::Folders(folders.into_iter().map(Into::into).collect()))
}

impl fmt::Debug for Sqlx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Default => f.write_str("Sqlx"),
            Source::Folders(folders) => {
                let folders: Vec<String> =
                    folders.iter().map(|f| f.display().to_string()).collect();
                write!(f, "Sqlx({})", folders.join(", "))
            }
            Source::Compiled(_) | Source::Loaded(_) => f.write_str("Sqlx(Migrator)"),
        }
    }
}

impl Engine for Sqlx {
    fn name(&self) -> &'static str {
        "sqlx"
    }

    fn follows_from_scripts(&self) -> bool {
        true
    }

    fn configure(&self, manifest_dir: &Path) -> Result<(), HistoryError> {
        if self.settings.get().is_none() {
            let folder = match &self.source {
                Source::Folders(folders) => folders.first().map(PathBuf::as_path),
                _ => None,
            };
            let file = match &self.file {
                Some(named) => manifest_dir.join(named),
                None => config::file_for(folder, manifest_dir),
            };
            if self.file.is_some() && !file.is_file() {
                let why = format!("the settings file {} does not exist", file.display());
                return Err(HistoryError::source(why));
            }
            let config = Config::read(&file, manifest_dir)?;
            // Whoever was first has read the same.
            let _ = self.settings.set(self.settings(file, config));
        }
        Ok(())
    }

    fn settings_file(&self) -> Option<PathBuf> {
        self.settings.get().map(|settings| settings.file.clone())
    }

    fn with_settings(&self, text: Option<&str>) -> Result<Option<Arc<dyn Engine>>, HistoryError> {
        let Some(own) = self.settings.get() else { return Ok(None) };
        let config = match text {
            Some(text) => Config::parse(text, &own.file)?,
            None => Config::default(),
        };
        if config == own.config {
            return Ok(None);
        }
        let settings = OnceLock::from(self.settings_of(own, config));
        Ok(Some(Arc::new(Sqlx { settings, ..self.clone() })))
    }

    fn read(&self, manifest_dir: &Path) -> Result<History, HistoryError> {
        self.configure(manifest_dir)?;
        match self.migrator() {
            Some(migrator) => compiled(migrator),
            None => folder::load(&self.folders(), manifest_dir),
        }
    }

    fn table(&self) -> &str {
        match (self.settings.get(), self.migrator()) {
            (Some(settings), _) => &settings.table,
            (None, Some(migrator)) => driver::migrate::table(migrator),
            (None, None) => driver::migrate::TABLE,
        }
    }

    fn schemas(&self) -> Vec<String> {
        self.settings.get().map(|settings| settings.schemas.clone()).unwrap_or_default()
    }

    fn ignores_missing(&self) -> bool {
        self.ignore_missing || self.migrator().is_some_and(|migrator| migrator.ignore_missing)
    }

    fn prepare<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        _home: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        Box::pin(async move {
            // sqlx takes the name as SQL, and qualifies it only if the settings do.
            driver::migrate::prepare(conn, &self.schemas(), self.table()).await.map_err(error)?;
            Ok(self.table().to_owned())
        })
    }

    fn apply<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
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
    ) -> BoxFuture<'a, Result<(), EngineError>> {
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
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let script = self.script(migration, Direction::Up)?;
            driver::migrate::mark(conn, table, &script).await.map_err(error)
        })
    }

    fn applied<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<VersionId>, EngineError>> {
        Box::pin(async move {
            let versions = driver::migrate::applied(conn, table).await.map_err(error)?;
            Ok(versions.into_iter().map(VersionId::from).collect())
        })
    }

    fn checksums<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(VersionId, String)>, EngineError>> {
        Box::pin(async move {
            let select = format!(
                "SELECT version, pg_catalog.encode(checksum, 'hex') FROM {table} ORDER BY version"
            );
            let rows: Result<Vec<(i64, String)>, _> =
                driver::query_as(&select).fetch_all(conn).await;
            let rows = rows.map_err(EngineError::Bookkeeping)?;
            Ok(rows.into_iter().map(|(version, sum)| (VersionId::from(version), sum)).collect())
        })
    }

    fn on_newer_database(&self, version: &VersionId) -> Option<(String, String)> {
        if self.ignores_missing() {
            return None;
        }
        let does = format!("sqlx fails with VersionMissing({version})");
        Some((does, "migrator.set_ignore_missing(true);".to_owned()))
    }

    fn frame<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            // sqlx derives the key of its lock from this, when it takes it and when it gives it back; the lock itself would
            // let tests wait for each other.
            let name: Result<String, _> =
                driver::query_scalar("SELECT current_database()").fetch_one(conn).await;
            name.map(|_| ()).map_err(EngineError::Bookkeeping)
        })
    }

    fn lock<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<bool, EngineError>> {
        Box::pin(async move {
            if self.migrator().is_some_and(|migrator| !migrator.locking) {
                return Ok(false);
            }
            driver::migrate::lock(conn).await.map_err(error)?;
            Ok(true)
        })
    }

    fn unlock<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move { driver::migrate::unlock(conn).await.map_err(error) })
    }

    fn folders(&self) -> Vec<&Path> {
        let folders = match (self.settings.get(), &self.source) {
            (Some(settings), _) => &settings.folders[..],
            (None, Source::Folders(folders)) => folders,
            (None, _) => &[],
        };
        folders.iter().map(PathBuf::as_path).collect()
    }

    fn checksum(&self, script: &Script) -> String {
        hexadecimal(&self.digest(&script.text))
    }

    fn read_files(&self, folders: &[(&Path, Vec<SourceFile>)]) -> Result<History, HistoryError> {
        folder::load_files(folders)
    }

    fn at_deployment(&self, change: &Change) -> Option<String> {
        deployment::consequence(change)
    }

    fn heal(&self, version: &VersionId, was: &str, now: &str) -> Option<String> {
        deployment::heal(self.table(), version, was, now)
    }

    fn no_transaction_line(&self) -> Option<&str> {
        Some("-- no-transaction")
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

/// The characters of `sqlx.toml` that the checksums of a `Migrator` leave out: all of them, where `migrate!` has made it, or
/// none.
fn ignored_by(migrator: &Migrator, ignored: &BTreeSet<char>) -> BTreeSet<char> {
    let decisive = |migration: &&SqlxMigration| {
        driver::migrate::sql(migration).contains(|c| ignored.contains(&c))
    };
    let made_with = migrator.iter().find(decisive).is_none_or(|migration| {
        *migration.checksum == digest(driver::migrate::sql(migration), ignored)
    });
    if made_with { ignored.clone() } else { BTreeSet::new() }
}

fn error(error: MigrateError) -> EngineError {
    match error {
        MigrateError::ExecuteMigration(error, _) => EngineError::Script(error),
        MigrateError::Execute(error) => EngineError::Bookkeeping(error),
        other => EngineError::other(other),
    }
}
