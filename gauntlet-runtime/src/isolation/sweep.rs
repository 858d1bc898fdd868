//! Takes away what killed runs have left on a server that is not ours.

use std::collections::HashSet;

use tracing::{debug, info};

use super::error::IsolationError;
use super::remove;
use super::sandbox_name::SandboxName;
use crate::driver::{self, Connection, PgConnection};
use crate::server::Server;

/// The comment on a database or schema that no sweep takes.
pub(super) const KEPT: &str = "kept by migration-gauntlet";

/// Drops the databases, and the schemas of the server's own database, whose run holds its lock no more.
///
/// A thing is swept if all of this is true: its name is one that `SandboxName` makes, checksum included; no session
/// holds the lock of the run in that name; it has no comment that says it is kept; nobody is connected to it (a
/// database). The names are read before the locks: a run takes its lock before it makes anything, so what is in the
/// list and has no lock has lost it.
///
/// Returns the names of those that are gone.
///
/// # Errors
///
/// When the server cannot be reached or asked.
pub async fn sweep(server: &Server) -> Result<Vec<String>, IsolationError> {
    let mut connection = server.connect().await?;
    let failed = IsolationError::database("sweep", server.origin());
    let (databases, schemas) = dead(&mut connection).await.map_err(failed)?;
    let mut swept = Vec::new();
    for name in databases {
        let outcome = remove::database(server, &mut connection, name.as_str()).await;
        swept.extend(report(&name, outcome));
    }
    for name in schemas {
        let outcome = remove::schema(&mut connection, name.as_str()).await;
        let failed = IsolationError::database("drop the schema", name.as_str());
        swept.extend(report(&name, outcome.map_err(failed)));
    }
    drop(connection.close().await);
    Ok(swept)
}

/// The databases, and the schemas of the connection's database, whose run is dead.
async fn dead(
    connection: &mut PgConnection,
) -> Result<(Vec<SandboxName>, Vec<SandboxName>), driver::Error> {
    let databases: Vec<(String,)> = driver::query_as(
        r"SELECT d.datname::text FROM pg_catalog.pg_database d
          WHERE d.datname LIKE 'gauntlet\_%'
          AND pg_catalog.shobj_description(d.oid, 'pg_database') IS DISTINCT FROM $1
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)",
    )
    .bind(KEPT)
    .fetch_all(&mut *connection)
    .await?;
    let schemas: Vec<(String,)> = driver::query_as(
        r"SELECT n.nspname::text FROM pg_catalog.pg_namespace n
          WHERE n.nspname LIKE 'gauntlet\_%'
          AND pg_catalog.obj_description(n.oid, 'pg_namespace') IS DISTINCT FROM $1",
    )
    .bind(KEPT)
    .fetch_all(&mut *connection)
    .await?;
    let ours = |names: Vec<(String,)>| -> Vec<SandboxName> {
        names.iter().filter_map(|(name,)| SandboxName::parse(name)).collect()
    };
    let (mut databases, mut schemas) = (ours(databases), ours(schemas));
    if !databases.is_empty() || !schemas.is_empty() {
        let living = living(connection).await?;
        let is_dead = |name: &SandboxName| !living.contains(&name.run().lock_key());
        databases.retain(is_dead);
        schemas.retain(is_dead);
    }
    Ok((databases, schemas))
}

/// The name of a thing that this sweep has removed. What others leave, or take away before us (a run that ended while we
/// asked for the locks, too), is no reason not to work.
fn report(name: &SandboxName, outcome: Result<bool, IsolationError>) -> Option<String> {
    match outcome {
        Ok(false) => None,
        Ok(true) => {
            info!(%name, "dropped what a killed run has left");
            Some(name.as_str().to_owned())
        }
        Err(error) => {
            debug!(%name, %error, "another process sweeps it, or we may not drop it");
            None
        }
    }
}

/// The keys of all advisory locks that are held on the server, in whatever database.
async fn living(connection: &mut PgConnection) -> Result<HashSet<i64>, driver::Error> {
    let keys: Vec<(i64,)> = driver::query_as(
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_catalog.pg_locks
         WHERE locktype = 'advisory' AND objsubid = 1",
    )
    .fetch_all(connection)
    .await?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}
