//! An engine without migrations, for a suite that only loads a schema from a file or reads a database.

use std::path::Path;

use crate::driver::PgConnection;
use crate::engines::{Engine, EngineError};
use crate::history::{History, HistoryError, Migration, VersionId};
use crate::runtime::BoxFuture;

/// Applies nothing and keeps no books.
#[derive(Debug)]
pub(super) struct Unmigrated;

/// A table that is always there, as the bookkeeping table of an engine has to be.
const TABLE: &str = "pg_catalog.pg_class";

impl Unmigrated {
    fn no_step<'a>(migration: &Migration) -> BoxFuture<'a, Result<(), EngineError>> {
        let error = format!("{} cannot run: there are no migrations", migration.version());
        Box::pin(std::future::ready(Err(EngineError::other(error))))
    }
}

impl Engine for Unmigrated {
    fn name(&self) -> &'static str {
        "none"
    }

    fn read(&self, _manifest_dir: &Path) -> Result<History, HistoryError> {
        History::new("no migrations", Vec::new(), Vec::new())
    }

    fn table(&self) -> &'static str {
        TABLE
    }

    fn prepare<'a>(
        &'a self,
        _conn: &'a mut PgConnection,
        _home: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        Box::pin(std::future::ready(Ok(TABLE.to_owned())))
    }

    fn apply<'a>(
        &'a self,
        _conn: &'a mut PgConnection,
        _table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Unmigrated::no_step(migration)
    }

    fn revert<'a>(
        &'a self,
        _conn: &'a mut PgConnection,
        _table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Unmigrated::no_step(migration)
    }

    fn mark<'a>(
        &'a self,
        _conn: &'a mut PgConnection,
        _table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Unmigrated::no_step(migration)
    }

    fn applied<'a>(
        &'a self,
        _conn: &'a mut PgConnection,
        _table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<VersionId>, EngineError>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}
