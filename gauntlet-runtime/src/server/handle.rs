//! A PostgreSQL server that answers: its options, its version, and the rights of the role.

use std::any::Any;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::debug;

use super::digest::digest;
use super::error::ServerError;
use super::oldest::OLDEST;
use super::source_context::SourceContext;
use super::url::{DatabaseUrl, mask};
use super::{product, service};
use crate::driver::{
    self, ConnectOptions, Connection as _, PgConnectOptions, PgConnection, PgSslMode, Row,
};

/// How long a server may take to answer.
const ANSWER: Duration = Duration::from_secs(30);

/// How long a connection that was used before may take to answer.
const QUICK: Duration = Duration::from_secs(5);

/// How long a server without a free connection, or one that is starting, is retried.
const BUSY: Duration = Duration::from_secs(60);

/// A PostgreSQL server: how to connect to it as the administrator, and what that role may do.
pub struct Server {
    options: PgConnectOptions,
    url: DatabaseUrl,
    origin: String,
    version: u32,
    superuser: bool,
    createdb: bool,
    createrole: bool,
    embedded: Option<EmbeddedFacts>,
    lease: Option<Box<dyn Any + Send + Sync>>,
    /// The connection on which the server was asked for its version: the first one that is wanted then.
    first: Mutex<Option<PgConnection>>,
    /// Where its users may have files.
    context: Option<SourceContext>,
}

/// Facts that only exist for a server that this tool started.
#[derive(Debug, Clone)]
pub(super) struct EmbeddedFacts {
    /// The directory that goes with the server, with `log` and `keep` in it.
    pub(super) directory: PathBuf,
    /// The client that belongs to the server, if it exists.
    pub(super) psql: Option<PathBuf>,
}

impl Server {
    /// The server behind a URL; `origin` is the place that the URL came from, for messages.
    ///
    /// # Errors
    ///
    /// The URL is not a PostgreSQL URL, the server does not answer, or it is too old.
    pub async fn from_url(url: &str, origin: &str) -> Result<Self, ServerError> {
        Self::from_url_in(url, origin, &SourceContext::default()).await
    }

    /// As [`from_url`](Self::from_url); the URL may leave parameters to a service of the user's.
    pub(super) async fn from_url_in(
        url: &str,
        origin: &str,
        context: &SourceContext,
    ) -> Result<Self, ServerError> {
        let url = &service::resolve(url, origin, context)?;
        let parsed = DatabaseUrl::parse(url, origin)?;
        let options = PgConnectOptions::from_str(url).map_err(|error| ServerError::UrlInvalid {
            origin: origin.to_owned(),
            url: Some(mask(url)),
            reason: match error {
                driver::Error::Configuration(source) => source.to_string(),
                other => other.to_string(),
            },
        })?;
        // As in libpq: there is no TLS on a socket, whatever a URL or the environment asks for.
        let options = match options.get_socket() {
            Some(_) => options.ssl_mode(PgSslMode::Disable),
            None => options,
        };
        Self::ask(options, parsed, format!("{origin} ({})", mask(url))).await
    }

    /// The server that `options` lead to; `origin` says in words where the options came from.
    ///
    /// A password in `options` is used, but is not part of [`Sandbox::url`](crate::isolation::Sandbox::url), since
    /// sqlx does not give it back; use [`Server::from_url`] where that matters.
    ///
    /// # Errors
    ///
    /// The server does not answer, or is too old.
    pub async fn from_options(
        options: PgConnectOptions,
        origin: &str,
    ) -> Result<Self, ServerError> {
        let host = options
            .get_socket()
            .map_or_else(|| options.get_host().to_owned(), |path| path.display().to_string());
        let url = DatabaseUrl::socket(&host, options.get_port(), options.get_username());
        Self::ask(options, url, origin.to_owned()).await
    }

    /// Asks a server for its version and what its role may do.
    async fn ask(
        options: PgConnectOptions,
        url: DatabaseUrl,
        origin: String,
    ) -> Result<Self, ServerError> {
        let mut server = Self {
            options,
            url,
            origin,
            version: 0,
            superuser: false,
            createdb: false,
            createrole: false,
            embedded: None,
            lease: None,
            first: Mutex::default(),
            context: None,
        };
        let mut connection = server.connect().await?;
        let row = driver::query(
            "SELECT pg_catalog.current_setting('server_version_num')::int, rolsuper, rolcreatedb, rolcreaterole,
                 pg_catalog.version()
             FROM pg_catalog.pg_roles WHERE rolname = current_user",
        )
        .fetch_one(&mut connection)
        .await
        .map_err(|error| server.connect_error(error))?;
        server.version = u32::try_from(row.get::<i32, _>(0)).unwrap_or_default();
        server.superuser = row.get(1);
        server.createdb = row.get(2);
        server.createrole = row.get(3);
        let product = product::other_than_postgresql(&row.get::<String, _>(4));
        if let Some(product) = product {
            return Err(ServerError::OtherProduct { origin: server.origin, product });
        }
        if server.version / 10_000 < OLDEST {
            return Err(ServerError::TooOld {
                origin: server.origin,
                found: server.version / 10_000,
                needed: OLDEST,
            });
        }
        server.first = Mutex::new(Some(connection));
        Ok(server)
    }

    /// A server that this tool started, whose facts are known.
    pub(super) fn embedded(
        options: PgConnectOptions,
        url: DatabaseUrl,
        origin: String,
        version: u32,
        facts: EmbeddedFacts,
    ) -> Self {
        Self {
            options,
            url,
            origin,
            version,
            superuser: true,
            createdb: true,
            createrole: true,
            embedded: Some(facts),
            lease: None,
            first: Mutex::default(),
            context: None,
        }
    }

    /// Keeps `lease` as long as this server; dropping it may stop what the server runs in.
    #[must_use]
    pub fn with_lease(mut self, lease: impl Any + Send + Sync) -> Self {
        self.lease = Some(Box::new(lease));
        self
    }

    /// Tells the server in which context it was resolved.
    pub(super) fn in_context(mut self, context: &SourceContext) -> Self {
        self.context = Some(context.clone());
        self
    }

    /// The folder for the queue of this user's processes on this server, which whoever waits first makes. `None` where no
    /// folder belongs to the user alone.
    pub(crate) fn queue(&self) -> Option<PathBuf> {
        let host = self.options.get_socket().map_or_else(
            || self.options.get_host().to_owned(),
            |socket| socket.display().to_string(),
        );
        let place = digest(&[&host, &self.options.get_port().to_string()]);
        #[cfg(all(unix, not(gauntlet_no_embedded)))]
        let own = super::local::own_folder(self.context.as_ref()?);
        #[cfg(not(all(unix, not(gauntlet_no_embedded))))]
        let own: Option<PathBuf> = None;
        Some(own?.join(format!("queue-{place:016x}")))
    }

    /// How to connect as the administrator, to the database that the source names.
    #[doc(hidden)]
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Connects as the administrator, to the database that the source names.
    ///
    /// A server without a free connection, or one that is still starting, is retried for up to a minute.
    ///
    /// # Errors
    ///
    /// The server does not answer or refuses.
    #[doc(hidden)]
    pub async fn connect(&self) -> Result<PgConnection, ServerError> {
        if let Some(mut connection) = self.take_first()
            && answers(&mut connection).await
        {
            return Ok(connection);
        }
        self.connect_with(&self.options).await
    }

    fn take_first(&self) -> Option<PgConnection> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Gives up the connection that this server keeps for its first user.
    pub(crate) async fn forget_first(&self) {
        if let Some(connection) = self.take_first() {
            drop(connection.close().await);
        }
    }

    /// Connects to this server with other options, such as another database.
    pub(crate) async fn connect_with(
        &self,
        options: &PgConnectOptions,
    ) -> Result<PgConnection, ServerError> {
        let begin = Instant::now();
        let mut pause = Duration::from_millis(5);
        loop {
            let error = match tokio::time::timeout(ANSWER, options.connect()).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => error,
                Err(_) => {
                    return Err(ServerError::NoAnswer {
                        origin: self.origin.clone(),
                        seconds: ANSWER.as_secs(),
                    });
                }
            };
            if !is_busy(&error) {
                return Err(self.connect_error(error));
            }
            if begin.elapsed() > BUSY {
                return Err(ServerError::Busy {
                    origin: self.origin.clone(),
                    seconds: BUSY.as_secs(),
                    source: Arc::new(error),
                });
            }
            debug!(%error, "server is busy, trying again");
            // Not in step with the others that wait.
            let odd = u32::from(uuid::Uuid::new_v4().as_bytes()[0]);
            tokio::time::sleep(pause + pause * odd / 256).await;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }

    /// The error of a question to this server.
    pub(super) fn failed(&self, error: driver::Error) -> ServerError {
        self.connect_error(error)
    }

    fn connect_error(&self, error: driver::Error) -> ServerError {
        // An answer of the server explains itself; without one its log may.
        let silent = error.as_database_error().is_none();
        let log = self
            .embedded
            .as_ref()
            .filter(|_| silent)
            .and_then(|facts| std::fs::read(facts.directory.join("log")).ok())
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        ServerError::Connect { origin: self.origin.clone(), source: Arc::new(error), log }
    }

    /// `server_version_num`: 150018 is 15.18.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Where the server came from, in words and without passwords.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns true if the administrator's role is a superuser.
    #[doc(hidden)]
    pub fn is_superuser(&self) -> bool {
        self.superuser
    }

    /// Returns true if the administrator's role may create databases.
    #[doc(hidden)]
    pub fn can_create_databases(&self) -> bool {
        self.superuser || self.createdb
    }

    /// Returns true if the administrator's role may create roles.
    pub(crate) fn can_create_roles(&self) -> bool {
        self.superuser || self.createrole
    }

    /// Returns true if this tool started the server; it then ends, with all its databases, soon after its last user.
    #[doc(hidden)]
    pub fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// The directory of an embedded server; `None` for other servers.
    pub(crate) fn directory(&self) -> Option<&Path> {
        self.embedded.as_ref().map(|facts| facts.directory.as_path())
    }

    /// The URL of a database on this server, with its password; `options` are libpq options to add.
    pub(crate) fn url(&self, database: &str, options: Option<&str>) -> String {
        self.url.with_database(database, options)
    }

    /// The same URL without any password, for what people read.
    pub(crate) fn url_to_show(&self, database: &str, options: Option<&str>) -> String {
        self.url.without_passwords().with_database(database, options)
    }

    /// The client to open this server with: `psql`, or the one that belongs to it, with its path.
    pub(crate) fn psql(&self) -> &Path {
        self.embedded
            .as_ref()
            .and_then(|facts| facts.psql.as_deref())
            .unwrap_or_else(|| Path::new("psql"))
    }

    /// Makes an embedded server stay after its last user. Returns the file whose removal ends it; an error comes with the
    /// file that could not be created.
    pub(crate) fn keep(&self) -> Option<Result<PathBuf, (PathBuf, std::io::Error)>> {
        let file = self.embedded.as_ref()?.directory.join("keep");
        Some(match std::fs::File::create(&file) {
            Ok(_) => Ok(file),
            Err(error) => Err((file, error)),
        })
    }
}

/// No connection is free (`too_many_connections`), or no lock (`out_of_memory`), or the server is starting
/// (`cannot_connect_now`).
fn is_busy(error: &driver::Error) -> bool {
    error
        .as_database_error()
        .and_then(driver::DatabaseError::code)
        .is_some_and(|code| matches!(&*code, "53300" | "53200" | "57P03"))
}

/// Returns true if a connection that has done nothing for a while can be used: the server may have restarted, or ended it.
pub(crate) async fn answers(connection: &mut PgConnection) -> bool {
    matches!(tokio::time::timeout(QUICK, connection.ping()).await, Ok(Ok(())))
}

/// The options hold a password.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("origin", &self.origin)
            .field("version", &self.version)
            .field("superuser", &self.superuser)
            .field("createdb", &self.createdb)
            .field("leased", &self.lease.is_some())
            .finish_non_exhaustive()
    }
}
