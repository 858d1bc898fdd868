//! The session of this process that makes and drops databases and schemas. It is kept for a moment: what comes next is often
//! the next of them, and a login with a password takes an unoptimized build longer than the statement.
//!
//! Nobody counts on it: it is one connection more than those in use, for at most [`IDLE`], and whoever finds no free connection
//! on the server tries for longer than that.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::error::IsolationError;
use super::registration::{self, registered};
use crate::driver::{Connection as _, PgConnection};
use crate::runtime::spawn;
use crate::server::{Server, answers};

/// How long a session that does nothing is kept.
const IDLE: Duration = Duration::from_millis(500);

/// Connects as the administrator, to the database that the server's source names, in a working session of this process.
///
/// # Errors
///
/// The server does not answer or refuses.
pub(super) async fn connect(server: &Arc<Server>) -> Result<PgConnection, IsolationError> {
    let of = registered(server).await?;
    if let Some(mut connection) = of.resting.take()
        && answers(&mut connection).await
    {
        return Ok(connection);
    }
    Ok(server.connect_with(&registration::working_session(server)).await?)
}

/// Keeps a session of [`connect`] that has done its work. To be called on a runtime.
pub(super) async fn rest(server: &Arc<Server>, connection: PgConnection) {
    let Ok(of) = registered(server).await else { return };
    let (number, other) = of.resting.put(connection);
    if let Some(other) = other {
        drop(other.close().await);
    }
    // Not counted among the work for which a process waits at its end, where the session ends anyway.
    let close = Box::pin(async move {
        tokio::time::sleep(IDLE).await;
        if let Some(connection) = of.resting.take_if(number) {
            drop(connection.close().await);
        }
    });
    drop(spawn(&Handle::current(), close));
}
