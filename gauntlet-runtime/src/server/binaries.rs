//! Finding PostgreSQL's programs on this machine.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tracing::debug;

use super::account::Account;
use super::context::SourceContext;
use super::error::ServerError;
use super::memo::Memo;
use super::places::{Place, places};
use super::report::not_found;

/// The oldest major version that the embedded server is made for.
const OLDEST: u32 = 13;

/// A directory with the programs of one PostgreSQL, tried out.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    /// The directory, without links.
    pub(super) directory: PathBuf,
    /// The version, such as `15.18`.
    pub(super) version: String,
    /// Changes when the programs do.
    pub(super) identity: String,
    number: (u32, u32),
}

impl Binaries {
    /// The path of a program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The major version.
    pub(super) fn major(&self) -> u32 {
        self.number.0
    }

    /// The version as the server gives it: 150018 is 15.18.
    pub(super) fn version_num(&self) -> u32 {
        self.number.0 * 10_000 + self.number.1
    }
}

/// Takes away what would make PostgreSQL's programs behave differently from one shell to the next.
pub(super) fn prepare(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        if shown.starts_with("PG") || shown.starts_with("LC_") || shown == "LANG" || shown == "TZ" {
            command.env_remove(&name);
        }
    }
    command.env("LC_ALL", "C");
}

/// A directory that was passed over, and why.
#[derive(Debug)]
pub(super) struct Skipped {
    pub(super) directory: PathBuf,
    pub(super) reason: String,
}

/// Who looks for programs, and where.
#[derive(Debug)]
pub(super) struct Search<'a> {
    pub(super) context: &'a SourceContext,
    pub(super) account: Account,
    pub(super) memo: Memo,
}

impl Search<'_> {
    /// Finds the newest usable PostgreSQL, or the one that was asked for.
    pub(super) fn find(
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
        // Set by hand, so it wins over what is newer, and is not passed over in silence when it is wrong.
        let mut found = Vec::new();
        if let Some(directory) = self.context.var_os("PG_BINDIR").map(PathBuf::from) {
            let binaries = self.named(&directory, " (from PG_BINDIR)")?;
            if wanted.is_none_or(|major| binaries.major() == major) {
                return Ok(binaries);
            }
            found.push(binaries);
        }
        let places = places(self.context, &self.memo);
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
                    debug!(directory = %directory.display(), reason, "passed over");
                    skipped.push(Skipped { directory, reason });
                }
            }
        }
        choose(found, wanted)
            .map_err(|others| not_found(self.context, wanted, &places, &skipped, &others))
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

    /// Tries the programs out as the user that will run them.
    fn probe(&self, directory: &Path) -> Result<Binaries, String> {
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
            .ok_or_else(|| format!("`postgres --version` says {text:?}, which has no version"))?;
        if number.0 < OLDEST {
            return Err(format!(
                "PostgreSQL {version} is older than {OLDEST}, the oldest supported"
            ));
        }
        let identity =
            format!("{} {text} {} {}", directory.display(), metadata.len(), metadata.mtime());
        Ok(Binaries { directory: directory.to_owned(), version, identity, number })
    }

    fn ask_version(&self, program: &Path) -> Result<String, String> {
        let mut command = Command::new(program);
        command.arg("--version").current_dir("/").stdin(Stdio::null());
        prepare(&mut command);
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

/// The newest of those that will do, the first among equals; else all, for the message.
fn choose(found: Vec<Binaries>, wanted: Option<u32>) -> Result<Binaries, Vec<Binaries>> {
    let best = found
        .iter()
        .filter(|binaries| wanted.is_none_or(|major| binaries.major() == major))
        .rev()
        .max_by_key(|binaries| binaries.number)
        .cloned();
    best.ok_or(found)
}

/// The directory in which `postgres` really lies: `/usr/bin/postgres` may be a link into the package.
fn canonical(directory: &Path) -> std::io::Result<PathBuf> {
    let program = fs::canonicalize(directory.join("postgres"))?;
    Ok(program.parent().unwrap_or(Path::new("/")).to_owned())
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; also `17beta2`.
fn parse_version(text: &str) -> Option<(String, (u32, u32))> {
    let version =
        text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits = |part: &str| -> Option<u32> {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse().ok()
    };
    let mut parts = version.split('.');
    let major = digits(parts.next()?)?;
    let minor = parts.next().and_then(digits).unwrap_or(0);
    Some((version.to_owned(), (major, minor)))
}

/// What the message says about a place.
pub(super) fn describe_place(place: &Place) -> String {
    match (place.directories.len(), &place.note) {
        (_, Some(note)) => note.clone(),
        (0, None) => "nothing".to_owned(),
        (1, None) => place.directories[0].display().to_string(),
        (count, None) => format!("{count} directories"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let read = |text| parse_version(text).map(|(_, number)| number);
        assert_eq!(read("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some((15, 18)));
        assert_eq!(read("postgres (PostgreSQL) 17beta2"), Some((17, 0)));
        assert_eq!(read("postgres (PostgreSQL) 18.0"), Some((18, 0)));
        assert_eq!(read("what"), None);
    }

    #[test]
    fn the_newest_wins_and_the_first_among_equals() {
        let binaries = |directory: &str, major, minor| Binaries {
            directory: directory.into(),
            version: format!("{major}.{minor}"),
            identity: String::new(),
            number: (major, minor),
        };
        let found = vec![binaries("/a", 15, 2), binaries("/b", 16, 1), binaries("/c", 16, 1)];
        assert_eq!(choose(found.clone(), None).unwrap().directory, Path::new("/b"));
        assert_eq!(choose(found.clone(), Some(15)).unwrap().directory, Path::new("/a"));
        assert_eq!(choose(found, Some(14)).unwrap_err().len(), 3);
    }
}
