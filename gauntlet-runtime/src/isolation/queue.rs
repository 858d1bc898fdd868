//! The queue of one user's processes that wait for a seat on a server: a folder with a file for each.
//!
//! The name of a file says when its process came. The process holds a lock on it, which the kernel releases with the process,
//! so a file that nobody holds belongs to one that was killed, and whoever finds it removes it.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// How often the folder is made again, which whoever leaves last removes.
const ATTEMPTS: usize = 100;

/// A place in the queue, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    _lock: File,
}

impl Place {
    /// Joins the end of the queue.
    pub(super) fn join(folder: &Path) -> io::Result<Place> {
        let mut attempts = ATTEMPTS;
        loop {
            match Self::try_join(folder) {
                Err(error) if error.kind() == ErrorKind::NotFound && attempts > 0 => attempts -= 1,
                outcome => return outcome,
            }
        }
    }

    fn try_join(folder: &Path) -> io::Result<Place> {
        fs::create_dir_all(folder)?;
        let id = Uuid::new_v4().simple().to_string();
        // One that is not locked yet would count as left by a process that was killed.
        let new = folder.join(format!(".{id}"));
        let lock = File::options().create_new(true).write(true).open(&new)?;
        lock.lock()?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let path = folder.join(format!("{:032}-{id}", now.as_nanos()));
        fs::rename(&new, &path)?;
        Ok(Place { path, _lock: lock })
    }

    /// The number of processes that came before and still wait.
    pub(super) fn before(&self) -> io::Result<usize> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut before = 0;
        for path in files(folder)?.into_iter().filter(|path| *path < self.path) {
            if is_held(&path)? {
                before += 1;
            } else {
                drop(fs::remove_file(&path));
            }
        }
        Ok(before)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
        // Fails where others wait.
        if let Some(folder) = self.path.parent() {
            drop(fs::remove_dir(folder));
        }
    }
}

/// Whether a process waits in a queue, which need not exist.
pub(super) fn is_used(folder: &Path) -> bool {
    files(folder).is_ok_and(|files| files.iter().any(|file| is_held(file).unwrap_or(false)))
}

/// The files of a queue. Those that are not in it yet come first.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// Whether the process of a file lives. One that has just left has no file any more.
fn is_held(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_living_wait_in_order_and_the_dead_are_removed() {
        let folder = std::env::temp_dir().join(format!("gauntlet-queue-{}", std::process::id()));
        assert!(!is_used(&folder));
        let one = Place::join(&folder).unwrap();
        let two = Place::join(&folder).unwrap();
        let three = Place::join(&folder).unwrap();
        assert_eq!([&one, &two, &three].map(|place| place.before().unwrap()), [0, 1, 2]);
        drop(two);
        assert_eq!(three.before().unwrap(), 1);
        drop(one);
        // Left by processes that were killed, one of them before it was in the queue: nobody holds a lock on these.
        let dead = [folder.join(format!("{:032}-left", 1)), folder.join(".left")];
        for file in &dead {
            fs::write(file, "").unwrap();
        }
        assert!(is_used(&folder));
        assert_eq!(three.before().unwrap(), 0);
        assert!(dead.iter().all(|file| !file.exists()) && three.path.exists());
        drop(three);
        assert!(!is_used(&folder) && !folder.exists());
    }
}
