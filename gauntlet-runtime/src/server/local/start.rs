//! The way from a request for an embedded server to a running one.

use std::path::PathBuf;

use super::account::Account;
use super::area::Area;
use super::cluster::Clusters;
use super::configuration::{PORT, SUPERUSER};
use super::daemon::{Daemon, psql};
use super::install::{Installer, folders};
use super::join::socket_directory;
use super::search::Search;
use crate::driver::{PgConnectOptions, PgSslMode};
use crate::server::error::ServerError;
use crate::server::handle::{EmbeddedFacts, Server};
use crate::server::install::Installed;
use crate::server::oldest::OLDEST;
use crate::server::source_context::SourceContext;
use crate::server::url::DatabaseUrl;

/// How long a server waits for its next user, in seconds: the next test binary, the next process of nextest.
const LINGER: u32 = 8;

/// The binaries that a server is started from.
#[derive(Debug)]
pub(in crate::server) struct Wanted {
    /// The major version; without one, the newest that is found.
    pub(in crate::server) version: Option<u32>,
    /// The directory of the programs.
    pub(in crate::server) bindir: Option<PathBuf>,
    /// Consent to an installation where none are found.
    pub(in crate::server) install: bool,
}

/// Joins the server with these binaries and settings, or starts it.
pub(in crate::server) async fn start(
    wanted: Wanted,
    settings: Vec<(String, String)>,
    context: &SourceContext,
) -> Result<Server, ServerError> {
    let account = Account::current(context)?;
    let context = context.clone();
    // Files, locks and child processes, for up to a minute: not on a thread that drives futures.
    blocking(move || start_blocking(&wanted, settings, &context, account)).await
}

/// Installs a PostgreSQL, unless one is found.
pub(in crate::server) async fn install(
    version: Option<u32>,
    context: &SourceContext,
) -> Result<Installed, ServerError> {
    if let Some(version) = version.filter(|version| *version < OLDEST) {
        return Err(ServerError::NotInstalled {
            report: format!(
                "PostgreSQL {version} is too old; {OLDEST} is the oldest supported version"
            ),
        });
    }
    let account = Account::current(context)?;
    let context = context.clone();
    blocking(move || {
        let area = Area::open(&context, account)?;
        let search = search(&context, account, &area);
        let (binaries, found) = match search.find(version, None) {
            Ok(binaries) => (binaries, true),
            Err(ServerError::NotFound { .. }) => {
                (Installer { search: &search, wanted: version }.install()?, false)
            }
            Err(error) => return Err(error),
        };
        Ok(Installed { version: binaries.version, directory: binaries.directory, found })
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    // It is never aborted: it has panicked, or the runtime ends and nobody waits for this.
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn search<'a>(context: &'a SourceContext, account: Account, area: &Area) -> Search<'a> {
    let installed = folders(context, account, area);
    Search { context, account, memo: area.memo(), installed }
}

fn start_blocking(
    wanted: &Wanted,
    settings: Vec<(String, String)>,
    context: &SourceContext,
    account: Account,
) -> Result<Server, ServerError> {
    let area = Area::open(context, account)?;
    let search = search(context, account, &area);
    let binaries = match search.find(wanted.version, wanted.bindir.as_deref()) {
        Err(ServerError::NotFound { .. }) if wanted.install => {
            Installer { search: &search, wanted: wanted.version }.install()?
        }
        found => found?,
    };
    let clusters = Clusters::open(context, account, &area);
    let linger = context.var_os("GAUNTLET_LINGER").and_then(|value| value.to_str()?.parse().ok());
    let daemon =
        Daemon { binaries, account, area, clusters, settings, linger: linger.unwrap_or(LINGER) };
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
    let origin =
        format!("the embedded PostgreSQL {} ({})", binaries.version, binaries.directory.display());
    let facts = EmbeddedFacts { directory: lease.directory.clone(), psql: psql(binaries) };
    Ok(Server::embedded(options, url, origin, binaries.version_num(), facts).with_lease(lease))
}
