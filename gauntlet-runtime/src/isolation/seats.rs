//! Seats: how many checks use a server at the same time, over all processes.
//!
//! A check opens a few connections, one after the other. Where many processes do that on a server that accepts few, each holds
//! some and waits for one more. So a check takes a seat before its first connection, and a server has as many seats as
//! it accepts connections for. A seat is an advisory lock of the process's registration, so it ends with the process.
//!
//! Invariants:
//!
//! - A process waits for its first seat without a connection, and in its turn. It keeps that seat to its end.
//! - Where a process has several checks at the same time, it takes more seats while nobody waits for one, and gives them back.
//!   Otherwise its checks take turns on the seats that it has.
//! - Whoever waits for a seat holds nothing that a check with a seat may wait for.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, Semaphore};
use tracing::debug;
use uuid::Uuid;

use super::error::IsolationError;
use super::pooler;
use super::queue::{self, Place};
use super::statement::execute;
use crate::driver::{self, Connection as _, PgConnection};
use crate::server::Server;

/// The connections that a check uses, with those of its process: of the steps, of the catalog, of what is asked at the same
/// time, for a second database, and that of the registration. Most use three.
pub(crate) const CONNECTIONS: i64 = 6;

/// The first key of the advisory locks that are seats.
const CLASS: i32 = 0x6761_756e;

/// The time between two attempts to take a seat.
const POLL: Duration = Duration::from_millis(50);

/// How long nobody may come or go before a process waits no more.
const STILL: Duration = Duration::from_secs(30 * 60);

/// The seats of this process on a server, and the connection that holds them.
pub(super) struct Seats {
    /// A permit for each.
    pub(super) own: Arc<Semaphore>,
    held: Mutex<Held>,
    queue: Option<PathBuf>,
    /// A second connection, which the sweep uses.
    spare: std::sync::Mutex<Option<PgConnection>>,
}

struct Held {
    connection: PgConnection,
    keys: Vec<i32>,
}

impl Seats {
    /// Waits for the first seat of this process. Returns the connection that holds it.
    pub(super) async fn first(server: &Server) -> Result<Seats, IsolationError> {
        let queue = server.queue();
        let mut place = None;
        let mut moved = (Instant::now(), 0);
        if queue.as_deref().is_none_or(|queue| !queue::is_used(queue)) {
            match Self::try_first(server, queue.as_ref()).await? {
                Ok(seats) => return Ok(seats),
                Err(full) => debug!(seats = full.seats, "every seat on the server is taken"),
            }
        }
        server.forget_first().await;
        loop {
            if place.is_none() {
                place = queue.as_deref().and_then(|queue| {
                    let failed = |error: &_| debug!(%error, "processes wait in no order");
                    Place::join(queue).inspect_err(failed).ok()
                });
            }
            let before = place.as_ref().map_or(Ok(0), Place::before).unwrap_or_default();
            let seen = if before > 0 {
                i64::try_from(before).unwrap_or(i64::MAX)
            } else {
                match Self::try_first(server, queue.as_ref()).await? {
                    Ok(seats) => return Ok(seats),
                    Err(full) => -full.who,
                }
            };
            if seen != moved.1 {
                moved = (Instant::now(), seen);
            }
            if moved.0.elapsed() > STILL {
                return Err(IsolationError::NoSeat {
                    origin: server.origin().to_owned(),
                    minutes: STILL.as_secs() / 60,
                });
            }
            // Not in step with the processes that have come at the same moment.
            tokio::time::sleep(
                POLL + Duration::from_millis(u64::from(Uuid::new_v4().as_bytes()[0]) / 8),
            )
            .await;
        }
    }

    async fn try_first(
        server: &Server,
        queue: Option<&PathBuf>,
    ) -> Result<Result<Seats, Full>, IsolationError> {
        let mut connection = server.connect().await?;
        let failed = || pooler::failed(server);
        // The seat lives as long as the connection, so nothing may end that for being idle (from 14 on).
        let stay = "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
                    WHERE name = 'idle_session_timeout'";
        execute(&mut connection, stay.to_owned()).await.map_err(failed())?;
        let key = new_key();
        let seated = sit(&mut connection, key).await.map_err(failed())?;
        match seated {
            Ok(()) => {
                let spare = pooler::refuse(server, &mut connection).await?.into();
                let held = Mutex::new(Held { connection, keys: vec![key] });
                let (own, queue) = (Arc::new(Semaphore::new(1)), queue.cloned());
                Ok(Ok(Seats { own, held, queue, spare }))
            }
            Err(full) => {
                drop(connection.close().await);
                if full.seats == 0 {
                    return Err(IsolationError::TooFewConnections {
                        origin: server.origin().to_owned(),
                        accepted: full.accepted,
                        needed: CONNECTIONS,
                    });
                }
                Ok(Err(full))
            }
        }
    }

    /// The connection that nothing else uses, the first time.
    pub(super) fn take_spare(&self) -> Option<PgConnection> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Runs a statement on the connection that holds the seats.
    pub(super) async fn execute(&self, statement: String) -> Result<(), driver::Error> {
        execute(&mut self.held.lock().await.connection, statement).await
    }

    /// Takes one more seat, if one is free and nobody waits for it.
    pub(super) async fn grow(&self) {
        if self.queue.as_deref().is_some_and(queue::is_used) {
            return;
        }
        let mut held = self.held.lock().await;
        let key = new_key();
        match sit(&mut held.connection, key).await {
            Ok(Ok(())) => {
                held.keys.push(key);
                self.own.add_permits(1);
            }
            Ok(Err(_)) => {}
            Err(error) => debug!(%error, "no further seat"),
        }
    }

    /// Whether a seat beyond the first may be free.
    pub(super) fn has_spare(&self) -> bool {
        self.held.try_lock().map_or(true, |held| held.keys.len() > 1)
    }

    /// Gives a seat back that no check of this process uses, except for the last one.
    pub(super) async fn shrink(&self) {
        let mut held = self.held.lock().await;
        if held.keys.len() < 2 {
            return;
        }
        let Ok(permit) = self.own.try_acquire() else { return };
        permit.forget();
        if let Some(key) = held.keys.pop()
            && let Err(error) = stand(&mut held.connection, key).await
        {
            debug!(%error, "a seat is given back at the end of the process");
        }
    }
}

/// A server on which no seat is free.
struct Full {
    /// The connections that it accepts.
    accepted: i64,
    /// All its seats.
    seats: i64,
    /// Another number where others hold them.
    who: i64,
}

fn new_key() -> i32 {
    let id = Uuid::new_v4();
    let bytes = id.as_bytes();
    i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// Takes a seat for a session. Of several that take the last one at the same time, none may get it, but never two.
async fn sit(connection: &mut PgConnection, key: i32) -> Result<Result<(), Full>, driver::Error> {
    // Superusers may use the reserved connections, and no limit of a role or database holds for them.
    const COUNT: &str = "
        WITH server AS (
            SELECT pg_catalog.current_setting('max_connections')::int8 AS most,
                pg_catalog.current_setting('superuser_reserved_connections')::int8
                + coalesce(pg_catalog.current_setting('reserved_connections', true)::int8, 0) AS reserved,
                (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user) AS super),
        allowed AS (
            SELECT CASE WHEN super AND most - reserved < $1 THEN most WHEN super THEN most - reserved
                ELSE least(most - reserved,
                    (SELECT rolconnlimit FROM pg_catalog.pg_roles
                     WHERE rolname = session_user AND rolconnlimit >= 0),
                    (SELECT datconnlimit FROM pg_catalog.pg_database
                     WHERE datname = pg_catalog.current_database() AND datconnlimit >= 0))
                END AS connections FROM server)
        SELECT connections,
            CASE WHEN connections < $1 THEN 0 ELSE greatest(1, (connections - 1) / $1) END,
            (SELECT count(*) FROM pg_catalog.pg_locks
             WHERE locktype = 'advisory' AND classid = $2::int8::oid AND objsubid = 2),
            (SELECT coalesce(sum(objid::int8), 0)::int8 FROM pg_catalog.pg_locks
             WHERE locktype = 'advisory' AND classid = $2::int8::oid AND objsubid = 2 AND pid <> pg_catalog.pg_backend_pid()),
            connections - (SELECT sum(numbackends) FROM pg_catalog.pg_stat_database)::int8
        FROM allowed";
    execute(connection, format!("SELECT pg_catalog.pg_advisory_lock({CLASS}, {key})")).await?;
    let (accepted, seats, taken, who, free): (i64, i64, i64, i64, i64) = driver::query_as(COUNT)
        .bind(CONNECTIONS)
        .bind(i64::from(CLASS))
        .fetch_one(&mut *connection)
        .await?;
    // Programs that are no tests use connections, too; the only check goes ahead all the same.
    if taken <= seats && (taken == 1 || free >= CONNECTIONS - 1) {
        return Ok(Ok(()));
    }
    stand(connection, key).await?;
    Ok(Err(Full { accepted, seats, who }))
}

/// Gives a seat back.
async fn stand(connection: &mut PgConnection, key: i32) -> Result<(), driver::Error> {
    execute(connection, format!("SELECT pg_catalog.pg_advisory_unlock({CLASS}, {key})")).await
}
