//! Copies a directory tree, and remembers how much was in it.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::account::Account;

/// Threads that copy: the work is system calls, so two keep a core busy each, and more only wait.
const THREADS: usize = 4;

/// The size of a tree, by which a complete copy is distinguished from an incomplete one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::server) struct Tally {
    /// Number of files.
    pub(in crate::server) files: u64,
    /// Their bytes.
    pub(in crate::server) bytes: u64,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.files, self.bytes)
    }
}

impl FromStr for Tally {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (files, bytes) = text.trim().split_once(' ').ok_or(())?;
        Ok(Self { files: files.parse().map_err(|_| ())?, bytes: bytes.parse().map_err(|_| ())? })
    }
}

/// Copies the directories and files below `from` into the new directory `to` and gives all of it to `account`.
///
/// Contents are copied and not linked: the server writes into its files. Where the file system can share blocks
/// (btrfs, xfs), [`fs::copy`] does.
pub(in crate::server) fn copy_tree(
    from: &Path,
    to: &Path,
    account: Option<Account>,
) -> io::Result<Tally> {
    let mut files = Vec::new();
    make_directories(from, to, account, &mut files)?;
    let next = AtomicUsize::new(0);
    let outcome = Mutex::new(Ok(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut tally = Tally::default();
                let copied = loop {
                    let Some((source, target)) = files.get(next.fetch_add(1, Ordering::Relaxed))
                    else {
                        break Ok(());
                    };
                    match copy_file(source, target, account) {
                        Ok(bytes) => {
                            tally.files += 1;
                            tally.bytes += bytes;
                        }
                        Err(error) => break Err(error),
                    }
                };
                let mut outcome = outcome.lock().expect("no thread panics while it holds it");
                match (copied, outcome.as_mut()) {
                    (Ok(()), Ok(total)) => {
                        total.files += tally.files;
                        total.bytes += tally.bytes;
                    }
                    (Err(error), Ok(_)) => *outcome = Err(error),
                    (_, Err(_)) => {}
                }
            });
        }
    });
    outcome.into_inner().expect("no thread panicked")
}

fn copy_file(source: &Path, target: &Path, account: Option<Account>) -> io::Result<u64> {
    let bytes = fs::copy(source, target)?;
    if let Some(account) = account {
        account.give(target)?;
    }
    Ok(bytes)
}

/// Returns true for a free space or visibility map, `<number>_fsm` or `<number>_vm`: a quarter of a new cluster's files,
/// and of every database's. PostgreSQL makes them again when it needs them (manual: "Free Space Map").
fn is_map(name: &str) -> bool {
    name.split_once('_').is_some_and(|(number, kind)| {
        matches!(kind, "fsm" | "vm") && number.bytes().all(|b| b.is_ascii_digit())
    })
}

fn make_directories(
    from: &Path,
    to: &Path,
    account: Option<Account>,
    files: &mut Vec<(PathBuf, PathBuf)>,
) -> io::Result<()> {
    make_directory(to, 0o700)?;
    if let Some(account) = account {
        account.give(to)?;
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            make_directories(&entry.path(), &target, account, files)?;
        } else if !is_map(&entry.file_name().to_string_lossy()) {
            files.push((entry.path(), target));
        }
    }
    Ok(())
}

/// Makes a directory with these permissions, whatever the umask.
pub(in crate::server) fn make_directory(path: &Path, mode: u32) -> io::Result<()> {
    fs::DirBuilder::new().mode(mode).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// The last part of a log, as text.
pub(in crate::server) fn tail(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
