//! The choice between memory and disk for the servers' files.
//!
//! All processes have to search the same place for a server, so the choice follows from what does not change while
//! they run: the size of the file system, of the machine, of the container. Only who starts a server asks what is free.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::server::source_context::SourceContext;

const GIB: u64 = 1 << 30;

/// The file system in memory must have this size: a container's usual one, of 64 MB, is too small for a server.
const FILE_SYSTEM: u64 = 2 * GIB;

/// The machine, or the container, must have this much memory.
const MACHINE: u64 = 4 * GIB;

/// This much must be free when a server starts.
const FREE: u64 = GIB;

/// The directory of a file system in memory that is large enough.
pub(in crate::server) fn plentiful(context: &SourceContext) -> Option<PathBuf> {
    let read = |path: &str| fs::read_to_string(context.system_path(path)).ok();
    let machine = total_memory(&read("/proc/meminfo")?)?;
    let limit = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse().ok());
    if machine.min(limit.unwrap_or(u64::MAX)) < MACHINE {
        return None;
    }
    let size = tmpfs_size(&read("/proc/self/mounts")?, "/dev/shm", machine)?;
    (size >= FILE_SYSTEM).then(|| context.system_path("/dev/shm"))
}

/// Returns true if a directory has room for a server and the databases of a suite.
pub(in crate::server) fn has_room(directory: &Path) -> bool {
    let output = Command::new("df")
        .arg("-Pk")
        .arg(directory)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output();
    output
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| available(&String::from_utf8_lossy(&output.stdout)))
        .is_some_and(|free| free >= FREE)
}

/// `MemTotal:       24684092 kB`, in bytes.
fn total_memory(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// The size of the tmpfs that is mounted at `place`, in bytes. Without a `size` option it is half of the memory.
fn tmpfs_size(mounts: &str, place: &str, memory: u64) -> Option<u64> {
    let mut fields = mounts
        .lines()
        .map(|line| line.split(' ').collect::<Vec<_>>())
        // The last mount hides the ones before it.
        .rfind(|fields| fields.get(1) == Some(&place))?
        .into_iter()
        .skip(2);
    if fields.next()? != "tmpfs" {
        return None;
    }
    let mut options = fields.next()?.split(',');
    if options.clone().any(|option| option == "ro") {
        return None;
    }
    match options.find_map(|option| option.strip_prefix("size=")) {
        None => Some(memory / 2),
        Some(size) => size.strip_suffix('k')?.parse::<u64>().ok().map(|kib| kib * 1024),
    }
}

/// The fourth column of what `df -Pk` prints, in bytes.
fn available(df: &str) -> Option<u64> {
    let line = df.lines().nth(1)?;
    Some(line.split_whitespace().nth(3)?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let mounts = "proc /proc proc rw 0 0\n\
                      tmpfs /dev/shm tmpfs rw,nosuid,size=65536k 0 0\n\
                      tmpfs /run tmpfs rw 0 0\n\
                      /dev/sda1 /tmp ext4 rw 0 0\n";
        assert_eq!(tmpfs_size(mounts, "/dev/shm", 8 * GIB), Some(64 << 20));
        assert_eq!(tmpfs_size(mounts, "/run", 8 * GIB), Some(4 * GIB));
        assert_eq!(tmpfs_size(mounts, "/tmp", 8 * GIB), None);
        assert_eq!(
            total_memory("MemTotal:   24684092 kB\nMemFree: 1 kB\n"),
            Some(24_684_092 << 10)
        );
        let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n\
                  tmpfs         24684092  176  24683916       1% /dev/shm\n";
        assert_eq!(available(df), Some(24_683_916 << 10));
    }
}
