//! The way from consent to programs that run.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::client::{Brought, Client, Job, User};
use super::clients::CLIENTS;
use super::folder::{Folder, remove};
use super::program::{Programs, in_path};
use super::report::{Tried, not_installed};
use crate::server::error::ServerError;
use crate::server::local::binaries::Binaries;
use crate::server::local::search::Search;

/// How long a client may take in all.
const LIMIT: Duration = Duration::from_secs(600);

/// An installation where a search has found nothing.
pub(in crate::server::local) struct Installer<'a> {
    pub(in crate::server::local) search: &'a Search<'a>,
    /// The major version.
    pub(in crate::server::local) wanted: Option<u32>,
}

impl Installer<'_> {
    /// Installs with the first client that succeeds. Only one process does; the others wait for it.
    pub(in crate::server::local) fn install(&self) -> Result<Binaries, ServerError> {
        let begin = (SystemTime::now(), Instant::now());
        let context = self.search.context;
        let folder = Folder::lock(&self.search.installed, self.search.account, || {
            context.report("waiting for another process that installs PostgreSQL\n");
        })?;
        // Another process may have installed it while we waited.
        match self.search.find(self.wanted, None) {
            Err(ServerError::NotFound { .. }) => {}
            found => return found,
        }
        let env = context.environment();
        if let Some(report) = folder.failure_since(env, begin.0) {
            return Err(ServerError::NotInstalled { report });
        }
        let what = self.wanted.map(|major| format!(" {major}")).unwrap_or_default();
        context.report(&format!("there is no PostgreSQL{what} on this machine: installing it\n"));
        let mut tried = Vec::new();
        for client in CLIENTS {
            let reason = match self.hindrance(&client) {
                Some(reason) => Tried::Not(reason),
                None => match self.install_with(&client, &folder)? {
                    Ok(binaries) => {
                        context.report(&format!(
                            "installed PostgreSQL {}: {} ({} s)\n",
                            binaries.version,
                            binaries.directory.display(),
                            begin.1.elapsed().as_secs()
                        ));
                        return Ok(binaries);
                    }
                    Err(reason) => {
                        let first = reason.lines().next().unwrap_or_default();
                        context.report(&format!("{}: {first}\n", client.name));
                        Tried::Failed(reason)
                    }
                },
            };
            tried.push((client.name, reason));
        }
        let report = not_installed(self.wanted, &tried);
        folder.remember_failure(env, &report);
        Err(ServerError::NotInstalled { report })
    }

    /// The reason why a client is not tried.
    fn hindrance(&self, client: &Client) -> Option<&'static str> {
        let root = self.search.account.user == 0;
        if in_path(self.search.context, client.program).is_none() {
            return Some("not in PATH");
        }
        match client.user {
            User::Root if !root => Some("needs root"),
            User::NotRoot if root => Some("refuses root"),
            _ => None,
        }
    }

    /// The outer error is one of our own folder, the inner one the client's.
    fn install_with(
        &self,
        client: &Client,
        folder: &Folder,
    ) -> Result<Result<Binaries, String>, ServerError> {
        let stage = folder.stage()?;
        let programs = Programs {
            context: self.search.context,
            client: client.name,
            folder: &stage,
            lock: folder.lock_file(),
            deadline: Instant::now() + LIMIT,
            limit: LIMIT,
        };
        let job = Job { wanted: self.wanted, folder: stage.clone(), programs };
        let done = (client.bring)(&job).and_then(|brought| {
            if let Brought::Tree(tree) = brought {
                self.keep(client, folder, &stage, &tree)?;
            }
            match self.search.find(self.wanted, None) {
                Err(ServerError::NotFound { .. }) => {
                    Err("it has installed something, but not where PostgreSQL is looked for"
                        .to_owned())
                }
                found => found.map_err(|error| error.to_string()),
            }
        });
        remove(&stage);
        Ok(done)
    }

    /// Keeps a tree whose programs run.
    fn keep(
        &self,
        client: &Client,
        folder: &Folder,
        stage: &Path,
        tree: &Path,
    ) -> Result<(), String> {
        let unreadable = |error: std::io::Error| format!("{}: {error}", tree.display());
        folder.open_up(stage).map_err(unreadable)?;
        let binaries = self.search.probe(&tree.join("bin"))?;
        if let Some(wanted) = self.wanted.filter(|wanted| *wanted != binaries.major()) {
            return Err(format!("it has brought PostgreSQL {}, not {wanted}", binaries.version));
        }
        let version: String = binaries
            .version
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' })
            .collect();
        folder.keep(stage, tree, &version, client.name).map_err(unreadable)
    }
}
