//! The programs of one PostgreSQL, and how they are run.

use std::path::PathBuf;
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
}

impl Binaries {
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

/// Removes the variables that would make PostgreSQL's programs behave differently from one shell to the next.
pub(in crate::server) fn prepare(command: &mut Command) {
    for name in Env::process().names() {
        let shown = name.to_string_lossy();
        if shown.starts_with("PG") || shown.starts_with("LC_") || shown == "LANG" || shown == "TZ" {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C");
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
    use super::*;

    #[test]
    fn versions_are_read() {
        let read = |text| parse_version(text).map(|(_, number)| number);
        assert_eq!(read("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some((15, 18)));
        assert_eq!(read("postgres (PostgreSQL) 17beta2"), Some((17, 0)));
        assert_eq!(read("postgres (PostgreSQL) 18.0"), Some((18, 0)));
        assert_eq!(read("what"), None);
    }
}
