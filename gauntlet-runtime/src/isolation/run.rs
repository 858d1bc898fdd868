//! One process as the maker of sandboxes: its name, its lock on every server, and what it has yet to take away.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use sqlx::postgres::PgConnection;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tracing::{debug, warn};

use super::error::IsolationError;
use super::name::RunId;
use super::statement::execute;
use super::sweep;
use crate::server::Server;

/// This process.
static RUN: LazyLock<RunId> = LazyLock::new(RunId::random);

/// The servers on which this process has registered.
type Cell = Arc<OnceCell<Registration>>;
static REGISTERED: Mutex<Vec<(Weak<Server>, Cell)>> = Mutex::new(Vec::new());

/// Sandboxes that were dropped without [`close`](super::Sandbox::close), and are being taken away.
static PENDING: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// Holds the advisory lock by which other processes see that this one lives. The server releases it when the
/// connection ends, so also when this process is killed.
struct Registration {
    _lock: Option<PgConnection>,
}

/// Registers this process on a server and sweeps what dead ones have left there; the first time only.
///
/// An embedded server goes away as a whole, so nothing is swept there. The lock is taken all the same: somebody may
/// have given its URL to another process, which then takes it for a server like any other and sweeps.
///
/// # Cancel safety
///
/// The next caller starts over.
pub(super) async fn register(server: &Arc<Server>) -> Result<RunId, IsolationError> {
    let cell = {
        let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
        registered.retain(|(known, _)| known.strong_count() > 0);
        match registered.iter().find(|(known, _)| known.as_ptr() == Arc::as_ptr(server)) {
            Some((_, cell)) => Arc::clone(cell),
            None => {
                let cell = Cell::default();
                registered.push((Arc::downgrade(server), Arc::clone(&cell)));
                cell
            }
        }
    };
    cell.get_or_try_init(|| async {
        let mut connection = server.connect().await?;
        // The lock lives as long as the connection, so nothing may end that for being idle (from 14 on).
        let statement = format!(
            "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
             WHERE name = 'idle_session_timeout';
             SELECT pg_catalog.pg_advisory_lock({})",
            RUN.lock_key()
        );
        execute(&mut connection, statement)
            .await
            .map_err(IsolationError::database("register on", server.origin()))?;
        // What others have left is no reason not to work.
        if !server.is_embedded()
            && let Err(error) = sweep::sweep(&mut connection).await
        {
            warn!(%error, "cannot sweep what earlier runs have left");
        }
        Ok::<_, IsolationError>(Registration { _lock: Some(connection) })
    })
    .await?;
    Ok(*RUN)
}

/// Remembers a task that takes a sandbox away.
pub(super) fn pend(task: JoinHandle<()>) {
    let mut pending = PENDING.lock().unwrap_or_else(PoisonError::into_inner);
    pending.retain(|task| !task.is_finished());
    pending.push(task);
}

/// Waits until all sandboxes that were dropped without being closed are gone.
///
/// A process that ends before that leaves them to the sweep of the next one.
///
/// # Cancel safety
///
/// The sandboxes go away all the same; only the wait ends.
pub async fn settle() {
    let pending = std::mem::take(&mut *PENDING.lock().unwrap_or_else(PoisonError::into_inner));
    debug!(count = pending.len(), "waiting for sandboxes to go");
    for task in pending {
        // A task that panicked has told so already.
        drop(task.await);
    }
}
