//! The suite's setup file: SQL that the administrator runs in each isolated database before the first migration.

use super::config::StageConfig;
use crate::driver;
use crate::error::{Error, Result};
use crate::finding::query_text;
use crate::isolation::{Isolation, Sandbox};
use crate::sql::{self, Position};

/// The key of the lock under which the tests of one database run their setup in schema isolation.
const SETUP_LOCK: i64 = 0x6761_756e_7365_7475;

/// Runs the setup file as the administrator, if there is one.
pub(super) async fn run(config: &StageConfig, sandbox: &Sandbox) -> Result<()> {
    let Some(file) = &config.setup else { return Ok(()) };
    let failed = |place: String, message: String| Error::Setup { file: place, message };
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(config.manifest_dir.join(file))
        .map_err(|e| failed(shown.clone(), e.to_string()))?;
    let mut conn = sandbox.connect_setup().await?;
    if sandbox.isolation() == Isolation::Schema {
        // The tests share a database, and two that create the same extension at the same time fail, `IF NOT EXISTS` or
        // not. The server releases the lock when the connection ends.
        driver::query("SELECT pg_catalog.pg_advisory_lock($1)")
            .bind(SETUP_LOCK)
            .execute(&mut conn)
            .await?;
    }
    for statement in sql::split(&text) {
        if let Err(error) = driver::execute(&mut conn, statement.text).await {
            let place = format!("{shown}:{}", Position::of_byte(&text, statement.offset));
            return Err(failed(place, query_text(&error)));
        }
    }
    Ok(())
}
