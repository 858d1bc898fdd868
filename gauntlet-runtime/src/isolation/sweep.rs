//! Takes away what killed runs have left on a server that is not ours.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::watch::Sender;
use tracing::{debug, info, warn};

use super::error::IsolationError;
use super::remove;
use super::sandbox_name::{APPLICATION, RunId, SandboxName};
use crate::driver::{self, Connection, PgConnection};
use crate::runtime::{Counted, in_background, none};
use crate::server::Server;

/// The comment on a database or schema that no sweep takes.
pub(super) const KEPT: &str = "kept by migration-gauntlet";

/// How long a sweep waits for sessions of killed runs to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it waits for sessions that may be a person's.
const GRACE: Duration = Duration::from_millis(500);

/// The time between two looks at such sessions.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a test waits for the sweep of its process.
const LIMIT: Duration = Duration::from_secs(30);

/// The number of sweeps for which the tests of this process wait at their end.
static UNDER_WAY: LazyLock<Sender<usize>> = LazyLock::new(|| Sender::new(0));

/// Starts a sweep in the background, since it may take long, on a connection that nothing else uses, if there is one. A sweep that
/// fails does not stop the tests.
pub(super) fn start(server: &Arc<Server>, spare: Option<PgConnection>) {
    let server = Arc::clone(server);
    let counted = Counted::new(&UNDER_WAY);
    let sweep = Box::pin(async move {
        let sweep = async {
            let swept = match spare {
                Some(connection) => sweep_with(&server, connection).await,
                None => sweep(&server).await,
            };
            if let Err(error) = swept {
                warn!(%error, "cannot sweep what earlier runs have left");
            }
        };
        let mut sweep = pin!(sweep);
        if tokio::time::timeout(LIMIT, sweep.as_mut()).await.is_err() {
            warn!("what earlier runs have left takes long to sweep: the tests do not wait for it");
            drop(counted);
            sweep.await;
        }
    });
    in_background(&Handle::current(), sweep);
}

/// Waits for the sweeps of this process. A test that ends earlier may be the last of the process, which would end the sweep
/// half-way.
pub(crate) async fn swept() {
    none(&UNDER_WAY).await;
}

/// Drops the databases, and the schemas of the server's own database, whose run holds its lock no more.
///
/// A thing is swept if all of this is true: its name is one that `SandboxName` makes, checksum included; no session
/// holds the lock of the run in that name; it has no comment that says it is kept; nobody is connected to it (a
/// database). The names are read before the locks: a run takes its lock before it makes anything, so what is in the
/// list and has no lock has lost it.
///
/// The server goes on with what a killed client has asked for: it makes a database that is in no list yet, or is busy in one.
/// A sweep therefore waits, for some seconds at most, until such sessions have ended.
///
/// Returns the names of those that are gone.
///
/// # Errors
///
/// When the server cannot be reached or asked.
pub async fn sweep(server: &Server) -> Result<Vec<String>, IsolationError> {
    sweep_with(server, server.connect().await?).await
}

async fn sweep_with(
    server: &Server,
    mut connection: PgConnection,
) -> Result<Vec<String>, IsolationError> {
    let failed = || IsolationError::database("sweep", server.origin());
    let begin = Instant::now();
    let mut swept = Vec::new();
    loop {
        // Before the names are read: what these sessions make is in the list once they have ended.
        let at_work = is_at_work(&mut connection).await.map_err(failed())?;
        let dead = dead(&mut connection).await.map_err(failed())?;
        for name in dead.databases {
            let outcome = remove::database(server, &mut connection, name.as_str()).await;
            swept.extend(report(&name, outcome));
        }
        for name in dead.schemas {
            let outcome = remove::schema(&mut connection, name.as_str()).await;
            let failed = IsolationError::database("drop the schema", name.as_str());
            swept.extend(report(&name, outcome.map_err(failed)));
        }
        let waited = begin.elapsed();
        let wait = match dead.used {
            Some(Use::Busy) => waited < PATIENCE,
            Some(Use::Idle) => waited < GRACE,
            None => false,
        };
        let wait = wait || (at_work && waited < PATIENCE);
        if !wait {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    drop(connection.close().await);
    Ok(swept)
}

/// What dead runs have left.
struct Dead {
    databases: Vec<SandboxName>,
    /// Those of the connection's database.
    schemas: Vec<SandboxName>,
    /// How databases are used that are left out for it.
    used: Option<Use>,
}

/// What the sessions in a database do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// They have waited for their clients for a while. One that a killed run has left would have ended, if the server has had
    /// the time to run it.
    Idle,
    Busy,
}

/// Whether sessions of a run that holds its lock no more still make or drop something.
async fn is_at_work(connection: &mut PgConnection) -> Result<bool, driver::Error> {
    let sessions: Vec<(String,)> = driver::query_as(
        "SELECT DISTINCT a.application_name FROM pg_catalog.pg_stat_activity a
         WHERE pg_catalog.starts_with(a.application_name, $1)",
    )
    .bind(APPLICATION)
    .fetch_all(&mut *connection)
    .await?;
    let runs: Vec<RunId> =
        sessions.iter().filter_map(|(name,)| RunId::of_application(name)).collect();
    if runs.is_empty() {
        return Ok(false);
    }
    let living = living(connection).await?;
    Ok(runs.iter().any(|run| !living.contains(&run.lock_key())))
}

async fn dead(connection: &mut PgConnection) -> Result<Dead, driver::Error> {
    // The server's own workers, which have no user, are no reason to leave a database.
    let databases: Vec<(String, bool, bool)> = driver::query_as(
        r"SELECT d.datname::text, count(a.pid) > 0,
              coalesce(bool_or(a.state = 'active'
                  OR a.state_change > pg_catalog.clock_timestamp() - '1 second'::interval), false)
          FROM pg_catalog.pg_database d
          LEFT JOIN pg_catalog.pg_stat_activity a ON a.datid = d.oid AND a.usesysid IS NOT NULL
          WHERE d.datname LIKE 'gauntlet\_%'
          AND pg_catalog.shobj_description(d.oid, 'pg_database') IS DISTINCT FROM $1
          GROUP BY d.oid, d.datname",
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
    let databases = databases.iter().filter_map(|(name, used, busy)| {
        let used = used.then_some(if *busy { Use::Busy } else { Use::Idle });
        Some((SandboxName::parse(name)?, used))
    });
    let mut databases: Vec<_> = databases.collect();
    let mut schemas: Vec<_> =
        schemas.iter().filter_map(|(name,)| SandboxName::parse(name)).collect();
    if !databases.is_empty() || !schemas.is_empty() {
        let living = living(connection).await?;
        let is_dead = |name: &SandboxName| !living.contains(&name.run().lock_key());
        databases.retain(|(name, _)| is_dead(name));
        schemas.retain(is_dead);
    }
    let used = databases.iter().filter_map(|(_, used)| *used).max();
    databases.retain(|(_, used)| used.is_none());
    let databases = databases.into_iter().map(|(name, _)| name).collect();
    Ok(Dead { databases, schemas, used })
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
