//! Freshly made clusters, kept as files: copying one takes a tenth of the time that initdb takes.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use tracing::debug;

use super::account::Account;
use super::area::{Area, lock};
use super::binaries::Binaries;
use super::cache::caches;
use super::configuration;
use super::files::{Tally, copy_tree, make_directory};
use crate::server::digest::digest;
use crate::server::error::ServerError;
use crate::server::source_context::SourceContext;

/// How long a cached cluster is kept that nobody uses.
const UNWANTED: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// The directories of cached clusters.
///
/// Each cluster is a directory `<key>` with `data` and, written last, `manifest`; it is made under another name and renamed,
/// so that it never exists in part.
#[derive(Debug)]
pub(in crate::server) struct Clusters {
    /// The first that can be written to gets new ones.
    roots: Vec<PathBuf>,
    /// The one in the area, which is there for certain.
    last: PathBuf,
    cached: AtomicBool,
}

impl Clusters {
    /// `GAUNTLET_CACHE_DIR`, `XDG_CACHE_HOME/gauntlet` and `~/.cache/gauntlet`, as far as they are ours, and a directory in
    /// the area: a home may be read only or full.
    pub(in crate::server) fn open(context: &SourceContext, account: Account, area: &Area) -> Self {
        let last = area.lasting().join("cache");
        let roots = caches(context, account).collect();
        Self { roots, last, cached: AtomicBool::new(false) }
    }

    /// Returns true if the last template came from the cache.
    pub(in crate::server) fn was_cached(&self) -> bool {
        self.cached.load(Ordering::Relaxed)
    }

    /// Removes a template that does not work.
    pub(in crate::server) fn discard(template: &Path) {
        if let Err(error) = fs::remove_dir_all(template) {
            debug!(%error, template = %template.display(), "cannot remove a cached cluster");
        }
    }

    /// The cached cluster for these binaries, made if it does not exist. Must be called under the area's lock.
    pub(in crate::server) fn template(
        &self,
        binaries: &Binaries,
        account: Account,
        area: &Area,
    ) -> Result<PathBuf, ServerError> {
        let key = Self::key(binaries);
        let mut known = self.roots.iter().chain([&self.last]).map(|root| root.join(&key));
        if let Some(template) = known.find(|template| manifest(template).is_some()) {
            self.cached.store(true, Ordering::Relaxed);
            // Shows that it is still wanted.
            let file = File::options().append(true).open(template.join("manifest"));
            drop(file.and_then(|file| file.set_modified(SystemTime::now())));
            return Ok(template);
        }
        self.cached.store(false, Ordering::Relaxed);
        for root in &self.roots {
            match made_in(root, &key, binaries, account, area) {
                Err(error @ ServerError::Io { .. }) => {
                    debug!(%error, "the cache is somewhere else");
                }
                made => return made,
            }
        }
        made_in(&self.last, &key, binaries, account, area)
    }

    /// Copies a template to `data` and checks that it was complete.
    pub(in crate::server) fn copy(
        template: &Path,
        data: &Path,
        account: Account,
    ) -> Result<(), ServerError> {
        let copied = copy_tree(&template.join("data"), data, Some(account))
            .map_err(ServerError::io("copy the cached cluster to", data));
        match (copied, manifest(template)) {
            (Ok(copied), Some(expected)) if copied == expected => Ok(()),
            (Err(error), Some(_)) => Err(error),
            (copied, expected) => {
                Self::discard(template);
                Err(ServerError::Failed {
                    program: format!("cp {}", template.display()),
                    status: "the cached cluster was damaged and has been removed".to_owned(),
                    stderr: format!(
                        "expected {}, found {}",
                        expected.unwrap_or_default(),
                        copied.unwrap_or_default()
                    ),
                })
            }
        }
    }

    fn key(binaries: &Binaries) -> String {
        let options = configuration::initdb_options(binaries.major()).concat().join(" ");
        let digest = digest(&[configuration::FORMAT, &binaries.identity, &options]);
        format!("pg{}-{digest:016x}", binaries.major())
    }
}

/// The template in one of the directories, made if it does not exist.
fn made_in(
    root: &Path,
    key: &str,
    binaries: &Binaries,
    account: Account,
    area: &Area,
) -> Result<PathBuf, ServerError> {
    let template = root.join(key);
    // Installed servers may stand in it, which root's server has to reach; a template is closed by its own mode.
    let mode = if account.switches() { 0o711 } else { 0o700 };
    DirBuilder::new()
        .mode(mode)
        .recursive(true)
        .create(root)
        .map_err(ServerError::io("create the directory", root))?;
    // Areas may differ between processes (by TMPDIR) and still share a cache.
    let _lock = lock(&root.join("lock"))?;
    if manifest(&template).is_some() {
        return Ok(template);
    }
    sweep(root);
    drop(fs::remove_dir_all(&template));
    make(root, binaries, account, area, &template)?;
    Ok(template)
}

/// Runs initdb where the server's user may write, then copies the result to where only we may.
fn make(
    root: &Path,
    binaries: &Binaries,
    account: Account,
    area: &Area,
    template: &Path,
) -> Result<(), ServerError> {
    let begin = Instant::now();
    let account = account.to_make_clusters();
    let id = uuid::Uuid::new_v4().simple().to_string();
    let scratch = area.roomy().join(format!("init-{}", &id[..8]));
    let staging = root.join(format!("new-{}", &id[..8]));
    let outcome = (|| {
        // First, since a directory that cannot be written to need not wait for initdb.
        make_directory(&staging, 0o700)
            .map_err(ServerError::io("create the directory", &staging))?;
        make_directory(&scratch, 0o700)
            .and_then(|()| account.give(&scratch))
            .map_err(ServerError::io("create the directory", &scratch))?;
        let data = scratch.join("data");
        initdb(binaries, account, &data)?;
        let tally = copy_tree(&data, &staging.join("data"), None)
            .map_err(ServerError::io("copy the new cluster to", &staging))?;
        let path = staging.join("manifest");
        fs::write(&path, tally.to_string()).map_err(ServerError::io("write the file", &path))?;
        fs::rename(&staging, template).map_err(ServerError::io("create", template))
    })();
    drop(fs::remove_dir_all(&scratch));
    if outcome.is_err() {
        drop(fs::remove_dir_all(&staging));
    }
    debug!(template = %template.display(), elapsed = ?begin.elapsed(), "made a cluster");
    outcome
}

/// Removes what a process left that was killed while it made a cluster, and clusters of versions that nobody has started for
/// long. Must be called under the cache's lock.
fn sweep(root: &Path) {
    for entry in fs::read_dir(root).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name();
        let half = name.to_string_lossy().starts_with("new-");
        let old = || {
            let used = fs::metadata(entry.path().join("manifest")).and_then(|m| m.modified());
            used.is_ok_and(|used| used.elapsed().is_ok_and(|age| age > UNWANTED))
        };
        if half || name.to_string_lossy().starts_with("pg") && old() {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// The recorded contents of a template; `None` if it does not exist or is incomplete.
fn manifest(template: &Path) -> Option<Tally> {
    fs::read_to_string(template.join("manifest")).ok()?.parse().ok()
}

fn initdb(binaries: &Binaries, account: Account, data: &Path) -> Result<(), ServerError> {
    let mut last = None;
    for options in configuration::initdb_options(binaries.major()) {
        let program = binaries.program("initdb");
        let mut command = binaries.command(&program);
        command
            .args(&options)
            .arg("--pgdata")
            .arg(data)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        account.apply(&mut command);
        let output = command.output().map_err(|source| ServerError::Spawn {
            program: program.display().to_string(),
            source: Arc::new(source),
        })?;
        if output.status.success() {
            return Ok(());
        }
        // initdb takes away what it made, except in the rare case that it was killed.
        drop(fs::remove_dir_all(data));
        last = Some(ServerError::Failed {
            program: program.display().to_string(),
            status: output.status.to_string(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    Err(last.expect("there is at least one list of options"))
}
