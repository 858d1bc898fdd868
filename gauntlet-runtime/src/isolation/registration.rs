//! The registration of this process on every server that it uses: its name, its lock and its seats.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use tokio::sync::OnceCell;

use super::error::IsolationError;
use super::resting::Resting;
use super::sandbox_name::RunId;
use super::seats::Seats;
use super::sweep;
use crate::driver::PgConnectOptions;
use crate::server::Server;

/// This process.
static RUN: LazyLock<RunId> = LazyLock::new(RunId::random);

type Cell = Arc<OnceCell<Arc<Registered>>>;

/// The servers on which this process has registered, each with its address: equal addresses share a registration.
static REGISTERED: Mutex<Vec<(Weak<Server>, String, Cell)>> = Mutex::new(Vec::new());

/// A registration. The connection of its seats also holds the advisory lock that shows other processes that this one is
/// alive. The server releases it when the connection ends, also when this process is killed.
pub(super) struct Registered {
    pub(super) seats: Seats,
    pub(super) resting: Resting,
    /// Whether sessions on this server can notice in the middle of a statement that their client has gone.
    notices: bool,
}

/// How often a session looks for its client while it runs a statement. Only servers whose system can tell take the setting.
const NOTICE: (&str, &str) = ("client_connection_check_interval", "1000");

/// Registers this process on a server, the first time only, and starts to sweep what dead processes have left there.
///
/// Also on an embedded server: another process may know it by its URL, and must see that this one is alive.
///
/// # Cancel safety
///
/// The next caller starts over.
pub(super) async fn register(server: &Arc<Server>) -> Result<RunId, IsolationError> {
    registered(server).await?;
    Ok(*RUN)
}

/// The registration of this process on a server; see [`register`].
pub(super) async fn registered(server: &Arc<Server>) -> Result<Arc<Registered>, IsolationError> {
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
    let registered = cell.get_or_try_init(|| async {
        let seats = Seats::first(server).await?;
        // It is shared, since this process may know the same server under two names.
        let mut lock = format!("SELECT pg_catalog.pg_advisory_lock_shared({})", RUN.lock_key());
        if server.is_embedded() {
            let every = RunId::EVERY.lock_key();
            lock.push_str(&format!(", pg_catalog.pg_advisory_lock_shared({every})"));
        }
        seats
            .execute(lock)
            .await
            .map_err(IsolationError::database("register on", server.origin()))?;
        let notices = seats.execute(format!("SET {} = {}", NOTICE.0, NOTICE.1)).await.is_ok();
        sweep::start(server, seats.take_spare());
        Ok::<_, IsolationError>(Arc::new(Registered {
            seats,
            resting: Resting::default(),
            notices,
        }))
    });
    registered.await.cloned()
}

/// How this process connects to a server for its tests, once it has registered there: where the process is killed, the
/// server ends the session soon, also in the middle of a statement.
pub(super) fn session(server: &Server) -> PgConnectOptions {
    let options = server.options();
    let notices = {
        let registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
        let place = place(server);
        let mut same = registered.iter().filter(|(_, other, _)| *other == place);
        same.any(|(.., cell)| cell.get().is_some_and(|registered| registered.notices))
    };
    if notices { options.options([NOTICE]) } else { options }
}

/// As [`session`], for what this process makes and drops: the session says which run it works for, so that a sweep can wait
/// for what the server still does for a killed one.
pub(super) fn working_session(server: &Server) -> PgConnectOptions {
    session(server).application_name(&RUN.application_name())
}

/// The address of a server, and the role and database with which this process registers there.
pub(super) fn place(server: &Server) -> String {
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
