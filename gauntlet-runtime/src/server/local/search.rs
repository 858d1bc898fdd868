//! The search for PostgreSQL's programs on this machine.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tracing::debug;

use super::account::Account;
use super::binaries::{Binaries, command, parse_version};
use super::memo::Memo;
use super::not_found::not_found;
use super::places::{Skipped, places};
use crate::server::error::ServerError;
use crate::server::oldest::OLDEST;
use crate::server::source_context::SourceContext;

/// A search for programs.
#[derive(Debug)]
pub(in crate::server) struct Search<'a> {
    pub(in crate::server) context: &'a SourceContext,
    pub(in crate::server) account: Account,
    pub(in crate::server) memo: Memo,
    /// The folders in which servers are that were installed by this tool.
    pub(in crate::server) installed: Vec<PathBuf>,
}

impl Search<'_> {
    /// Finds the newest usable PostgreSQL, or the requested one.
    pub(in crate::server) fn find(
        &self,
        wanted: Option<u32>,
        bindir: Option<&Path>,
    ) -> Result<Binaries, ServerError> {
        if let Some(directory) = bindir {
            let binaries = self.named(directory, "")?;
            return match wanted {
                Some(major) if binaries.major() != major => Err(ServerError::BadBinaries {
                    path: directory.to_owned(),
                    reason: format!("they are PostgreSQL {}, not {major}", binaries.version),
                }),
                _ => Ok(binaries),
            };
        }
        // Set by hand: it wins over newer versions, and an invalid value is an error.
        let mut found = Vec::new();
        if let Some(directory) = self.context.var_os("PG_BINDIR").map(PathBuf::from) {
            let binaries = self.named(&directory, " (from PG_BINDIR)")?;
            if wanted.is_none_or(|major| binaries.major() == major) {
                return Ok(binaries);
            }
            found.push(binaries);
        }
        let places = places(self.context, &self.memo, &self.installed);
        let mut skipped = Vec::new();
        let mut seen = HashSet::new();
        for directory in places.iter().flat_map(|place| &place.directories) {
            let Ok(directory) = canonical(directory) else { continue };
            if !seen.insert(directory.clone()) {
                continue;
            }
            match self.probe(&directory) {
                Ok(binaries) => found.push(binaries),
                Err(reason) => {
                    debug!(directory = %directory.display(), reason, "skipped");
                    skipped.push(Skipped { directory, reason });
                }
            }
        }
        choose(found, wanted).map_err(|others| not_found(wanted, &places, &skipped, &others))
    }

    fn named(&self, directory: &Path, from: &str) -> Result<Binaries, ServerError> {
        let bad = |reason: String| ServerError::BadBinaries {
            path: directory.to_owned(),
            reason: format!("{reason}{from}"),
        };
        let canonical = canonical(directory).map_err(|_| {
            let mut reason = "there is no `postgres` in it".to_owned();
            if directory.is_relative() {
                reason.push_str(
                    "; Cargo runs tests in the folder of their package, so give the whole path",
                );
            }
            bad(reason)
        })?;
        self.probe(&canonical).map_err(bad)
    }

    /// Runs the programs as the user that will run them later.
    pub(in crate::server) fn probe(&self, directory: &Path) -> Result<Binaries, String> {
        let program = directory.join("postgres");
        if !directory.join("initdb").is_file() {
            return Err("has `postgres`, but no `initdb`".to_owned());
        }
        if let Some(barred) = self.account.barred(directory) {
            return Err(format!(
                "this process is root, PostgreSQL has to run as another user, and that one cannot pass {} \
                 (chmod o+x it, or install PostgreSQL elsewhere)",
                barred.display()
            ));
        }
        let metadata = fs::metadata(&program).map_err(|error| error.to_string())?;
        let text = self.memo.recall(&program, "--version", || self.ask_version(&program))?;
        let (version, number) = parse_version(&text)
            .ok_or_else(|| format!("the output of `postgres --version` has no version: {text}"))?;
        if number.0 < OLDEST {
            return Err(format!(
                "PostgreSQL {version} is too old; {OLDEST} is the oldest supported version"
            ));
        }
        let identity =
            format!("{} {text} {} {}", directory.display(), metadata.len(), metadata.mtime());
        let environment = self.context.environment().clone();
        Ok(Binaries { directory: directory.to_owned(), version, identity, number, environment })
    }

    fn ask_version(&self, program: &Path) -> Result<String, String> {
        let mut command = command(program, self.context.environment());
        command.arg("--version").current_dir("/").stdin(Stdio::null());
        self.account.apply(&mut command);
        let output = command.output().map_err(|error| {
            let switching =
                self.account.switches() && error.kind() == std::io::ErrorKind::PermissionDenied;
            let why = if switching { " as another user than root" } else { "" };
            format!("`postgres` does not run{why}: {error}")
        })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        let line = stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("no output");
        let unlinked = line.contains("shared librar") || line.contains("Library not loaded");
        let hint = if unlinked && program.components().any(|c| c.as_os_str() == "node_modules") {
            "; npm has not made the package's links, run `npm rebuild`"
        } else {
            ""
        };
        Err(format!("`postgres` does not run ({}): {}{hint}", output.status, line.trim()))
    }
}

/// The newest suitable one, the first among equals; else all, for the message.
fn choose(found: Vec<Binaries>, wanted: Option<u32>) -> Result<Binaries, Vec<Binaries>> {
    let best = found
        .iter()
        .filter(|binaries| wanted.is_none_or(|major| binaries.major() == major))
        .rev()
        .max_by_key(|binaries| binaries.number)
        .cloned();
    best.ok_or(found)
}

/// The directory that holds `postgres` itself: `/usr/bin/postgres` may be a link into the package.
fn canonical(directory: &Path) -> std::io::Result<PathBuf> {
    let program = fs::canonicalize(directory.join("postgres"))?;
    Ok(program.parent().unwrap_or(Path::new("/")).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn the_newest_wins_and_the_first_among_equals() {
        let binaries = |directory: &str, major, minor| Binaries {
            directory: directory.into(),
            version: format!("{major}.{minor}"),
            identity: String::new(),
            number: (major, minor),
            environment: Env::empty(),
        };
        let found = vec![binaries("/a", 15, 2), binaries("/b", 16, 1), binaries("/c", 16, 1)];
        assert_eq!(choose(found.clone(), None).unwrap().directory, Path::new("/b"));
        assert_eq!(choose(found.clone(), Some(15)).unwrap().directory, Path::new("/a"));
        assert_eq!(choose(found, Some(14)).unwrap_err().len(), 3);
    }
}
