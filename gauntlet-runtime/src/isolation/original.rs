//! Originals: databases on the embedded server of which the processes of its user make copies, in this run and in later ones.
//!
//! The name of an original follows from its content, so whoever wants the content finds it. It is made as a sandbox of its
//! maker and renamed when it is complete. Two files in the server's directory belong to it: the note, with what a copy needs
//! in addition, which its maker holds until it is written; and a file that every process holds that uses the original.
//!
//! Invariants:
//!
//! - What a killed maker leaves is a sandbox of a dead run, or an original without a note. A sweep takes the one, the next
//!   maker the other.
//! - Originals belong to a run whose lock every process of the embedded server holds: no sweep takes them while one of these
//!   lives, and any sweep may afterwards. They go with the server at the latest.
//! - There are at most [`LIMIT`] originals, except for those that living processes use.
//! - Whoever uses an original is ready to find that it is gone: then it is made again.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tracing::debug;

use super::error::IsolationError;
use super::held_file::{hold, open};
use super::registration;
use super::remove;
use super::sandbox::Sandbox;
use super::sandbox_name::SandboxName;
use super::statement::execute;
use crate::driver::{self, Connection as _, DatabaseError, PgConnection};
use crate::names::quote_ident;
use crate::server::Server;

/// How many are kept. Each takes as much memory as its database.
const LIMIT: usize = 8;

/// A database of which processes make copies, and the right to use it.
#[derive(Debug)]
pub(crate) struct Original {
    server: Arc<Server>,
    name: SandboxName,
    statements: Vec<String>,
    /// While it is held, nobody removes the original to make room.
    _used: File,
}

/// The answer to the question for an original.
#[derive(Debug)]
pub(crate) enum Found {
    /// It exists.
    Made(Original),
    /// It does not, and this process is the one to make it.
    Missing(Making),
}

/// The right to make an original, until it is dropped.
#[derive(Debug)]
pub(crate) struct Making {
    server: Arc<Server>,
    name: SandboxName,
    files: Files,
    note: File,
}

impl Original {
    /// Finds the original of a content; waits while another process makes it. `None` where processes share nothing. With
    /// `again`, the last one was found to be gone.
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub(crate) async fn find(
        server: &Arc<Server>,
        content: u64,
        again: bool,
    ) -> Result<Option<Found>, IsolationError> {
        let Some(directory) = server.directory() else { return Ok(None) };
        // From here on the sweeps of other processes leave originals alone.
        registration::register(server).await?;
        let files = Files::of(directory, content);
        let name = SandboxName::of_content(content);
        let failed = |error: &_| debug!(%error, "no database is shared between processes");
        let Some(mut note) = hold(&files.note).await.inspect_err(failed).ok() else {
            return Ok(None);
        };
        let statements = match read(&mut note) {
            Some(statements) if !again || exists(server, name.as_str()).await? => Some(statements),
            _ => None,
        };
        let server = Arc::clone(server);
        let Some(statements) = statements else {
            return Ok(Some(Found::Missing(Making { server, name, files, note })));
        };
        let Some(used) = files.start_use().inspect_err(failed).ok() else { return Ok(None) };
        debug!(%name, "found a database that is shared");
        Ok(Some(Found::Made(Original { server, name, statements, _used: used })))
    }

    /// What has to run in a copy to complete it.
    pub(crate) fn statements(&self) -> &[String] {
        &self.statements
    }

    /// Makes a copy. `None` where the original is gone.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::create_from`].
    pub(crate) async fn copy(&self, label: &str) -> Result<Option<Sandbox>, IsolationError> {
        match Sandbox::create_from(&self.server, self.name.as_str(), label).await {
            Ok(sandbox) => Ok(Some(sandbox)),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Making {
    /// Makes a complete database the original. Nobody may be connected to it.
    ///
    /// # Errors
    ///
    /// When the server does not answer or refuses; the database is then removed.
    pub(crate) async fn publish(
        mut self,
        mut sandbox: Sandbox,
        statements: Vec<String>,
    ) -> Result<Original, IsolationError> {
        let mut connection = self.server.connect().await?;
        make_room(&self.server, &mut connection, &self.files.directory).await?;
        // Left by a maker that was killed before it wrote the note.
        remove::database(&self.server, &mut connection, self.name.as_str()).await?;
        let (from, to) = (sandbox.name().to_owned(), self.name.as_str());
        let failed = || IsolationError::database("share the database", &from);
        remove::wait_until_unused(&mut connection, &from, Duration::from_secs(1))
            .await
            .map_err(failed())?;
        let (own, shared) = (quote_ident(&from), quote_ident(to));
        // Nobody is to write into it, or to be in the way of a copy.
        let closed = format!("ALTER DATABASE {own} ALLOW_CONNECTIONS false");
        execute(&mut connection, closed).await.map_err(failed())?;
        let renamed = format!("ALTER DATABASE {own} RENAME TO {shared}");
        execute(&mut connection, renamed).await.map_err(failed())?;
        sandbox.cleaner = None;
        drop(connection.close().await);
        let used = self.files.start_use();
        let written = used.and_then(|used| write(&mut self.note, &statements).map(|()| used));
        let used = written.map_err(|source| IsolationError::Share {
            path: self.files.note.clone(),
            source: Arc::new(source),
        })?;
        debug!(name = %self.name, "made a database that is shared");
        let Making { server, name, .. } = self;
        Ok(Original { server, name, statements, _used: used })
    }
}

/// The files of an original.
#[derive(Debug)]
struct Files {
    directory: PathBuf,
    note: PathBuf,
    used: PathBuf,
}

impl Files {
    fn of(directory: &Path, content: u64) -> Files {
        let file = |what: &str| directory.join(format!("original-{content:016x}.{what}"));
        Files { directory: directory.to_owned(), note: file("note"), used: file("used") }
    }

    /// Notes that the original is used now, and by this process until the file is closed.
    fn start_use(&self) -> io::Result<File> {
        let used = open(&self.used)?;
        used.set_modified(SystemTime::now())?;
        // Whoever holds it for itself tries to remove the original, and does not wait.
        used.lock_shared()?;
        Ok(used)
    }

    /// Both files, where no process uses the original or makes it.
    fn unused(&self) -> io::Result<(File, File)> {
        let (note, used) = (open(&self.note)?, open(&self.used)?);
        note.try_lock()?;
        used.try_lock()?;
        Ok((note, used))
    }

    fn last_used(&self) -> SystemTime {
        fs::metadata(&self.used).and_then(|file| file.modified()).unwrap_or(UNIX_EPOCH)
    }
}

/// The content of a note; `None` where it is empty, or was written in part by a process that was killed.
fn read(note: &mut File) -> Option<Vec<String>> {
    let mut bytes = Vec::new();
    note.rewind().ok()?;
    note.read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn write(note: &mut File, statements: &[String]) -> io::Result<()> {
    let bytes = serde_json::to_vec(statements)?;
    note.set_len(0)?;
    note.rewind()?;
    note.write_all(&bytes)
}

/// Removes the originals that were not used for longest, so that there is room for one more.
async fn make_room(
    server: &Server,
    connection: &mut PgConnection,
    directory: &Path,
) -> Result<(), IsolationError> {
    let names: Vec<(String,)> = driver::query_as(
        r"SELECT datname::text FROM pg_catalog.pg_database WHERE datname LIKE 'gauntlet\_head\_%'",
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(IsolationError::database("list the databases of", server.origin()))?;
    let originals = names.iter().filter_map(|(name,)| SandboxName::parse(name));
    let mut originals: Vec<(SystemTime, Files, SandboxName)> = originals
        .filter_map(|name| {
            let files = Files::of(directory, name.content()?);
            Some((files.last_used(), files, name))
        })
        .collect();
    originals.sort_by_key(|(last_used, ..)| *last_used);
    let mut surplus = (originals.len() + 1).saturating_sub(LIMIT);
    for (_, files, name) in originals {
        if surplus == 0 {
            break;
        }
        // Another process uses it, makes it or removes it.
        let Ok((note, _used)) = files.unused() else { continue };
        if let Err(error) = note.set_len(0) {
            debug!(%error, %name, "a database that is shared cannot be removed");
            continue;
        }
        remove::database(server, connection, name.as_str()).await?;
        debug!(%name, "removed a database that was shared");
        surplus -= 1;
    }
    Ok(())
}

async fn exists(server: &Server, name: &str) -> Result<bool, IsolationError> {
    let mut connection = server.connect().await?;
    let exists = "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)";
    let exists: bool = driver::query_scalar(exists)
        .bind(name)
        .fetch_one(&mut connection)
        .await
        .map_err(IsolationError::database("find the database", name))?;
    drop(connection.close().await);
    Ok(exists)
}

/// The template of a copy does not exist (`invalid_catalog_name`).
fn is_gone(error: &IsolationError) -> bool {
    let IsolationError::Database { source, .. } = error else { return false };
    let code = source.as_database_error().and_then(DatabaseError::code);
    code.as_deref() == Some("3D000")
}
