//! How a sandbox is made: a database, as a copy of another one or empty, or a schema.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tracing::debug;

use super::error::IsolationError;
use super::isolation::Isolation;
use super::sandbox::{Sandbox, around, to_the_end};
use super::sandbox_name::SandboxName;
use super::statement::execute;
use super::{registration, remove, search_path, worker};
use crate::driver::{self, Connection};
use crate::names::{quote_ident, quote_if_needed};
use crate::server::Server;

impl Sandbox {
    /// Makes a sandbox; `label` is a hint in its name. `None` takes a database where the role may create one, else
    /// a schema.
    ///
    /// # Errors
    ///
    /// The server does not answer, or the role may not create what was asked for.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the creation goes on, and what it has made is taken away in the background.
    pub async fn create(
        server: &Arc<Server>,
        isolation: Option<Isolation>,
        label: &str,
    ) -> Result<Self, IsolationError> {
        match isolation.unwrap_or_else(|| Isolation::usual(server)) {
            Isolation::Database => Self::database(server, None, label).await,
            Isolation::Schema => Self::schema(server, None, label).await,
        }
    }

    /// Makes a database as a copy of another one, to which nobody may be connected.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); also if there is no such template, or it is still in use after some seconds.
    ///
    /// # Cancel safety
    ///
    /// As [`create`](Self::create).
    pub async fn create_from(
        server: &Arc<Server>,
        template: &str,
        label: &str,
    ) -> Result<Self, IsolationError> {
        Self::database(server, Some(template), label).await
    }

    async fn database(
        server: &Arc<Server>,
        template: Option<&str>,
        label: &str,
    ) -> Result<Self, IsolationError> {
        let (server, template) = (Arc::clone(server), template.map(str::to_owned));
        let whole = label.to_owned();
        to_the_end(
            label,
            async move { Self::make_database(&server, template.as_deref(), &whole).await },
        )
        .await
    }

    async fn make_database(
        server: &Arc<Server>,
        template: Option<&str>,
        label: &str,
    ) -> Result<Self, IsolationError> {
        if !server.can_create_databases() {
            return Err(IsolationError::MayNotCreateDatabases {
                origin: server.origin().to_owned(),
            });
        }
        let begin = Instant::now();
        let sandbox = Self::new(server, Isolation::Database, label, None, None).await?;
        let name = sandbox.name.as_str();
        let failed = || IsolationError::database("create the database", name);
        let mut connection = worker::connect(server).await?;
        if let Some(template) = template {
            // PostgreSQL waits for that itself, but in steps of 100 ms.
            remove::wait_until_unused(&mut connection, template, Duration::from_secs(1))
                .await
                .map_err(failed())?;
        }
        // template0, since template1 may hold things of the user's that production does not have.
        let mut statement = format!(
            "CREATE DATABASE {} TEMPLATE {}",
            quote_ident(name),
            quote_ident(template.unwrap_or("template0")),
        );
        // Half the time of the default (from 15 on), but with a checkpoint, which may be dear on a server of the user's.
        if server.is_embedded() && server.version() >= 150_000 {
            statement.push_str(" STRATEGY file_copy");
        }
        execute(&mut connection, statement).await.map_err(failed())?;
        worker::rest(server, connection).await;
        debug!(name, template, elapsed = ?begin.elapsed(), "created a database");
        Ok(sandbox)
    }

    pub(super) async fn schema(
        server: &Arc<Server>,
        within: Option<Arc<Sandbox>>,
        label: &str,
    ) -> Result<Self, IsolationError> {
        let (server, whole) = (Arc::clone(server), label.to_owned());
        to_the_end(label, async move { Self::make_schema(&server, within, &whole).await }).await
    }

    async fn make_schema(
        server: &Arc<Server>,
        within: Option<Arc<Sandbox>>,
        label: &str,
    ) -> Result<Self, IsolationError> {
        registration::register(server).await?;
        let options = around(server, within.as_deref());
        let mut connection = server.connect_with(&options).await?;
        let usual = search_path::usual(&mut connection)
            .await
            .map_err(IsolationError::database("read the search path of", server.origin()))?;
        let sandbox = Self::new(server, Isolation::Schema, label, Some(usual), within).await?;
        let name = sandbox.name.as_str();
        execute(&mut connection, format!("CREATE SCHEMA {}", quote_ident(name)))
            .await
            .map_err(|error| Self::may_not_create(server, name, error))?;
        drop(connection.close().await);
        debug!(name, left_out = ?sandbox.left_out, "created a schema");
        Ok(sandbox)
    }

    /// The error of a schema that cannot be created.
    fn may_not_create(server: &Server, name: &str, error: driver::Error) -> IsolationError {
        let code = error.as_database_error().and_then(driver::DatabaseError::code);
        if code.as_deref() != Some("42501") {
            return IsolationError::database("create the schema", name)(error);
        }
        let options = server.options();
        let role = options.get_username();
        IsolationError::MayNotCreateSchemas {
            database: quote_if_needed(options.get_database().unwrap_or(role)),
            role: quote_if_needed(role),
        }
    }

    /// Registers the process and puts the options together.
    async fn new(
        server: &Arc<Server>,
        isolation: Isolation,
        label: &str,
        usual: Option<search_path::Usual>,
        within: Option<Arc<Sandbox>>,
    ) -> Result<Self, IsolationError> {
        let run = registration::register(server).await?;
        let name = SandboxName::new(run, label);
        let mut options = registration::session(server);
        if let Some(database) = &within {
            options = options.database(database.name());
        }
        let search_path = usual.as_ref().map(|usual| {
            search_path::value(
                std::iter::once(name.as_str()).chain(usual.behind.iter().map(String::as_str)),
            )
        });
        let usual = usual.unwrap_or_default();
        options = match &search_path {
            Some(path) => options.options([("search_path", path)]),
            None => options.database(name.as_str()),
        };
        Ok(Self {
            server: Arc::clone(server),
            name,
            isolation,
            options,
            search_path,
            behind: usual.behind,
            extensions: usual.extensions,
            left_out: usual.left_out,
            within,
            role: None,
            cleaner: Some(Handle::current()),
        })
    }
}
