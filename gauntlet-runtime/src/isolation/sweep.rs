//! Takes away what killed runs have left on a server that is not ours.

use std::collections::HashSet;

use sqlx::postgres::PgConnection;
use tracing::{debug, info};

use super::name::SandboxName;
use super::remove;

/// The comment on a database or schema that no sweep takes.
pub(super) const KEPT: &str = "kept by migration-gauntlet";

/// Drops the databases, and the schemas of the server's own database, whose run holds its lock no more.
///
/// A thing is swept if all of this is true: its name is one that [`SandboxName`] makes, checksum included; no session
/// holds the lock of the run in that name; it has no comment that says it is kept; nobody is connected to it (a
/// database). The names are read before the locks: a run takes its lock before it makes anything, so what is in the
/// list and has no lock has lost it.
pub(super) async fn sweep(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let databases: Vec<(String,)> = sqlx::query_as(
        r"SELECT d.datname::text FROM pg_catalog.pg_database d
          WHERE d.datname LIKE 'gauntlet\_%'
          AND pg_catalog.shobj_description(d.oid, 'pg_database') IS DISTINCT FROM $1
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)",
    )
    .bind(KEPT)
    .fetch_all(&mut *connection)
    .await?;
    let schemas: Vec<(String,)> = sqlx::query_as(
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
    let (databases, schemas) = (ours(databases), ours(schemas));
    if databases.is_empty() && schemas.is_empty() {
        return Ok(());
    }
    let living = living(connection).await?;
    for name in databases.iter().filter(|name| !living.contains(&name.run().lock_key())) {
        match remove::database(connection, name.as_str()).await {
            Ok(()) => info!(%name, "dropped a database that a killed run has left"),
            Err(error) => {
                debug!(%name, %error, "somebody else sweeps it, or it is not ours to drop")
            }
        }
    }
    for name in schemas.iter().filter(|name| !living.contains(&name.run().lock_key())) {
        match remove::schema(connection, name.as_str()).await {
            Ok(()) => info!(%name, "dropped a schema that a killed run has left"),
            Err(error) => {
                debug!(%name, %error, "somebody else sweeps it, or it is not ours to drop")
            }
        }
    }
    Ok(())
}

/// The keys of all advisory locks that are held on the server, in whatever database.
async fn living(connection: &mut PgConnection) -> Result<HashSet<i64>, sqlx::Error> {
    let keys: Vec<(i64,)> = sqlx::query_as(
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_catalog.pg_locks
         WHERE locktype = 'advisory' AND objsubid = 1",
    )
    .fetch_all(connection)
    .await?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}
