//! The directory in which a user's embedded servers live: short enough for a socket, and nobody else's.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tracing::debug;

use super::account::Account;
use super::memo::Memo;
use super::memory;
use crate::server::error::ServerError;
use crate::server::source_context::SourceContext;

/// The longest path of a Unix socket, without its final zero: 107 bytes on Linux, 103 on macOS and the BSDs.
const SOCKET_PATH: usize = 103;

/// The rest of a socket's path after that of the area: `/<key>-<id>/s/.s.PGSQL.5432`.
const BELOW: usize = "/01234567-01234567/s/.s.PGSQL.5432".len();

/// How many names are tried where others have taken the first.
const NAMES: u32 = 9;

/// The directories of one user's servers, the preferred one first. Never empty.
#[derive(Debug, Clone)]
pub(in crate::server) struct Area {
    roots: Vec<PathBuf>,
}

impl Area {
    /// Finds or makes `gauntlet-<uid>` in `GAUNTLET_RUNTIME_DIR`; else in `TMPDIR`, else in memory where there is plenty,
    /// and in `/tmp` or `/var/tmp`. The server's user must reach it and a socket's path fit.
    ///
    /// In memory since a database is 220 files: ext4 looks at every file deleted in the last seconds before it gives
    /// a number to a new one, so that tests which drop databases make `CREATE DATABASE` take 400 ms instead of 10.
    pub(in crate::server) fn open(
        context: &SourceContext,
        account: Account,
    ) -> Result<Self, ServerError> {
        if let Some(own) = context.var_os("GAUNTLET_RUNTIME_DIR").map(PathBuf::from) {
            return match in_place(&own, account) {
                Ok(root) => Ok(Self { roots: vec![root] }),
                Err(reason) => Err(ServerError::NoDirectory {
                    reason: format!("GAUNTLET_RUNTIME_DIR {}: {reason}", own.display()),
                }),
            };
        }
        let mut roots = Vec::new();
        let mut refused = Vec::new();
        let temporary = context.var_os("TMPDIR").map(PathBuf::from);
        if temporary.is_none()
            && let Some(place) = memory::plentiful(context)
        {
            match in_place(&place, account) {
                Ok(root) => roots.push(root),
                Err(reason) => debug!(place = %place.display(), %reason, "no server in memory"),
            }
        }
        let places =
            temporary.into_iter().chain([PathBuf::from("/tmp"), PathBuf::from("/var/tmp")]);
        for place in places {
            match in_place(&place, account) {
                Ok(root) => {
                    roots.push(root);
                    return Ok(Self { roots });
                }
                Err(reason) => refused.push(format!("{}: {reason}", place.display())),
            }
        }
        if roots.is_empty() {
            return Err(ServerError::NoDirectory {
                reason: format!(
                    "{}; set GAUNTLET_RUNTIME_DIR to a directory that works, with a short path",
                    refused.join("; ")
                ),
            });
        }
        Ok(Self { roots })
    }

    /// All directories in which a server may be.
    pub(in crate::server) fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// The directory for a new server: the first with room.
    pub(in crate::server) fn roomy(&self) -> &Path {
        match &self.roots[..] {
            [first, second, ..] if !memory::has_room(first) => second,
            roots => &roots[0],
        }
    }

    /// A directory on a disk rather than in memory, for what should last.
    pub(in crate::server) fn lasting(&self) -> &Path {
        &self.roots[self.roots.len() - 1]
    }

    /// The remembered answers of programs.
    pub(in crate::server) fn memo(&self) -> Memo {
        Memo::new(self.roots[0].join("memo"))
    }

    /// Waits until no other process of this user starts a server here.
    pub(in crate::server) fn lock(&self) -> Result<File, ServerError> {
        lock(&self.roots[0].join("lock"))
    }
}

/// Takes an exclusive lock on a file; it is released when the file is closed, also by the death of its holder.
pub(in crate::server) fn lock(path: &Path) -> Result<File, ServerError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(ServerError::io("open the lock file", path))?;
    file.lock().map_err(ServerError::io("lock the file", path))?;
    Ok(file)
}

/// Why a directory will not do.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("its path is too long for a Unix socket")]
    TooLong,
    #[error("PostgreSQL cannot run as root, and the user it runs as cannot pass {}", .0.display())]
    Barred(PathBuf),
    #[error("`gauntlet-<uid>` in it belongs to somebody else")]
    Taken,
    #[error("{0}")]
    Io(#[from] io::Error),
}

fn in_place(place: &Path, account: Account) -> Result<PathBuf, Refusal> {
    // Somebody else may own the name, by accident or to be in our way; then the next will do.
    for number in 1..=NAMES {
        let name = match number {
            1 => format!("gauntlet-{}", account.user),
            _ => format!("gauntlet-{}-{number}", account.user),
        };
        match try_root(&place.join(name), account) {
            Err(Refusal::Taken) => {}
            outcome => return outcome,
        }
    }
    Err(Refusal::Taken)
}

fn try_root(path: &Path, account: Account) -> Result<PathBuf, Refusal> {
    // Servers compare paths and outlive our working directory, so the path is absolute and without links.
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = fs::canonicalize(parent.unwrap_or(Path::new(".")))?;
    let root = parent.join(path.file_name().unwrap_or_default());
    if root.as_os_str().len() + BELOW > SOCKET_PATH {
        return Err(Refusal::TooLong);
    }
    if let Some(barred) = account.barred(&parent) {
        return Err(Refusal::Barred(barred));
    }
    // Where root's server runs as somebody else, that one must be able to pass, but not to list.
    let mode = if account.switches() { 0o711 } else { 0o700 };
    match DirBuilder::new().mode(mode).create(&root) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    // Not `metadata`: a link may lead to where somebody else wants us to write.
    let metadata = fs::symlink_metadata(&root)?;
    if !metadata.is_dir() || metadata.uid() != account.user {
        return Err(Refusal::Taken);
    }
    if metadata.mode() & 0o777 != mode {
        fs::set_permissions(&root, Permissions::from_mode(mode))?;
    }
    Ok(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_below_is_what_a_server_needs() {
        let path = "/01234567-89abcdef/s/.s.PGSQL.5432";
        assert_eq!(path.len(), BELOW);
    }
}
