//! Reading of the files that a project names: never something that waits, such as a named pipe.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The text of a file.
///
/// # Errors
///
/// When it cannot be read, is not UTF-8, or is neither a file nor a link to one.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    check(path)?;
    fs::read_to_string(path)
}

/// The bytes of a file.
///
/// # Errors
///
/// As for [`read_to_string`].
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    check(path)?;
    fs::read(path)
}

/// Opening a pipe waits for whoever writes into it. A folder has an error of its own.
fn check(path: &Path) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    if metadata.is_file() || metadata.is_dir() {
        return Ok(());
    }
    Err(io::Error::new(ErrorKind::InvalidInput, NOT_A_FILE))
}

/// The reason why a pipe, a socket or a device is not read.
pub(crate) const NOT_A_FILE: &str = "it is not a regular file";
