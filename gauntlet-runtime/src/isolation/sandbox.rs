//! One test's own database or schema.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::{debug, warn};

use super::error::IsolationError;
use super::isolation::Isolation;
use super::sandbox_name::SandboxName;
use super::statement::execute;
use super::{registration, remove, search_path, sweep, worker};
use crate::driver::{Connection, PgConnectOptions, PgConnection};
use crate::names::quote_ident;
use crate::runtime::{BoxFuture, in_background};
use crate::server::Server;

/// A database or schema that belongs to one test.
///
/// [`close`](Self::close) takes it away, [`keep`](Self::keep) leaves it for a person to look at. One that is merely dropped is
/// taken away in the background; [`settle`](super::settle) waits for that. What a process has left at its end, the next one
/// sweeps.
pub struct Sandbox {
    pub(super) server: Arc<Server>,
    pub(super) name: SandboxName,
    pub(super) isolation: Isolation,
    pub(super) options: PgConnectOptions,
    pub(super) search_path: Option<String>,
    pub(super) left_out: Vec<String>,
    /// The schemas behind the own one on the search path.
    pub(super) behind: Vec<String>,
    /// The schema for extensions that all sandboxes of the database see, if there is one.
    pub(super) extensions: Option<String>,
    /// The database in which this schema stands, where it is not the one that the server's source names.
    pub(super) within: Option<Arc<Sandbox>>,
    /// The role that acts in it; `None` is the administrator.
    pub(super) role: Option<String>,
    /// The runtime to clean up on; `None` when there is nothing left to clean up.
    pub(super) cleaner: Option<Handle>,
}

/// A sandbox that was left, and how to get at it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The line that opens it; works by copy and paste.
    pub psql: String,
    /// The statement or command that takes it away.
    pub remove: String,
    /// The file that keeps the embedded server; removing it lets the server go.
    pub server: Option<PathBuf>,
}

impl Sandbox {
    /// Returns its kind: a database or a schema.
    pub fn isolation(&self) -> Isolation {
        self.isolation
    }

    /// The server that it is on.
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// The name of the database or schema, unquoted.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The schema in which unqualified names land, unquoted: `public`, or the own schema.
    pub fn home_schema(&self) -> &str {
        match self.isolation {
            Isolation::Database => "public",
            Isolation::Schema => self.name.as_str(),
        }
    }

    /// The name of the database that [`connect`](Self::connect) leads to, unquoted.
    pub fn database_name(&self) -> &str {
        match self.isolation {
            Isolation::Database => self.name.as_str(),
            // As libpq: without a database, the one that is called like the user.
            Isolation::Schema => {
                self.options.get_database().unwrap_or_else(|| self.options.get_username())
            }
        }
    }

    /// Schemas of the role's usual search path (such as `public`) that are not on this sandbox's, because they hold
    /// objects of the user's own. Always empty in database isolation.
    pub fn left_out_schemas(&self) -> &[String] {
        &self.left_out
    }

    /// The schemas behind the own one on the search path, unquoted: those of extensions. Always empty in database isolation.
    pub fn schemas_behind(&self) -> &[String] {
        &self.behind
    }

    /// The schema, unquoted, in which an extension is seen by all sandboxes of the database. `None` where an extension that is
    /// made without naming a schema belongs to this sandbox anyway, and where there is no such schema.
    pub fn schema_of_extensions(&self) -> Option<&str> {
        self.extensions.as_deref()
    }

    /// How to connect so that unqualified names land in this sandbox.
    pub fn options(&self) -> PgConnectOptions {
        match &self.role {
            Some(role) => self.options.clone().options([("role", role)]),
            None => self.options.clone(),
        }
    }

    /// Hands the sandbox over to a role, which owns it and acts in it from now on. The role has to be there.
    ///
    /// # Errors
    ///
    /// The server does not answer, or the administrator may not give away what is his.
    pub async fn give_to(&mut self, role: &str) -> Result<(), IsolationError> {
        let name = self.name.as_str();
        let kind = self.isolation.keyword();
        let mut connection = self.connect_around().await?;
        let statement =
            format!("ALTER {kind} {} OWNER TO {}", quote_ident(name), quote_ident(role));
        execute(&mut connection, statement)
            .await
            .map_err(IsolationError::database("give away", name))?;
        self.role = Some(role.to_owned());
        drop(connection.close().await);
        Ok(())
    }

    /// Connects as the administrator, so that unqualified names land in this sandbox.
    ///
    /// # Errors
    ///
    /// The server does not answer or refuses.
    pub async fn connect_setup(&self) -> Result<PgConnection, IsolationError> {
        Ok(self.server.connect_with(&self.options).await?)
    }

    /// Connects so that unqualified names land in this sandbox.
    ///
    /// # Errors
    ///
    /// The server does not answer or refuses.
    pub async fn connect(&self) -> Result<PgConnection, IsolationError> {
        Ok(self.server.connect_with(&self.options()).await?)
    }

    /// Connects as the administrator to the database of this sandbox, with the role's usual search path.
    ///
    /// # Errors
    ///
    /// The server does not answer or refuses.
    pub async fn connect_admin(&self) -> Result<PgConnection, IsolationError> {
        match self.isolation {
            Isolation::Database => Ok(self.server.connect_with(&self.options).await?),
            Isolation::Schema => self.connect_around().await,
        }
    }

    /// Connects as the administrator to where the database or schema was made.
    async fn connect_around(&self) -> Result<PgConnection, IsolationError> {
        let options = around(&self.server, self.within.as_deref());
        Ok(self.server.connect_with(&options).await?)
    }

    /// The URL that leads into this sandbox, for sqlx and libpq. It holds the password, if there is one.
    pub fn url(&self) -> String {
        self.server.url(self.database_name(), self.libpq_options().as_deref())
    }

    /// The libpq options by which a session lands in this sandbox.
    fn libpq_options(&self) -> Option<String> {
        let path = self.search_path.as_deref().map(search_path::option);
        let role = self.role.as_deref().map(search_path::role_option);
        let options: Vec<String> = path.into_iter().chain(role).collect();
        (!options.is_empty()).then(|| options.join(" "))
    }

    /// The shell line that opens this sandbox. It holds no password, since it is printed: psql asks for one, or finds it where
    /// libpq looks for it.
    pub fn psql(&self) -> String {
        let client = self.server.psql().display().to_string();
        let url = self.server.url_to_show(self.database_name(), self.libpq_options().as_deref());
        format!("{} {}", shell_quote(&client), shell_quote(&url))
    }

    /// Drops the database or schema, with all that is in it; connections to the database are cut.
    ///
    /// # Errors
    ///
    /// The server does not answer, or a statement fails; the sandbox is then left to a later sweep.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the removal goes on in the background.
    pub async fn close(mut self) -> Result<(), IsolationError> {
        self.cleaner = None;
        let (server, name) = (Arc::clone(&self.server), self.name.clone());
        let removal = remove_within(server, self.isolation, name, self.within.take());
        to_the_end(self.name.as_str(), removal).await
    }

    /// Leaves the database or schema for a person, and marks it so that no sweep takes it. An embedded server stays,
    /// too, until the file in [`Kept::server`] is removed.
    ///
    /// # Errors
    ///
    /// The server does not answer, or a statement fails.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the sandbox may be taken away.
    pub async fn keep(mut self) -> Result<Kept, IsolationError> {
        let mut kept_within = None;
        let name = self.name.as_str();
        let kind = self.isolation.keyword();
        let mut connection = self.connect_around().await?;
        execute(&mut connection, remove::comment(kind, name, sweep::KEPT))
            .await
            .map_err(IsolationError::database("keep", name))?;
        if let Some(within) = self.within.take() {
            let name = within.name();
            execute(&mut connection, remove::comment("DATABASE", name, sweep::KEPT))
                .await
                .map_err(IsolationError::database("keep", name))?;
            kept_within = Some(name.to_owned());
            // Nobody may be the last to use it, who would drop it.
            std::mem::forget(within);
        }
        let server = self
            .server
            .keep()
            .transpose()
            .map_err(|(path, source)| IsolationError::Keep { path, source: Arc::new(source) })?;
        let remove = match (&server, self.isolation) {
            (Some(path), _) => format!("rm {}", shell_quote(&path.display().to_string())),
            (None, Isolation::Schema) if kept_within.is_some() => {
                format!("DROP DATABASE {}", quote_ident(&kept_within.unwrap_or_default()))
            }
            (None, Isolation::Database) => format!("DROP DATABASE {}", quote_ident(name)),
            (None, Isolation::Schema) => format!("DROP SCHEMA {} CASCADE", quote_ident(name)),
        };
        let kept = Kept { psql: self.psql(), remove, server };
        self.cleaner = None;
        Ok(kept)
    }
}

/// Makes a sandbox, or takes one away, in the background, so that it goes also where nobody waits for that any more: a server
/// finishes a `CREATE DATABASE` whose client has gone, and one that is still being made cannot be dropped.
pub(super) async fn to_the_end<T: Send + 'static>(
    label: &str,
    work: impl Future<Output = Result<T, IsolationError>> + Send + 'static,
) -> Result<T, IsolationError> {
    let (made, wait) = oneshot::channel();
    // What nobody receives is dropped, and so taken away.
    let work = Box::pin(async move { drop(made.send(work.await)) });
    in_background(&Handle::current(), work);
    wait.await.unwrap_or_else(|_| Err(IsolationError::Ending { label: label.to_owned() }))
}

/// How the administrator connects to where a sandbox stands, to make it or to take it away.
pub(super) fn around(server: &Server, within: Option<&Sandbox>) -> PgConnectOptions {
    let options = registration::working_session(server);
    match within {
        Some(database) => options.database(database.name()),
        None => options,
    }
}

/// Takes a sandbox away. The last schema of a database that belongs to this process goes with it.
fn remove_within(
    server: Arc<Server>,
    isolation: Isolation,
    name: SandboxName,
    within: Option<Arc<Sandbox>>,
) -> BoxFuture<'static, Result<(), IsolationError>> {
    Box::pin(async move {
        let inside = within.as_deref().map(|within| around(&server, Some(within)));
        let used = match within.map(Arc::try_unwrap) {
            Some(Ok(database)) => return database.close().await,
            Some(Err(used)) => Some(used),
            None => None,
        };
        let outcome = remove(&server, inside, isolation, name.as_str()).await;
        drop(used);
        outcome
    })
}

/// `inside` is how to connect to the database of a schema, where it is not the one that the server's source names.
async fn remove(
    server: &Arc<Server>,
    inside: Option<PgConnectOptions>,
    isolation: Isolation,
    name: &str,
) -> Result<(), IsolationError> {
    let begin = Instant::now();
    let mut connection = match &inside {
        Some(options) => server.connect_with(options).await?,
        None => worker::connect(server).await?,
    };
    let there = match isolation {
        Isolation::Database => remove::database(server, &mut connection, name).await?,
        Isolation::Schema => remove::schema(&mut connection, name)
            .await
            .map_err(IsolationError::database("drop the schema", name))?,
    };
    match inside {
        Some(_) => drop(connection.close().await),
        None => worker::rest(server, connection).await,
    }
    debug!(name, there, elapsed = ?begin.elapsed(), "dropped a {isolation}");
    Ok(())
}

/// A sandbox that nobody waits for, or that was not closed because its test panicked or was cancelled.
impl Drop for Sandbox {
    fn drop(&mut self) {
        let Some(cleaner) = self.cleaner.take() else { return };
        let server = Arc::clone(&self.server);
        let isolation = self.isolation;
        let (name, within) = (self.name.clone(), self.within.take());
        let removal = Box::pin(async move {
            if let Err(error) = remove_within(server, isolation, name, within).await {
                warn!(%error, "a sandbox is left to the next run");
            }
        });
        in_background(&cleaner, removal);
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("name", &self.name.as_str())
            .field("isolation", &self.isolation)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// Quotes a word for a POSIX shell, if it needs to be.
fn shell_quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
