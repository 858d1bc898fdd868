//! The directory in which a user's embedded servers live: short enough for a socket, and nobody else's.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::context::SourceContext;
use super::error::ServerError;

/// The longest path of a Unix socket, without its final zero: 107 bytes on Linux, 103 on macOS and the BSDs.
const SOCKET_PATH: usize = 103;

/// What comes behind the area's path in the path of a socket: `/<key>-<id>/s/.s.PGSQL.5432`.
const BELOW: usize = "/01234567-01234567/s/.s.PGSQL.5432".len();

/// How many names are tried where others have taken the first.
const NAMES: u32 = 9;

/// The directory of one user's servers.
#[derive(Debug, Clone)]
pub(super) struct Area {
    root: PathBuf,
}

impl Area {
    /// Finds or makes the directory: `GAUNTLET_RUNTIME_DIR`, or `gauntlet-<uid>` in the first of `TMPDIR`, `/tmp` and
    /// `/var/tmp` where the server's user can reach it and a socket's path fits.
    pub(super) fn open(context: &SourceContext, account: Account) -> Result<Self, ServerError> {
        let mut refused = Vec::new();
        if let Some(own) = context.var_os("GAUNTLET_RUNTIME_DIR").map(PathBuf::from) {
            return match try_root(&own, account) {
                Ok(area) => Ok(area),
                Err(reason) => Err(ServerError::NoDirectory {
                    reason: format!("GAUNTLET_RUNTIME_DIR {}: {reason}", own.display()),
                }),
            };
        }
        let temporary = context.var_os("TMPDIR").map(PathBuf::from);
        let places =
            temporary.into_iter().chain([PathBuf::from("/tmp"), PathBuf::from("/var/tmp")]);
        for place in places {
            // Somebody else may own the name, by accident or to be in our way; then the next will do.
            for number in 1..=NAMES {
                let name = match number {
                    1 => format!("gauntlet-{}", account.user),
                    _ => format!("gauntlet-{}-{number}", account.user),
                };
                match try_root(&place.join(name), account) {
                    Ok(area) => return Ok(area),
                    Err(Refusal::Taken) if number < NAMES => {}
                    Err(reason) => {
                        refused.push(format!("{}: {reason}", place.display()));
                        break;
                    }
                }
            }
        }
        Err(ServerError::NoDirectory {
            reason: format!("{}; set TMPDIR to a directory that works", refused.join("; ")),
        })
    }

    /// The directory itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Waits until no other process of this user starts a server here.
    pub(super) fn lock(&self) -> Result<File, ServerError> {
        lock(&self.root.join("lock"))
    }
}

/// Takes an exclusive lock on a file; it is released when the file is closed, also by the death of its holder.
pub(super) fn lock(path: &Path) -> Result<File, ServerError> {
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
    #[error("the server's user cannot pass {}", .0.display())]
    Barred(PathBuf),
    #[error("it belongs to somebody else")]
    Taken,
    #[error("{0}")]
    Io(#[from] io::Error),
}

fn try_root(path: &Path, account: Account) -> Result<Area, Refusal> {
    // Servers compare paths and outlive our working directory, so the path is absolute and without links.
    let parent = path.parent().unwrap_or(Path::new("/"));
    let parent = fs::canonicalize(parent)?;
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
    Ok(Area { root })
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
