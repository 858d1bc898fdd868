//! The errors of sandboxes.

use std::path::PathBuf;
use std::sync::Arc;

use crate::driver;
use crate::server::ServerError;
use crate::sql::error_line;

/// A sandbox that could not be created or removed. The text fits behind "failed to".
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum IsolationError {
    /// The server does not answer.
    #[error(transparent)]
    Server(#[from] ServerError),

    /// Databases were asked for and the role may not create them.
    #[error(
        "create a database on {origin}: its role has no right to; \
         ALTER ROLE … CREATEDB, or use `isolation = \"schema\"`"
    )]
    MayNotCreateDatabases {
        /// The server, in words.
        origin: String,
    },

    /// The role may not create schemas in the database of the URL.
    #[error(
        "create a schema in the database {database}: {role} has no right to; let the owner of the database run \
         GRANT CREATE ON DATABASE {database} TO {role}"
    )]
    MayNotCreateSchemas {
        /// The database, quoted where SQL needs it.
        database: String,
        /// The role, quoted where SQL needs it.
        role: String,
    },

    /// The server, or the role, accepts fewer connections than one check uses.
    #[error(
        "use {origin}: a check uses up to {needed} connections, and the server accepts {accepted} from this role; \
         raise max_connections (superuser_reserved_connections of them are kept for superusers), or the \
         CONNECTION LIMIT of the role or the database"
    )]
    TooFewConnections {
        /// The server, in words.
        origin: String,
        /// The number of connections that the role may have.
        accepted: i64,
        /// The number of connections that a check uses.
        needed: i64,
    },

    /// Other processes use all seats of the server, and none has ended for long.
    #[error(
        "use {origin}: other processes use all the connections that it has for tests, and none of them has ended for \
         {minutes} minutes; end those that hang, or raise max_connections"
    )]
    NoSeat {
        /// The server, in words.
        origin: String,
        /// The number of minutes that it was waited for.
        minutes: u64,
    },

    /// A pooler stands before the server.
    #[error(
        "use {origin}: it is a connection pooler that {reason}; name the PostgreSQL behind it in the URL"
    )]
    Pooler {
        /// The server, in words.
        origin: String,
        /// What tests cannot work with.
        reason: &'static str,
    },

    /// A statement of this tool failed.
    #[error("{action} `{name}`: {}{}", error_line(source), next_step(source))]
    Database {
        /// The action, such as `create the database`.
        action: &'static str,
        /// The database or schema.
        name: String,
        /// The driver's error.
        source: Arc<driver::Error>,
    },

    /// The work in the background that makes or removes it has ended early: the process is about to end, or that work
    /// panicked.
    #[error("make or remove the database or schema of `{label}`: the process is about to end")]
    Ending {
        /// Its label or name.
        label: String,
    },

    /// A database could not be shared with other processes.
    #[error("share a database by {}: {source}", path.display())]
    Share {
        /// The file that says that it is complete.
        path: PathBuf,
        /// The system's error.
        source: Arc<std::io::Error>,
    },

    /// The embedded server could not be kept.
    #[error("keep the embedded server by {}: {source}", path.display())]
    Keep {
        /// The file that keeps it.
        path: PathBuf,
        /// The system's error.
        source: Arc<std::io::Error>,
    },
}

impl IsolationError {
    /// Wraps a database error with what was to be done.
    pub(super) fn database(action: &'static str, name: &str) -> impl FnOnce(driver::Error) -> Self {
        let name = name.to_owned();
        move |source| Self::Database { action, name, source: Arc::new(source) }
    }
}

/// What to do about a statement of this tool that failed.
fn next_step(error: &driver::Error) -> &'static str {
    match error.as_database_error().and_then(driver::DatabaseError::code).as_deref() {
        Some("25006") => {
            "\nname a server that can be written to: this one is a standby, or has default_transaction_read_only"
        }
        _ => "",
    }
}
