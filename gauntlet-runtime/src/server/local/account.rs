//! The user of this process, and the one that runs the server: PostgreSQL refuses root, so root starts it as `nobody`.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::error::ServerError;
use crate::server::source_context::SourceContext;

/// Accounts that root can hand the server to, in order; every Unix has one of them.
const UNPRIVILEGED: [&str; 4] = ["nobody", "postgres", "daemon", "bin"];

/// The user of this process, and the one that runs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Account {
    /// The effective user of this process.
    pub(in crate::server) user: u32,
    /// The user and group that the server gets, if this process is root.
    switch: Option<(u32, u32)>,
}

impl Account {
    /// Finds out which user this process has. Must be called inside a tokio runtime.
    pub(in crate::server) fn current(context: &SourceContext) -> Result<Self, ServerError> {
        // The credentials of a socket pair are the only safe way that `std` and tokio have to ask for one's own user.
        let user = tokio::net::UnixStream::pair()
            .and_then(|(one, _other)| one.peer_cred())
            .map_err(|source| ServerError::Account {
                reason: format!("cannot find out which user this process is ({source})"),
            })?
            .uid();
        let switch = if user == 0 { Some(unprivileged(context)?) } else { None };
        Ok(Self { user, switch })
    }

    /// Returns true if the server runs as a different user than this process.
    pub(in crate::server) fn switches(self) -> bool {
        self.switch.is_some()
    }

    /// Makes a command run as the server's user.
    pub(in crate::server) fn apply(self, command: &mut Command) {
        if let Some((uid, gid)) = self.switch {
            command.uid(uid).gid(gid);
        }
    }

    /// Gives a file or directory to the server's user.
    pub(in crate::server) fn give(self, path: &Path) -> io::Result<()> {
        match self.switch {
            Some((uid, gid)) => chown(path, Some(uid), Some(gid)),
            None => Ok(()),
        }
    }

    /// The first directory on the way to `path` that the server's user cannot pass.
    ///
    /// Judged by owner, group and mode; access control lists are ignored.
    pub(in crate::server) fn barred(self, path: &Path) -> Option<PathBuf> {
        let (uid, gid) = self.switch?;
        let mut ancestors: Vec<&Path> = path.ancestors().collect();
        ancestors.reverse();
        ancestors
            .into_iter()
            .find(|ancestor| {
                ancestor.metadata().is_ok_and(|metadata| !may_pass(&metadata, uid, gid))
            })
            .map(Path::to_owned)
    }
}

fn may_pass(metadata: &Metadata, uid: u32, gid: u32) -> bool {
    let bit = if metadata.uid() == uid {
        0o100
    } else if metadata.gid() == gid {
        0o010
    } else {
        0o001
    };
    !metadata.is_dir() || metadata.mode() & bit != 0
}

/// The first unprivileged account of this machine, as user and group.
fn unprivileged(context: &SourceContext) -> Result<(u32, u32), ServerError> {
    let path = context.system_path("/etc/passwd");
    let passwd = std::fs::read_to_string(&path)
        .map_err(ServerError::io("read the user accounts in", &path))?;
    let accounts: Vec<(&str, u32, u32)> = passwd.lines().filter_map(parse_account).collect();
    UNPRIVILEGED
        .iter()
        .find_map(|wanted| accounts.iter().find(|(name, uid, _)| name == wanted && *uid != 0))
        .or_else(|| accounts.iter().find(|(_, uid, _)| *uid != 0))
        .map(|&(_, uid, gid)| (uid, gid))
        .ok_or_else(|| ServerError::Account {
            reason: format!(
                "PostgreSQL does not run as root, and {} has no other account to run it as \
                 (searched for {}); add one, run the tests as an ordinary user, or set GAUNTLET_DATABASE_URL",
                path.display(),
                UNPRIVILEGED.join(", ")
            ),
        })
}

/// `name:password:uid:gid:…`
fn parse_account(line: &str) -> Option<(&str, u32, u32)> {
    let mut fields = line.split(':');
    let name = fields.next()?;
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some((name, uid, gid))
}
