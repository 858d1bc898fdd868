//! Advice for a script that failed over what all tests of a database share.

use crate::driver::{self, PgConnection};
use crate::engines::StepError;
use crate::isolation::OwnDatabase;
use crate::sql::{self, Position};

/// Adds why something that all tests of a database share may exist already, or be out of reach.
pub(super) async fn advise(
    error: &mut StepError,
    script: &str,
    conn: &mut PgConnection,
    own: &OwnDatabase,
) {
    if error.advice.is_some() {
        return;
    }
    if error.unrecorded.as_ref().is_some_and(|unrecorded| unrecorded.of_isolation) {
        error.advice =
            Some(own.advice("give each test a database of its own, where public is public"));
        return;
    }
    let message = &error.message;
    let shared = match error.sqlstate.as_deref() {
        Some("42710" | "42P06") => {
            message.starts_with("extension ") || message.starts_with("schema ")
        }
        // Of two that create it at the same time, `IF NOT EXISTS` or not.
        Some("23505") => ["pg_extension_name_index", "pg_namespace_nspname_index"]
            .iter()
            .any(|index| message.contains(index)),
        _ => false,
    };
    let exists = matches!(error.sqlstate.as_deref(), Some("42P07" | "42710" | "42723"));
    // An undefined function, type, operator or collation.
    let unknown = matches!(error.sqlstate.as_deref(), Some("42883" | "42704"));
    if shared {
        error.advice = Some(format!(
            "in schema isolation all tests share one database, and what lives in no schema with it; make it in the suite's setup file, or {}",
            own_database(own)
        ));
    } else if exists && names_another_schema(error, script) {
        error.advice = Some(format!(
            "in schema isolation all tests share the other schemas of the database; leave the schema out of the name, or {}",
            own_database(own)
        ));
    } else if unknown {
        error.advice = extensions_out_of_reach(conn, own).await;
    }
}

/// Whether the statement at fault gives the name that exists already with its schema.
fn names_another_schema(error: &StepError, script: &str) -> bool {
    let at_fault = |statement: &&sql::Statement<'_>| {
        error.position.is_none_or(|at| Position::of_byte(script, statement.offset) == at)
    };
    sql::split(script).iter().filter(at_fault).any(|statement| {
        sql::words(statement.text).any(|(at, word)| {
            // In the message it stands in quotes: `relation "users" already exists`.
            error.message.contains(&format!("\"{word}\"")) && statement.text[..at].ends_with('.')
        })
    })
}

/// The extensions that this schema cannot use: all tests share the database, and each extension is in one schema.
async fn extensions_out_of_reach(conn: &mut PgConnection, own: &OwnDatabase) -> Option<String> {
    let names: Vec<String> = driver::query_scalar(
        "SELECT extname::text FROM pg_catalog.pg_extension
         WHERE extnamespace::regnamespace::name <> ALL (pg_catalog.current_schemas(true)) ORDER BY 1",
    )
    .fetch_all(&mut *conn)
    .await
    .ok()?;
    let which = match &names[..] {
        [] => return None,
        [one] => format!("the extension {one} is"),
        several => format!("the extensions {} are", several.join(", ")),
    };
    Some(format!(
        "in schema isolation all tests share one database, and {which} in a schema that this test does not see; make extensions in the suite's setup file in a schema that all see (CREATE EXTENSION IF NOT EXISTS ... SCHEMA public), or {}",
        own_database(own)
    ))
}

/// How each test gets a database of its own, as the role of the URL can bring it about.
fn own_database(own: &OwnDatabase) -> String {
    own.advice("give each test a database of its own: isolation = \"database\"")
}
