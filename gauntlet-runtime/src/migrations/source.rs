//! Where a history comes from: what `migrations =` takes.

use std::fmt;
use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;

use super::collect::{Collector, Found};
use super::history::{Script, Version};
use super::{History, MigrationsError, folder};

/// A source of migrations: a folder (`&str`, `String`, `PathBuf`), or a sqlx `Migrator`.
///
/// A folder is read when the test runs, so that a file that was added is seen without a rebuild.
pub trait HistorySource: fmt::Debug + Send + Sync + 'static {
    /// Reads the history. Relative paths start at `manifest_dir`, the folder of the crate that owns the suite.
    ///
    /// # Errors
    ///
    /// When the history cannot be read at all. Odd files are [`Problem`](super::Problem)s of the history, not errors.
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
        let mut collector = Collector::default();
        for migration in self.iter() {
            let mut inner = migration.clone();
            inner.no_tx |= self.no_tx;
            let kind = migration.migration_type;
            let name = migration.description.replace(' ', "_");
            let shown = PathBuf::from(format!("{}_{name}{}", migration.version, kind.suffix()));
            let version = Version { number: migration.version, name };
            let script = Script { file: None, inner };
            collector.take(Found { version, kind, script, shown, odd: false });
        }
        let mut history = collector.finish("the compiled Migrator".into());
        history.table = self.table_name.to_string();
        history.create_schemas = self.create_schemas.iter().map(ToString::to_string).collect();
        Ok(history)
    }
}

impl HistorySource for &'static Migrator {
    fn load(&self, manifest_dir: &Path) -> Result<History, MigrationsError> {
        (*self).load(manifest_dir)
    }
}
