//! Becoming a user of a server that runs already.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use tracing::debug;

use super::configuration::PORT;

/// The right to use an embedded server: while it lives, the server does.
///
/// It is an open end of the FIFO `users`, which the server's reaper reads. The kernel closes it when this process
/// ends, however it ends, so nothing has to be undone.
#[derive(Debug)]
pub(in crate::server) struct Lease {
    _users: File,
    /// The server's directory.
    pub(in crate::server) directory: PathBuf,
}

impl Lease {
    /// Registers with the reaper of `directory`; `None` if it has no reaper.
    pub(in crate::server) fn register(directory: &Path) -> io::Result<Option<Self>> {
        let path = directory.join("users");
        let opened = File::options().write(true).custom_flags(libc::O_NONBLOCK).open(&path);
        match opened {
            Ok(users) if users.metadata()?.file_type().is_fifo() => {
                Ok(Some(Self { _users: users, directory: directory.to_owned() }))
            }
            Ok(_) => Ok(None),
            // ENXIO: nobody reads it, so its reaper is gone.
            Err(error)
                if error.raw_os_error() == Some(libc::ENXIO)
                    || error.kind() == io::ErrorKind::NotFound =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Joins the server in `directory` if it is one that takes users and answers.
    pub(in crate::server) fn join(directory: &Path) -> Option<Self> {
        let open = directory.join("open");
        if !open.exists() {
            return None;
        }
        let lease = Self::register(directory).ok()??;
        // Tells the reaper that lingers to linger again when we are gone.
        File::create(directory.join("joined")).ok()?;
        // The reaper first takes `open` away and then waits for those who have registered. So if it is still there
        // now, the reaper waits for us; if not, it may not, and we must not stay.
        if !open.exists() {
            return None;
        }
        match UnixStream::connect(socket(directory)) {
            Ok(_) => Some(lease),
            Err(error) => {
                debug!(directory = %directory.display(), %error, "server does not answer");
                None
            }
        }
    }
}

/// Returns true for a directory that had a reaper and has none. One that is being made has no FIFO yet.
pub(in crate::server) fn is_orphan(directory: &Path) -> bool {
    let users = directory.join("users");
    let is_fifo = users.symlink_metadata().is_ok_and(|found| found.file_type().is_fifo());
    is_fifo && matches!(Lease::register(directory), Ok(None))
}

/// Joins one of the servers below `roots` whose name begins with `key`.
pub(in crate::server) fn join_any(roots: &[PathBuf], key: &str) -> Option<Lease> {
    let lease = servers(roots)
        .into_iter()
        .filter(|directory| name(directory).starts_with(key))
        .find_map(|directory| Lease::join(&directory))?;
    debug!(directory = %lease.directory.display(), "joined a running server");
    Some(lease)
}

/// The directories of all servers below `roots`, in the order of their names.
pub(in crate::server) fn servers(roots: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = roots
        .iter()
        .flat_map(fs::read_dir)
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| is_server_name(name(path)))
        .collect();
    found.sort();
    found
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// `<8 hexadecimal digits>-<8 hexadecimal digits>`
fn is_server_name(name: &str) -> bool {
    let digits = |part: &str| part.len() == 8 && part.bytes().all(|b| b.is_ascii_hexdigit());
    name.split_once('-').is_some_and(|(key, id)| digits(key) && digits(id))
}

/// The directory of a server's socket.
pub(in crate::server) fn socket_directory(directory: &Path) -> PathBuf {
    directory.join("s")
}

/// A server's socket.
pub(in crate::server) fn socket(directory: &Path) -> PathBuf {
    socket_directory(directory).join(format!(".s.PGSQL.{PORT}"))
}
