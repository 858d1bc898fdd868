//! The handover between the processes of one run: nextest runs a process a test.
//!
//! A handover is a file in the directory of the embedded server, so it is removed with the server, however that ends.
//! Whoever needs its content locks it first, and the kernel releases that lock with its holder: one process finds the file
//! empty, does the work and fills it; the others wait and read.
//!
//! Invariants:
//!
//! - The name of the file is a digest of everything that its content follows from, the run included. It is computed again
//!   before the file is filled, because files may have changed since.
//! - An error is never handed over: each process finds its own.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::project::Project;
use super::settings::Settings;
use crate::isolation::hold;
use crate::model::ModelSet;
use crate::regular_file;
use crate::server::digest;

/// The content of a handover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The state at head.
    Head,
    /// The models that build a whole schema.
    Models,
}

/// Everything that the content of a handover follows from, as a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Content(Kind, u64);

impl Content {
    /// `None` where nothing is handed over: outside of a run of several processes, where the text of something does not
    /// identify it, and while the suite is blessed.
    pub(super) fn of(kind: Kind, settings: &Settings, project: &Project) -> Option<Content> {
        let (run, round) = settings.env.nextest_run()?;
        if settings.bless {
            return None;
        }
        let mut parts = vec![
            run,
            round,
            env!("CARGO_PKG_VERSION").to_owned(),
            program(settings.env.program()?).ok()?,
            settings.name.clone(),
            settings.manifest_dir.display().to_string(),
            format!("{} {}", settings.engine.name(), settings.engine.tables().join(" ")),
            format!("{:?} {:?} {:?}", settings.isolation, settings.as_role, settings.setup),
        ];
        if let Some(setup) = &settings.setup {
            parts.push(regular_file::read_to_string(&settings.manifest_dir.join(setup)).ok()?);
        }
        match kind {
            Kind::Head => {
                parts.extend(project.walk.way_up());
                if let Some(laid) = &project.stage.baseline {
                    parts.push(format!("{} {}", laid.file.display(), laid.at));
                    parts.push(laid.text(&settings.manifest_dir).ok()?);
                }
                // Functions among them are those of the program, whose stamp is in it.
                let stated = settings.model.as_ref().map_or(&[][..], ModelSet::stated);
                parts.push(format!("{stated:?}"));
            }
            Kind::Models => {
                for whole in settings.model.as_ref()?.wholes() {
                    parts.push(whole.name());
                    parts.push(whole.content(&settings.manifest_dir)?);
                }
            }
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(Content(kind, digest(&parts)))
    }

    pub(super) fn kind(self) -> Kind {
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

/// The running program: path, size and time of its last change.
pub(super) fn program(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    let changed = metadata.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    Ok(format!("{} {} {changed:?}", path.display(), metadata.len()))
}

/// A file that this process has locked.
#[derive(Debug)]
pub(super) struct Handover(File);

impl Handover {
    /// Waits until no other process works on it. `None` where no file can be made or locked.
    pub(super) async fn wait(content: Content, directory: &Path) -> Option<Handover> {
        // The directory is open to its user alone, so the file need not say so.
        let held = hold(&content.file(directory)).await;
        let failed = |error: &_| tracing::debug!(%error, "nothing is shared between processes");
        held.inspect_err(failed).ok().map(Handover)
    }

    /// The content; `None` when the file is empty, or was filled by half by a process that was killed.
    pub(super) fn read<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut bytes = Vec::new();
        self.0.rewind().ok()?;
        self.0.read_to_end(&mut bytes).ok()?;
        let value = serde_json::from_slice(&bytes).ok()?;
        tracing::debug!(bytes = bytes.len(), "read what another process has found");
        Some(value)
    }

    /// Fills it. Where that fails, the next process works for itself.
    pub(super) fn fill(mut self, value: &impl Serialize) {
        let filled = (|| {
            let bytes = serde_json::to_vec(value)?;
            self.0.set_len(0)?;
            self.0.rewind()?;
            self.0.write_all(&bytes)
        })();
        if let Err(error) = filled {
            tracing::debug!(%error, "nothing is handed over to other processes");
        }
    }
}
