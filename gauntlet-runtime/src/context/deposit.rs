//! What the processes of one run leave for each other: nextest runs a process a test.
//!
//! A deposit is a file in the directory of the embedded server, so it goes with the server, however that ends. Its
//! name is a digest of all that its content follows from, the run included. Whoever needs it locks it first, and the
//! kernel lifts that lock with its holder: one finds the file empty, does the work and fills it; the others wait and
//! read. Errors are never left: each process finds its own.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::migrations::History;
use crate::model::ModelSet;
use crate::server::digest;
use crate::suite::Suite;

/// How often somebody else's lock is tried.
const POLL: Duration = Duration::from_millis(5);

/// What is left for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What was seen at head.
    Head,
    /// The models that build a whole schema.
    Models,
}

/// All that a deposit follows from, as a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content(Kind, u64);

impl Content {
    /// `None` where nothing is shared: outside of a run of several processes, where something is not to be told by its
    /// text, and while the suite is blessed.
    pub(crate) fn of(kind: Kind, suite: &Suite, history: &History) -> Option<Content> {
        let run = std::env::var("NEXTEST_RUN_ID").ok().filter(|run| !run.is_empty())?;
        if suite.bless {
            return None;
        }
        let round = std::env::var("NEXTEST_STRESS_CURRENT").unwrap_or_default();
        let mut parts = vec![
            run,
            round,
            env!("CARGO_PKG_VERSION").to_owned(),
            program().ok()?,
            suite.name.clone(),
            suite.manifest_dir.display().to_string(),
            format!("{:?} {:?} {:?}", suite.isolation, suite.as_role, suite.setup),
        ];
        if let Some(setup) = &suite.setup {
            parts.push(fs::read_to_string(suite.manifest_dir.join(setup)).ok()?);
        }
        match kind {
            Kind::Head => {
                parts.extend(history.way_up());
                // Functions among them are those of the program, whose stamp is in it.
                let stated = suite.model.as_ref().map_or(&[][..], ModelSet::stated);
                parts.push(format!("{stated:?}"));
            }
            Kind::Models => {
                // The bookkeeping of sqlx is in the scratch databases, too.
                parts.push(format!("{:?} {:?}", history.table(), history.create_schemas()));
                for whole in suite.model.as_ref()?.wholes() {
                    parts.push(whole.name());
                    parts.push(whole.content(&suite.manifest_dir)?);
                }
            }
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(Content(kind, digest(&parts)))
    }

    pub(crate) fn kind(self) -> Kind {
        self.0
    }

    fn file(self, directory: &Path) -> PathBuf {
        let kind = match self.0 {
            Kind::Head => "head",
            Kind::Models => "models",
        };
        directory.join(format!("{kind}-{:016x}", self.1))
    }
}

/// The running program: path, place on disk, size and time of its last change.
fn program() -> io::Result<String> {
    let path = std::env::current_exe()?;
    let metadata = fs::metadata(&path)?;
    Ok(format!(
        "{} {} {} {}.{}",
        path.display(),
        metadata.ino(),
        metadata.len(),
        metadata.mtime(),
        metadata.mtime_nsec()
    ))
}

/// A deposit that this process has locked.
#[derive(Debug)]
pub(crate) struct Deposit(File);

impl Deposit {
    /// Waits until nobody else works on it. `None` where there can be none.
    pub(crate) async fn wait(content: Content, directory: &Path) -> Option<Deposit> {
        let file = open(&content.file(directory))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Some(Deposit(file)),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
                Err(TryLockError::Error(error)) => {
                    tracing::debug!(%error, "cannot lock what processes share");
                    return None;
                }
            }
        }
    }

    /// `None` where there can be none, or somebody else works on it.
    pub(crate) fn claim(content: Content, directory: &Path) -> Option<Deposit> {
        let file = open(&content.file(directory))?;
        file.try_lock().is_ok().then_some(Deposit(file))
    }

    /// Whether there is something in it.
    pub(crate) fn is_filled(&self) -> bool {
        self.0.metadata().is_ok_and(|metadata| metadata.len() > 0)
    }

    /// What is in it; `None` when it is empty, or was filled by half by somebody who was killed.
    pub(crate) fn read<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut bytes = Vec::new();
        self.0.rewind().ok()?;
        self.0.read_to_end(&mut bytes).ok()?;
        let value = serde_json::from_slice(&bytes).ok()?;
        tracing::debug!(bytes = bytes.len(), "read what another process has left");
        Some(value)
    }

    /// Fills it. Where that fails, the next process works for itself.
    pub(crate) fn fill(mut self, value: &impl Serialize) {
        let filled = (|| {
            let bytes = serde_json::to_vec(value)?;
            self.0.set_len(0)?;
            self.0.rewind()?;
            self.0.write_all(&bytes)
        })();
        if let Err(error) = filled {
            tracing::debug!(%error, "nothing is left for other processes");
        }
    }
}

fn open(path: &Path) -> Option<File> {
    let opened =
        File::options().create(true).truncate(false).read(true).write(true).mode(0o600).open(path);
    opened.inspect_err(|error| tracing::debug!(%error, "nothing is shared between processes")).ok()
}
