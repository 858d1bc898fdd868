//! The directories of the containers that run, by which processes share one, and the shell that removes a container after its
//! last user.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tracing::warn;

use super::error::ServerError;
use super::local::daemon::Reaper;
use super::local::join::Lease;

/// How long the container waits for its next user, in seconds: the next test binary, the next process of nextest.
const LINGER: &str = "10";

const REAPER: &str = include_str!("container_reaper.sh");

/// The longest time between the making of a directory and the start of its reaper.
const MAKING: Duration = Duration::from_secs(60);

/// Starts the shell that removes the container of this name, and then the directory.
pub(super) fn start_reaper(directory: &Path, name: &str) -> Result<Reaper, ServerError> {
    Reaper::start_script(directory, REAPER, &[LINGER, name])
}

/// The directories whose names begin so.
pub(super) fn directories(root: &Path, prefix: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(root).into_iter().flatten().filter_map(Result::ok);
    all.map(|entry| entry.path()).filter(|path| path.is_dir() && is_named(path, prefix)).collect()
}

fn is_named(path: &Path, prefix: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix))
}

/// Removes containers whose reaper was killed, and what a process has left that was killed before it started one. Must be called
/// under the lock of `prefix`.
pub(super) fn adopt_orphans(root: &Path, prefix: &str) {
    for directory in directories(root, "container-") {
        // Other processes may be making theirs, without that lock.
        if is_named(&directory, prefix) || age(&directory).is_some_and(|age| age > MAKING) {
            adopt(&directory);
        }
    }
}

fn age(directory: &Path) -> Option<Duration> {
    directory.metadata().and_then(|metadata| metadata.modified()).ok()?.elapsed().ok()
}

/// Starts a new reaper for a directory that has none.
fn adopt(directory: &Path) {
    let Ok(name) = fs::read_to_string(directory.join("name")) else {
        // There is no container yet. Where it cannot be removed, the next process tries again.
        drop(fs::remove_dir_all(directory));
        return;
    };
    if matches!(Lease::register(directory), Ok(None))
        && let Err(error) = start_reaper(directory, &name)
    {
        warn!(%error, name, "cannot remove a container that an earlier run has left");
    }
}

/// Joins the container that is described in a directory, if it takes users.
pub(super) fn join(directory: &Path) -> Option<(Lease, String)> {
    let open = directory.join("open");
    if !open.exists() {
        return None;
    }
    let lease = Lease::register(directory).ok()??;
    File::create(directory.join("joined")).ok()?;
    // As in `Lease::join`: if the file still exists, the reaper waits for this process.
    if !open.exists() {
        return None;
    }
    let url = fs::read_to_string(directory.join("url")).ok()?;
    Some((lease, url))
}

/// Takes a container from those that can be joined; it is removed after its last user.
pub(super) fn close(directory: &Path) {
    // Where the file cannot be removed, the next process finds the same.
    drop(fs::remove_file(directory.join("open")));
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::SystemTime;

    use super::*;

    fn folder() -> PathBuf {
        let id = uuid::Uuid::new_v4();
        let folder = std::env::temp_dir().join(format!("gauntlet-container-{id}"));
        fs::create_dir(&folder).unwrap();
        folder
    }

    #[test]
    fn what_was_killed_before_it_had_a_reaper_is_removed_but_not_what_is_being_made() {
        let root = folder();
        let make = |name: &str, age: u64| {
            let directory = root.join(name);
            fs::create_dir(&directory).unwrap();
            let time = SystemTime::now() - Duration::from_secs(age);
            File::open(&directory).unwrap().set_modified(time).unwrap();
            directory
        };
        let ours = make("container-1-new", 0);
        let old = make("container-2-old", 100);
        let making = make("container-3-new", 0);
        adopt_orphans(&root, "container-1-");
        assert!(!ours.exists() && !old.exists() && making.exists());
        fs::remove_dir_all(&root).unwrap();
    }

    /// The client of an engine that makes the container only after the first call.
    #[test]
    fn a_container_that_does_not_exist_yet_is_removed_later() {
        let folder = folder();
        let (calls, directory) = (folder.join("calls"), folder.join("container-1"));
        fs::create_dir(&directory).unwrap();
        let docker = format!(
            "#!/bin/sh\necho \"$@\" >>{0}\n[ \"$(wc -l <{0})\" -lt 2 ] || echo gauntlet-1\n",
            calls.display()
        );
        // Another process writes it: a child that another test forks meanwhile would hold it open, and then it cannot be run.
        let write = "printf '%s' \"$2\" >\"$1\" && chmod 755 \"$1\"";
        let mut writer = Command::new("/bin/sh");
        writer.args(["-c", write, "sh"]).arg(folder.join("docker")).arg(docker);
        assert!(writer.status().unwrap().success());
        let mut reaper = Command::new("/bin/sh");
        reaper.args(["-c", &format!("dir=$1\n{REAPER}"), "sh"]).arg(&directory);
        reaper.args(["0", "gauntlet-1"]).env("DOCKER_HOST", "tcp://127.0.0.1:1");
        reaper.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
        assert!(reaper.status().unwrap().success());
        assert_eq!(fs::read_to_string(&calls).unwrap(), "rm -f -v gauntlet-1\n".repeat(2));
        assert!(!directory.exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
