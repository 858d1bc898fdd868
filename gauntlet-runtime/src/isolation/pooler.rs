//! Poolers between the tests and the server, such as `PgBouncer`: which of them cannot be used.

use super::error::IsolationError;
use crate::driver::{self, Connection as _, PgConnection};
use crate::names::quote_literal;
use crate::server::Server;

/// A search path that no role has by itself.
const PROBE: &str = "gauntlet_probe";

/// The session that a connection is.
const SESSION: &str =
    "SELECT pg_catalog.pg_backend_pid(), pg_catalog.current_setting('search_path')";

const SHARES: &str =
    "gives several connections the same session, as PgBouncer does in transaction mode";

/// The error of a question on a connection that may be a pooler's: another client's prepared statement has the same name, or one
/// of our own is in another session.
pub(super) fn failed(server: &Server) -> impl FnOnce(driver::Error) -> IsolationError {
    let origin = server.origin().to_owned();
    move |error| {
        let code = error.as_database_error().and_then(driver::DatabaseError::code);
        match code.as_deref() {
            Some("42P05" | "26000") => IsolationError::Pooler { origin, reason: SHARES },
            _ => IsolationError::database("take a seat on", &origin)(error),
        }
    }
}

/// Checks that each connection is a session of its own, in which what a connection asks for holds: else the locks of this
/// process would be another's, and the scripts of a test would run in whatever schema the pooler's session is in.
///
/// Returns the second connection that this takes, as if it had been opened like the first; none where no pooler can be.
///
/// # Errors
///
/// [`IsolationError::Pooler`]; also when the server does not answer.
pub(super) async fn refuse(
    server: &Server,
    first: &mut PgConnection,
) -> Result<Option<PgConnection>, IsolationError> {
    if server.is_embedded() {
        return Ok(None);
    }
    let failed = || failed(server);
    let options = server.options().options([("search_path", PROBE)]);
    let mut second = server.connect_with(&options).await?;
    let (one, usual): (i32, String) =
        driver::query_as(SESSION).fetch_one(first).await.map_err(failed())?;
    // In a transaction, which a pooler gives the session that was used last.
    driver::execute(&mut second, "BEGIN").await.map_err(failed())?;
    let (other, path): (i32, String) =
        driver::query_as(SESSION).fetch_one(&mut second).await.map_err(failed())?;
    driver::execute(&mut second, "ROLLBACK").await.map_err(failed())?;
    let reason = if one == other {
        SHARES
    } else if path != PROBE {
        "does not pass on the settings of a connection, as PgBouncer does that ignores the startup parameter `options`"
    } else {
        let path = format!(
            "SELECT pg_catalog.set_config('search_path', {}, false)",
            quote_literal(&usual)
        );
        driver::execute(&mut second, &path).await.map_err(failed())?;
        return Ok(Some(second));
    };
    drop(second.close().await);
    Err(IsolationError::Pooler { origin: server.origin().to_owned(), reason })
}
