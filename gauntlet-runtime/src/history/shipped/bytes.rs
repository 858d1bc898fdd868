//! What the bytes and the names of script files show.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::history::{Direction, History, VersionId};

/// A peculiarity of files that makes a build on another machine have other checksums, or fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByteFault {
    /// Lines end in CRLF in these files; `mixed` where other files or other lines end in LF.
    Crlf {
        /// The files, each with its version.
        files: Vec<(VersionId, PathBuf)>,
        /// Some lines of the folder end in LF.
        mixed: bool,
    },
    /// A file begins with a byte order mark.
    ByteOrderMark {
        /// The files, each with its version.
        files: Vec<(VersionId, PathBuf)>,
    },
    /// The names of these files differ only in case.
    Case {
        /// The files.
        files: Vec<PathBuf>,
    },
}

/// Finds what is peculiar in the scripts of a history.
pub fn byte_faults(history: &History) -> Vec<ByteFault> {
    let mut crlf = Vec::new();
    let mut marks = Vec::new();
    let mut line_feeds = false;
    for migration in history.migrations() {
        for direction in [Direction::Up, Direction::Down] {
            let Some(script) = migration.script(direction) else { continue };
            let Some(file) = script.file() else { continue };
            let entry = || (migration.id().clone(), file.to_owned());
            let (with, without) = line_ends(script.sql());
            if with {
                crlf.push(entry());
            }
            line_feeds |= without;
            if script.sql().starts_with('\u{feff}') {
                marks.push(entry());
            }
        }
    }
    let mut faults = Vec::new();
    if !crlf.is_empty() {
        faults.push(ByteFault::Crlf { files: crlf, mixed: line_feeds });
    }
    if !marks.is_empty() {
        faults.push(ByteFault::ByteOrderMark { files: marks });
    }
    faults.extend(differ_in_case(history).into_iter().map(|files| ByteFault::Case { files }));
    faults
}

/// Whether lines end in CRLF, and whether lines end in LF alone.
fn line_ends(text: &str) -> (bool, bool) {
    let bytes = text.as_bytes();
    let (mut with, mut without) = (false, false);
    for (at, _) in text.match_indices('\n') {
        if at > 0 && bytes[at - 1] == b'\r' {
            with = true;
        } else {
            without = true;
        }
    }
    (with, without)
}

fn differ_in_case(history: &History) -> Vec<Vec<PathBuf>> {
    let mut files: Vec<&Path> =
        history.problems().iter().flat_map(crate::history::Problem::files).collect();
    for migration in history.migrations() {
        files.extend(migration.up().file());
        files.extend(migration.down().and_then(|down| down.file()));
    }
    files.sort_unstable();
    files.dedup();
    let mut groups: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        groups.entry(file.to_string_lossy().to_lowercase()).or_default().push(file.to_owned());
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}
