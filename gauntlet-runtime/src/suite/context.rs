//! What a check works with: the suite's configuration, its history and its server.

use std::path::Path;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Executor as _};

use super::Suite;
use super::error::{Error, Result, query_text};
use crate::catalog::{Catalog, Difference, ReadOptions, Scope};
use crate::isolation::{Isolation, Sandbox};
use crate::migrations::{History, Migration};
use crate::server::{Server, SourceContext};
use crate::sql::{self, Position};

/// What a check works with. The history is read once; the server is found when it is first asked for.
#[derive(Debug)]
pub struct Context<'s> {
    suite: &'s Suite,
    history: Arc<History>,
}

impl<'s> Context<'s> {
    /// Reads the suite's history.
    ///
    /// # Errors
    ///
    /// When the history cannot be read.
    pub fn new(suite: &'s Suite) -> Result<Context<'s>> {
        let history = Arc::new(suite.history.load(&suite.manifest_dir)?);
        Ok(Context { suite, history })
    }

    /// The suite's configuration.
    pub fn suite(&self) -> &'s Suite {
        self.suite
    }

    /// The history.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The history, to keep.
    pub fn shared_history(&self) -> Arc<History> {
        Arc::clone(&self.history)
    }

    /// Whether a version is declared to have no way back, or lies at or below the downgrade floor.
    pub fn stays(&self, migration: &Migration) -> bool {
        self.suite.irreversible.contains(migration.number())
            || self.suite.downgrade_floor.is_some_and(|floor| migration.number() <= floor)
    }

    /// The server: found or started when it is first asked for, one for the whole process.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub async fn server(&self) -> Result<Arc<Server>> {
        let context = SourceContext::new(&self.suite.manifest_dir);
        Ok(Server::shared(&*self.suite.source, &context).await?)
    }

    /// How the catalog of a sandbox is read.
    pub fn read_options(&self, sandbox: &Sandbox) -> ReadOptions {
        let scope = match sandbox.isolation() {
            Isolation::Database => Scope::Database,
            Isolation::Schema => Scope::Schema,
        };
        ReadOptions::new(sandbox.home_schema(), scope).bookkeeping_table(self.history.table())
    }

    /// Runs the suite's setup file as the administrator, if there is one.
    pub(super) async fn run_setup(&self, sandbox: &Sandbox) -> Result<()> {
        let Some(file) = &self.suite.setup else { return Ok(()) };
        let failed = |place: String, message: String| Error::Setup { file: place, message };
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(self.suite.manifest_dir.join(file))
            .map_err(|e| failed(shown.clone(), e.to_string()))?;
        let mut conn = sandbox.connect_admin().await?;
        for statement in sql::split(&text) {
            if let Err(error) = conn.execute(AssertSqlSafe(statement.text)).await {
                let place = format!("{shown}:{}", Position::of_byte(&text, statement.offset));
                return Err(failed(place, query_text(&error)));
            }
        }
        Ok(())
    }

    /// Compares two catalogs by the suite's rules.
    pub fn diff(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        expected.diff_with(actual, &self.suite.diff).differences
    }

    /// A path as the user wrote it, from the folder of the crate.
    pub fn absolute(&self, path: &Path) -> std::path::PathBuf {
        self.suite.manifest_dir.join(path)
    }
}
