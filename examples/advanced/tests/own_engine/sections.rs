//! A second engine: one file a version, with sections for up and down, and versions that are texts.

use std::path::Path;

use gauntlet::BoxFuture;
use gauntlet::engines::{Engine, EngineError, Words};
use gauntlet::history::{History, HistoryError, Migration, Problem, Script, Version, VersionId};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

// [engine]
/// The engine, with its folder.
#[derive(Debug)]
pub(crate) struct Sections(pub(crate) &'static str);

const DOWN: &str = "-- migrate:down";

impl Engine for Sections {
    fn name(&self) -> &'static str {
        "sections"
    }

    fn read(&self, manifest_dir: &Path) -> Result<History, HistoryError> {
        let folder = std::fs::read_dir(manifest_dir.join(self.0)).map_err(HistoryError::source)?;
        let mut names: Vec<_> =
            folder.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        let (mut migrations, mut problems) = (Vec::new(), Vec::new());
        for name in names {
            let file = Path::new(self.0).join(&name);
            let Some((id, rest)) = name.strip_suffix(".sql").and_then(|n| n.split_once('_')) else {
                continue;
            };
            let version = Version::new(id, rest);
            let text =
                std::fs::read_to_string(manifest_dir.join(&file)).map_err(HistoryError::source)?;
            let (up, down) = text.split_once(DOWN).unwrap_or((&text, ""));
            let migration = Migration::new(version.clone(), Script::new(up).in_file(&file));
            migrations.push(if text.contains(DOWN) {
                // The lines above keep the places in the file right.
                let lines = "\n".repeat(up.matches('\n').count());
                migration.with_down(Script::new(lines + down).in_file(&file))
            } else {
                problems.push(Problem::UpWithoutDown { file: file.clone(), version, below: None });
                migration.with_down_file(file)
            });
        }
        History::new(format!("the folder {}", self.0), migrations, problems)
    }

    fn table(&self) -> &'static str {
        "applied_sections"
    }

    fn prepare<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        home: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        Box::pin(async move {
            let table = format!("\"{home}\".applied_sections");
            let make = format!("CREATE TABLE IF NOT EXISTS {table} (version text PRIMARY KEY)");
            conn.execute(AssertSqlSafe(make)).await?;
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
            let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(all)).fetch_all(conn).await?;
            Ok(ids.into_iter().map(VersionId::from).collect())
        })
    }

    fn explain(&self, problem: &Problem) -> Words {
        match problem {
            Problem::UpWithoutDown { version, .. } => Words::new(
                format!("{version} has no section `{DOWN}`: `sections rollback` stops there"),
                "add the section, or declare the version irreversible",
            ),
            other => Words::neutral(other),
        }
    }
}

async fn step(
    conn: &mut PgConnection,
    script: Option<&Script>,
    record: String,
) -> Result<(), EngineError> {
    let mut tx = conn.begin().await?;
    if let Some(script) = script {
        tx.execute(AssertSqlSafe(&*script.text)).await?;
    }
    tx.execute(AssertSqlSafe(record)).await.map_err(EngineError::Bookkeeping)?;
    tx.commit().await.map_err(EngineError::Bookkeeping)
}
// [/engine]
