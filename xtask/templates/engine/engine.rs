//! The engine: its source, its bookkeeping, and one step.

use std::path::{Path, PathBuf};

use crate::driver::{self, Connection as _, PgConnection};
use crate::engines::{Engine, EngineError};
use crate::history::{History, HistoryError, Migration, Script, Version, VersionId};
use crate::names::quote_ident;
use crate::runtime::BoxFuture;

/// The name of the bookkeeping table.
const TABLE: &str = "NAME_migrations";

/// NAME, with a folder of migrations.
#[derive(Debug, Clone)]
pub struct TYPE {
    folder: PathBuf,
}

impl TYPE {
    /// The migrations of a folder. A relative path starts at the folder of the crate that owns the suite.
    pub fn folder(folder: impl Into<PathBuf>) -> TYPE {
        TYPE { folder: folder.into() }
    }
}

impl Engine for TYPE {
    fn name(&self) -> &'static str {
        "NAME"
    }

    // TODO: read the source as the tool does. The stub takes pairs of `1_name.up.sql` and `1_name.down.sql`.
    fn read(&self, manifest_dir: &Path) -> Result<History, HistoryError> {
        let folder = manifest_dir.join(&self.folder);
        let entries = std::fs::read_dir(&folder).map_err(HistoryError::source)?;
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        let script = |name: &str| {
            let text = std::fs::read_to_string(folder.join(name)).map_err(HistoryError::source)?;
            Ok(Script::new(text).in_file(self.folder.join(name)))
        };
        let mut migrations = Vec::new();
        for name in &names {
            let stem = name.strip_suffix(".up.sql");
            let Some((id, rest)) = stem.and_then(|stem| stem.split_once('_')) else { continue };
            let migration = Migration::new(Version::new(id, rest), script(name)?);
            let down = format!("{id}_{rest}.down.sql");
            migrations.push(match names.contains(&down) {
                true => migration.with_down(script(&down)?),
                false => migration,
            });
        }
        History::new(format!("the folder {}", self.folder.display()), migrations, Vec::new())
    }

    fn table(&self) -> &'static str {
        TABLE
    }

    fn prepare<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        home: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        Box::pin(async move {
            let table = format!("{}.{TABLE}", quote_ident(home));
            let make = format!("CREATE TABLE IF NOT EXISTS {table} (version text PRIMARY KEY)");
            driver::execute(conn, &make).await?;
            Ok(table)
        })
    }

    fn apply<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        let record = format!("INSERT INTO {table} VALUES ('{}')", migration.id());
        Box::pin(step(conn, Some(migration.up()), record))
    }

    fn revert<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        let record = format!("DELETE FROM {table} WHERE version = '{}'", migration.id());
        Box::pin(step(conn, migration.down(), record))
    }

    fn mark<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(step(conn, None, format!("INSERT INTO {table} VALUES ('{}')", migration.id())))
    }

    fn applied<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<VersionId>, EngineError>> {
        Box::pin(async move {
            let all = format!("SELECT version FROM {table} ORDER BY version COLLATE \"C\"");
            let ids: Vec<String> = driver::query_scalar(&all).fetch_all(conn).await?;
            Ok(ids.into_iter().map(VersionId::from).collect())
        })
    }
}

/// TODO: the transaction and the protocol of the tool. The stub runs script and record in one transaction.
async fn step(
    conn: &mut PgConnection,
    script: Option<&Script>,
    record: String,
) -> Result<(), EngineError> {
    let mut tx = conn.begin().await?;
    if let Some(script) = script {
        driver::execute(&mut tx, script.sql()).await?;
    }
    driver::execute(&mut tx, &record).await.map_err(EngineError::Bookkeeping)?;
    tx.commit().await.map_err(EngineError::Bookkeeping)
}
