//! Dropping a database or schema, whatever is in it and whoever is connected.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use super::error::IsolationError;
use super::statement::execute;
use crate::driver::{self, Connection as _, PgConnection};
use crate::names::{quote_ident, quote_literal};
use crate::server::Server;

/// How many relations one transaction drops. Each costs a dozen locks (itself, its indexes, types, constraints,
/// triggers), and a server with default settings has room for some 6,000 in all.
const SLICE: usize = 100;

/// How long connections that are being closed may take before they are cut.
const GRACE: Duration = Duration::from_millis(100);

/// Drops a database, also one that a migration has made a template or has put a subscription into: PostgreSQL drops neither,
/// `FORCE` or not. Returns false if there was none.
///
/// # Errors
///
/// The server does not answer, or refuses.
pub(super) async fn database(
    server: &Server,
    connection: &mut PgConnection,
    name: &str,
) -> Result<bool, IsolationError> {
    let mut outcome = plain_database(connection, name).await;
    if outcome.as_ref().is_err_and(is_template) {
        let statement = format!("ALTER DATABASE {} IS_TEMPLATE false", quote_ident(name));
        outcome = match execute(connection, statement).await {
            Ok(()) => plain_database(connection, name).await,
            Err(error) => Err(error),
        };
    }
    if outcome.as_ref().is_err_and(is_subscribed) {
        let mut inside = server.connect_with(&server.options().database(name)).await?;
        let dropped = execute(&mut inside, DROP_SUBSCRIPTIONS.to_owned()).await;
        drop(inside.close().await);
        outcome = match dropped {
            Ok(()) => plain_database(connection, name).await,
            Err(error) => Err(error),
        };
    }
    outcome.map_err(IsolationError::database("drop the database", name))
}

async fn plain_database(connection: &mut PgConnection, name: &str) -> Result<bool, driver::Error> {
    // A backend needs a moment to see that its client has gone. With one still there, DROP DATABASE sleeps for 100 ms.
    wait_until_unused(connection, name, GRACE).await?;
    let statement = format!("DROP DATABASE {} WITH (FORCE)", quote_ident(name));
    was_there(execute(connection, statement).await)
}

/// False where a thing that was to be dropped is not there (`invalid_catalog_name`, `invalid_schema_name`).
fn was_there(outcome: Result<(), driver::Error>) -> Result<bool, driver::Error> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if matches!(code(&error).as_deref(), Some("3D000" | "3F000")) => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_template(error: &driver::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|e| e.code().as_deref() == Some("42809") && e.message().contains("template"))
}

fn is_subscribed(error: &driver::Error) -> bool {
    error.as_database_error().is_some_and(|e| {
        e.code().as_deref() == Some("55006") && e.message().contains("subscription")
    })
}

/// Drops the subscriptions of the connection's database. Their slots, which would be on another server, are left to
/// that server: the tool touches nothing there.
const DROP_SUBSCRIPTIONS: &str = "DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT s.subname FROM pg_catalog.pg_subscription s
            JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database()
        LOOP
            EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I DISABLE', name);
            EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', name);
            EXECUTE pg_catalog.format('DROP SUBSCRIPTION %I', name);
        END LOOP; END $$";

/// Waits until nobody is connected to a database, for at most `patience`. Returns true if nobody is.
pub(super) async fn wait_until_unused(
    connection: &mut PgConnection,
    name: &str,
    patience: Duration,
) -> Result<bool, driver::Error> {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        // Not `pg_stat_activity`, which costs a new backend more than the drop.
        let used: bool = driver::query_scalar(
            "SELECT coalesce((SELECT pg_catalog.pg_stat_get_db_numbackends(oid) > 0
             FROM pg_catalog.pg_database WHERE datname = $1), false)",
        )
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
        if !used || begin.elapsed() > patience {
            return Ok(!used);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Drops a schema with all that is in it. Returns false if there was none.
///
/// In slices where there is much in it: one transaction that drops thousands of tables needs more locks than a
/// server with default settings has. Where even a slice needs too many, smaller ones are tried.
pub(super) async fn schema(
    connection: &mut PgConnection,
    name: &str,
) -> Result<bool, driver::Error> {
    let mut size = SLICE;
    loop {
        let slice = slice(connection, name, size).await?;
        let last = slice.len() < size;
        let script = if last {
            format!("DROP SCHEMA {} CASCADE", quote_ident(name))
        } else {
            // One simple query is one transaction.
            slice.join(";\n")
        };
        match was_there(quietly(connection, &script).await) {
            Ok(there) if last => return Ok(there),
            Ok(_) => {}
            Err(error) if size > 1 && is_out_of_locks(&error) => size /= 2,
            Err(error) => return Err(error),
        }
    }
}

/// Statements that drop up to `size` relations of a schema.
async fn slice(
    connection: &mut PgConnection,
    schema: &str,
    size: usize,
) -> Result<Vec<String>, driver::Error> {
    // Partitions and other children first, so that no parent takes more than a slice with it. What belongs to an
    // extension goes with it.
    let relations: Vec<(String, String)> = driver::query_as(
        "SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                    WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END,
                c.relname::text
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid)
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
             WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
         ORDER BY c.oid DESC LIMIT $2",
    )
    .bind(schema)
    .bind(i64::try_from(size).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    let schema = quote_ident(schema);
    Ok(relations
        .iter()
        .map(|(kind, relation)| {
            format!("DROP {kind} IF EXISTS {schema}.{} CASCADE", quote_ident(relation))
        })
        .collect())
}

/// `out_of_memory`: the server's table of locks is full.
fn is_out_of_locks(error: &driver::Error) -> bool {
    code(error).is_some_and(|code| code == "53200")
}

fn code(error: &driver::Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(driver::DatabaseError::code)
}

/// Runs a script without a notice for every object that goes with another.
async fn quietly(connection: &mut PgConnection, script: &str) -> Result<(), driver::Error> {
    execute(connection, format!("SET client_min_messages = warning;\n{script}")).await
}

/// The statement that marks a database or schema.
pub(super) fn comment(kind: &str, name: &str, text: &str) -> String {
    format!("COMMENT ON {kind} {} IS {}", quote_ident(name), quote_literal(text))
}
