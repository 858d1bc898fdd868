//! One process as the maker of sandboxes: its name, its lock on every server, and what it has yet to take away.

use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use sqlx::postgres::PgConnection;
use tokio::runtime::Handle;
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

type Cell = Arc<OnceCell<Registration>>;

/// The servers on which this process has registered, each with where it is: two that are the same share a registration.
static REGISTERED: Mutex<Vec<(Weak<Server>, String, Cell)>> = Mutex::new(Vec::new());

/// What is being done beside the tests: the sweep, and taking away sandboxes that were dropped without
/// [`close`](super::Sandbox::close).
static PENDING: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// Holds the advisory lock by which other processes see that this one lives. The server releases it when the
/// connection ends, so also when this process is killed.
struct Registration {
    _lock: PgConnection,
}

/// Registers this process on a server, the first time only, and begins to sweep there what dead ones have left.
///
/// On an embedded server, too: another process may know it by its URL, and must see that this one lives.
///
/// # Cancel safety
///
/// The next caller starts over.
pub(super) async fn register(server: &Arc<Server>) -> Result<RunId, IsolationError> {
    let cell = {
        let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
        registered.retain(|(known, ..)| known.strong_count() > 0);
        let place = place(server);
        let same = registered.iter().find(|(_, other, _)| *other == place);
        let cell = same.map_or_else(Cell::default, |(.., cell)| Arc::clone(cell));
        if !registered.iter().any(|(known, ..)| known.as_ptr() == Arc::as_ptr(server)) {
            registered.push((Arc::downgrade(server), place, Arc::clone(&cell)));
        }
        cell
    };
    cell.get_or_try_init(|| async {
        let mut connection = server.connect().await?;
        // The lock lives as long as the connection, so nothing may end that for being idle (from 14 on). It is shared,
        // since this process may know the same server under two names.
        let statement = format!(
            "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
             WHERE name = 'idle_session_timeout';
             SELECT pg_catalog.pg_advisory_lock_shared({})",
            RUN.lock_key()
        );
        execute(&mut connection, statement)
            .await
            .map_err(IsolationError::database("register on", server.origin()))?;
        // Beside the tests, since it may have much to do. What others have left is no reason not to work.
        let server = Arc::clone(server);
        let sweep = Box::pin(async move {
            if let Err(error) = sweep::sweep(&server).await {
                warn!(%error, "cannot sweep what earlier runs have left");
            }
        });
        pend(spawn(&Handle::current(), sweep));
        Ok::<_, IsolationError>(Registration { _lock: connection })
    })
    .await?;
    Ok(*RUN)
}

/// Where a server is, and as whom and in which database this process registers there.
fn place(server: &Server) -> String {
    let options = server.options();
    let socket = options.get_socket().map(|socket| socket.display().to_string());
    [
        socket.as_deref().unwrap_or_else(|| options.get_host()),
        &options.get_port().to_string(),
        options.get_username(),
        options.get_database().unwrap_or_default(),
    ]
    .join("\n")
}

/// One type for all: tokio's part is compiled for each type of future, and once more for each of its schedulers.
pub(crate) fn spawn(
    runtime: &Handle,
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
) -> JoinHandle<()> {
    runtime.spawn(future)
}

/// Remembers a task for [`settle`].
pub(super) fn pend(task: JoinHandle<()>) {
    let mut pending = PENDING.lock().unwrap_or_else(PoisonError::into_inner);
    pending.retain(|task| !task.is_finished());
    pending.push(task);
}

/// Waits until the sweep of what killed runs have left is done, and all sandboxes are gone that were dropped without
/// being closed.
///
/// A process that ends before that leaves the rest to the next one.
///
/// # Cancel safety
///
/// The work goes on; only the wait ends.
pub async fn settle() {
    let pending = std::mem::take(&mut *PENDING.lock().unwrap_or_else(PoisonError::into_inner));
    debug!(count = pending.len(), "waiting for what is done beside the tests");
    for task in pending {
        // A task that panicked has told so already.
        drop(task.await);
    }
}
