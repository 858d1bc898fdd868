//! Advice for a script that failed over what all tests of a database share.

use crate::driver::{self, PgConnection};
use crate::engines::StepError;
use crate::isolation::OwnDatabase;
use crate::sql;

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
    let shared = lives_in_no_schema(error.sqlstate.as_deref(), &error.message);
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

/// What a database has once, in no schema: the start of PostgreSQL's message where it exists already, and the unique index
/// that two sessions meet in which make it at the same time, `IF NOT EXISTS` or not.
const SHARED: [(&str, &str); 12] = [
    ("access method ", "pg_am_name_index"),
    ("cast from type ", "pg_cast_source_target_index"),
    ("event trigger ", "pg_event_trigger_evtname_index"),
    ("extension ", "pg_extension_name_index"),
    ("foreign-data wrapper ", "pg_foreign_data_wrapper_name_index"),
    ("language ", "pg_language_name_index"),
    ("publication ", "pg_publication_pubname_index"),
    ("schema ", "pg_namespace_nspname_index"),
    ("server ", "pg_foreign_server_name_index"),
    ("subscription ", "pg_subscription_subname_index"),
    ("transform for type ", "pg_transform_type_lang_index"),
    ("user mapping for ", "pg_user_mapping_user_server_index"),
];

/// Returns true if an error says that something exists already that all tests of a database share.
fn lives_in_no_schema(sqlstate: Option<&str>, message: &str) -> bool {
    match sqlstate {
        // Duplicate object, duplicate schema.
        Some("42710" | "42P06") => SHARED.iter().any(|(start, _)| message.starts_with(start)),
        // Unique violation.
        Some("23505") => SHARED.iter().any(|(_, index)| message.contains(&format!("\"{index}\""))),
        _ => false,
    }
}

/// Whether the statement at fault gives the name that exists already with its schema.
fn names_another_schema(error: &StepError, script: &str) -> bool {
    let place = error.position.map(|position| position.byte_in(script));
    let at_fault =
        |statement: &sql::Statement<'_>| place.is_none_or(|place| statement.offset == place);
    sql::statements(script).filter(at_fault).any(|statement| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_tests_of_a_database_share() {
        for message in [
            "access method \"a\" already exists",
            "cast from type a to type b already exists",
            "event trigger \"a\" already exists",
            "extension \"a\" already exists",
            "foreign-data wrapper \"a\" already exists",
            "language \"a\" already exists",
            "publication \"a\" already exists",
            "server \"a\" already exists",
            "subscription \"a\" already exists",
            "transform for type integer language \"sql\" already exists",
            "user mapping for \"public\" already exists for server \"a\"",
        ] {
            assert!(lives_in_no_schema(Some("42710"), message), "{message}");
        }
        assert!(lives_in_no_schema(Some("42P06"), "schema \"a\" already exists"));
        let twice =
            "duplicate key value violates unique constraint \"pg_event_trigger_evtname_index\"";
        assert!(lives_in_no_schema(Some("23505"), twice));
        // These are a schema's, a table's, or the server's.
        let own = "duplicate key value violates unique constraint \"users_email_key\"";
        assert!(!lives_in_no_schema(Some("23505"), own));
        for message in ["type \"a\" already exists", "role \"a\" already exists"] {
            assert!(!lives_in_no_schema(Some("42710"), message), "{message}");
        }
    }
}
