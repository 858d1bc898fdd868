//! Files that one process holds at a time. The kernel releases a file with the process that holds it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// The time between two attempts to take the lock of another process.
const POLL: Duration = Duration::from_millis(5);

/// Opens a file, which is made where it does not exist.
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).read(true).write(true).open(path)
}

/// Opens a file and waits until no other process holds it.
///
/// # Errors
///
/// When it cannot be opened or locked.
pub(crate) async fn hold(path: &Path) -> io::Result<File> {
    let file = open(path)?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}
