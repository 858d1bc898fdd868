//! The way from a request for an embedded server to a running one.

use std::path::{Path, PathBuf};

use super::account::Account;
use super::area::Area;
use super::cluster::Clusters;
use super::configuration::{PORT, SUPERUSER};
use super::daemon::{Daemon, psql};
use super::join::socket_directory;
use super::search::Search;
use crate::driver::{PgConnectOptions, PgSslMode};
use crate::server::error::ServerError;
use crate::server::handle::{EmbeddedFacts, Server};
use crate::server::source_context::SourceContext;
use crate::server::url::DatabaseUrl;

/// How long a server waits for its next user, in seconds: the next test binary, the next process of nextest.
const LINGER: u32 = 8;

/// Joins the server with these binaries and settings, or starts it.
pub(in crate::server) async fn start(
    wanted: Option<u32>,
    bindir: Option<PathBuf>,
    settings: Vec<(String, String)>,
    context: &SourceContext,
) -> Result<Server, ServerError> {
    let account = Account::current(context)?;
    let context = context.clone();
    // Files, locks and child processes, for up to a minute: not on a thread that drives futures.
    tokio::task::spawn_blocking(move || {
        start_blocking(wanted, bindir.as_deref(), settings, &context, account)
    })
    .await
    // It is never aborted: it has panicked, or the runtime ends and nobody waits for this.
    .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn start_blocking(
    wanted: Option<u32>,
    bindir: Option<&Path>,
    settings: Vec<(String, String)>,
    context: &SourceContext,
    account: Account,
) -> Result<Server, ServerError> {
    let area = Area::open(context, account)?;
    let search = Search { context, account, memo: area.memo() };
    let binaries = search.find(wanted, bindir)?;
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
