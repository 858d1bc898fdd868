//! The programs of one PostgreSQL, and how they are run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::env::Env;

/// A directory with the programs of one PostgreSQL that was found to work.
#[derive(Debug, Clone)]
pub(in crate::server) struct Binaries {
    /// The directory, without links.
    pub(in crate::server) directory: PathBuf,
    /// The version, such as `15.18`.
    pub(in crate::server) version: String,
    /// Changes when the programs do.
    pub(in crate::server) identity: String,
    /// Major and minor version.
    pub(in crate::server) number: (u32, u32),
    /// The environment in which they run.
    pub(in crate::server) environment: Env,
}

impl Binaries {
    /// A command that runs in the environment of these programs.
    pub(in crate::server) fn command(&self, program: &Path) -> Command {
        command(program, &self.environment)
    }

    /// The path of a program.
    pub(in crate::server) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The major version.
    pub(in crate::server) fn major(&self) -> u32 {
        self.number.0
    }

    /// `server_version_num`: 150018 is 15.18.
    pub(in crate::server) fn version_num(&self) -> u32 {
        self.number.0 * 10_000 + self.number.1
    }
}

/// A command in an environment without the variables that would make PostgreSQL's programs behave differently from one
/// shell to the next.
pub(in crate::server) fn command(program: &Path, environment: &Env) -> Command {
    let kept = environment.variables().filter(|(name, _)| {
        let name = name.to_string_lossy();
        !(name.starts_with("PG") || name.starts_with("LC_") || name == "LANG" || name == "TZ")
    });
    let mut command = Command::new(program);
    command.env_clear().envs(kept).env("LC_ALL", "C");
    command
}

/// Parses `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; also `17beta2`.
pub(in crate::server) fn parse_version(text: &str) -> Option<(String, (u32, u32))> {
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

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn a_program_gets_the_environment_that_was_handed_down_except_for_what_changes_it() {
        let environment = Env::empty().var("PGPORT", "1").var("LANG", "de_DE").var("HOME", "/h");
        let command = command(Path::new("/usr/bin/env"), &environment);
        let mut variables: Vec<_> = command.get_envs().collect();
        variables.sort();
        let text = |name, value| (OsStr::new(name), Some(OsStr::new(value)));
        assert_eq!(variables, [text("HOME", "/h"), text("LC_ALL", "C")]);
    }

    #[test]
    fn versions_are_read() {
        let read = |text| parse_version(text).map(|(_, number)| number);
        assert_eq!(read("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some((15, 18)));
        assert_eq!(read("postgres (PostgreSQL) 17beta2"), Some((17, 0)));
        assert_eq!(read("postgres (PostgreSQL) 18.0"), Some((18, 0)));
        assert_eq!(read("what"), None);
    }
}
