//! Where a history comes from: what `migrations =` takes.

use std::fmt;
use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;

use super::history::{Migration, Script, Version};
use super::{History, MigrationsError, Problem, folder};

/// A source of migrations: a folder (`&str`, `String`, `PathBuf`), or a sqlx `Migrator`.
///
/// A folder is read when the test runs, so that a file that was added is seen without a rebuild.
pub trait HistorySource: fmt::Debug + Send + Sync + 'static {
    /// Reads the history. Relative paths start at `manifest_dir`, the folder of the crate that owns the suite.
    ///
    /// # Errors
    ///
    /// When the history cannot be read at all. Odd files are [`Problem`]s of the history, not errors.
    fn load(&self, manifest_dir: &Path) -> Result<History, MigrationsError>;
}

impl HistorySource for &'static str {
    fn load(&self, manifest_dir: &Path) -> Result<History, MigrationsError> {
        folder::load(Path::new(self), manifest_dir)
    }
}

impl HistorySource for String {
    fn load(&self, manifest_dir: &Path) -> Result<History, MigrationsError> {
        folder::load(Path::new(self), manifest_dir)
    }
}

impl HistorySource for PathBuf {
    fn load(&self, manifest_dir: &Path) -> Result<History, MigrationsError> {
        folder::load(self, manifest_dir)
    }
}

impl HistorySource for Migrator {
    fn load(&self, _: &Path) -> Result<History, MigrationsError> {
        let mut history = History {
            origin: "a compiled Migrator".into(),
            migrations: Vec::new(),
            problems: Vec::new(),
            table: self.table_name.to_string(),
            create_schemas: self.create_schemas.iter().map(ToString::to_string).collect(),
        };
        let mut downs = Vec::new();
        for migration in self.iter() {
            let mut inner = migration.clone();
            inner.no_tx |= self.no_tx;
            let name = migration.description.replace(' ', "_");
            let version = Version { number: migration.version, name };
            let down = migration.migration_type.is_down_migration();
            let script = Script { file: None, inner };
            if down {
                downs.push((version, script));
            } else if history.index_of(version.number).is_some() {
                let file = |v: &Version| PathBuf::from(format!("{}_{}", v.number, v.name));
                let first = history.migrations.last().map(|m| file(&m.version)).unwrap_or_default();
                let second = file(&version);
                history.problems.push(Problem::Duplicate { number: version.number, first, second });
            } else {
                history.migrations.push(Migration { version, up: script, down: None });
            }
        }
        for (version, script) in downs {
            match history.index_of(version.number) {
                Some(i) => history.migrations[i].down = Some(script),
                None => {
                    let file =
                        PathBuf::from(format!("{}_{}.down.sql", version.number, version.name));
                    history.problems.push(Problem::DownWithoutUp { file, version });
                }
            }
        }
        Ok(history)
    }
}

impl HistorySource for &'static Migrator {
    fn load(&self, manifest_dir: &Path) -> Result<History, MigrationsError> {
        (*self).load(manifest_dir)
    }
}
