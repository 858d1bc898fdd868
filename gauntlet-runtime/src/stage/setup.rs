//! The suite's setup file: SQL that the administrator runs in each isolated database before the first migration.

use super::config::StageConfig;
use crate::driver;
use crate::error::{Error, Result};
use crate::finding::query_text;
use crate::isolation::{Isolation, Sandbox};
use crate::names::quote_ident;
use crate::regular_file;
use crate::sql::{self, Position};

/// The key of the lock under which the tests of one database run their setup in schema isolation.
const SETUP_LOCK: i64 = 0x6761_756e_7365_7475;

/// Runs the setup file as the administrator, if there is one.
pub(super) async fn run(config: &StageConfig, sandbox: &Sandbox) -> Result<()> {
    let Some(file) = &config.setup else { return Ok(()) };
    let failed = |place: String, message: String| Error::Setup { file: place, message };
    let shown = file.display().to_string();
    let text = regular_file::read_to_string(&config.manifest_dir.join(file))
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
        let shared = sandbox.schema_of_extensions().filter(|_| is_for_all(statement.text));
        // In the own schema, the other tests of the database would not find it.
        let result = match shared {
            Some(schema) => {
                let path = format!("SET search_path = {}", quote_ident(schema));
                driver::execute(&mut conn, &path).await?;
                let result = driver::execute(&mut conn, statement.text).await;
                driver::execute(&mut conn, "RESET search_path").await?;
                result
            }
            None => driver::execute(&mut conn, statement.text).await,
        };
        if let Err(error) = result {
            let place = format!("{shown}:{}", Position::of_byte(&text, statement.offset));
            return Err(failed(place, query_text(&error)));
        }
    }
    Ok(())
}

/// Whether a statement makes an extension and leaves it to the search path in which schema that is.
fn is_for_all(statement: &str) -> bool {
    let mut words = sql::words(statement).map(|(_, word)| word);
    words.next().as_deref() == Some("create")
        && words.next().as_deref() == Some("extension")
        && !words.any(|word| word == "schema")
}

#[cfg(test)]
mod tests {
    use super::is_for_all;

    #[test]
    fn extensions_without_a_schema() {
        assert!(is_for_all("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH VERSION '1.1'"));
        assert!(is_for_all("-- for all\ncreate extension citext"));
        assert!(!is_for_all("CREATE EXTENSION citext WITH SCHEMA extensions"));
        assert!(!is_for_all("CREATE TABLE extension (id int)"));
    }
}
