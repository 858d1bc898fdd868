//! The user of this process, and the one that runs the server: PostgreSQL refuses root, so root starts it as a user that
//! nobody else is.

use std::fs::Metadata;
use std::io;
use std::ops::{Range, RangeInclusive};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::error::ServerError;
use crate::server::source_context::SourceContext;

/// Accounts as which root can make a cluster, in order; every Unix has one of them. `initdb` wants one that has a name.
const UNPRIVILEGED: [&str; 4] = ["nobody", "postgres", "daemon", "bin"];

/// The user of this process, and the one that runs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Account {
    /// The effective user of this process.
    pub(in crate::server) user: u32,
    /// The user and group that the server gets, if this process is root.
    switch: Option<(u32, u32)>,
    /// The user and group that `initdb` gets then.
    named: Option<(u32, u32)>,
}

/// Users that no account of a system is given (systemd keeps free what lies between its own ranges): nobody else reaches a
/// server that runs as one of them, and the server reaches nothing that is not open to all.
const OWN: RangeInclusive<u32> = 60_578..=61_183;

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
        if user != 0 {
            return Ok(Self { user, switch: None, named: None });
        }
        let accounts = Accounts::read(context)?;
        let named = accounts.unprivileged()?;
        let switch = accounts.own(context).unwrap_or(named);
        Ok(Self { user, switch: Some(switch), named: Some(named) })
    }

    /// The user that makes a cluster, as which `initdb` runs.
    pub(in crate::server) fn to_make_clusters(self) -> Account {
        Account { switch: self.named, ..self }
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

/// The accounts of this machine.
struct Accounts {
    path: PathBuf,
    text: String,
}

impl Accounts {
    fn read(context: &SourceContext) -> Result<Accounts, ServerError> {
        let path = context.system_path("/etc/passwd");
        let text = std::fs::read_to_string(&path)
            .map_err(ServerError::io("read the user accounts in", &path))?;
        Ok(Accounts { path, text })
    }

    /// Name, user and group of each.
    fn all(&self) -> impl Iterator<Item = (&str, u32, u32)> {
        self.text.lines().filter_map(parse_account)
    }

    /// The first unprivileged one, as user and group.
    fn unprivileged(&self) -> Result<(u32, u32), ServerError> {
        UNPRIVILEGED
            .iter()
            .find_map(|wanted| self.all().find(|(name, uid, _)| name == wanted && *uid != 0))
            .or_else(|| self.all().find(|(_, uid, _)| *uid != 0))
            .map(|(_, uid, gid)| (uid, gid))
            .ok_or_else(|| ServerError::Account {
                reason: format!(
                    "PostgreSQL does not run as root, and {} has no other account to run it as \
                     (searched for {}); add one, run the tests as an ordinary user, or set GAUNTLET_DATABASE_URL",
                    self.path.display(),
                    UNPRIVILEGED.join(", ")
                ),
            })
    }

    /// A user and group that is no account, and that this process can become: a container may have few.
    fn own(&self, context: &SourceContext) -> Option<(u32, u32)> {
        let id =
            OWN.into_iter().find(|id| self.all().all(|(_, uid, gid)| uid != *id && gid != *id))?;
        let is_there = |map: &str| {
            // Without the file there are no namespaces of users.
            let Ok(text) = std::fs::read_to_string(context.system_path(map)) else { return true };
            text.lines().filter_map(parse_range).any(|range| range.contains(&id))
        };
        (is_there("/proc/self/uid_map") && is_there("/proc/self/gid_map")).then_some((id, id))
    }
}

/// `first outside length`: the users of a namespace.
fn parse_range(line: &str) -> Option<Range<u32>> {
    let mut numbers = line.split_whitespace().map(str::parse::<u32>);
    let (first, _, length) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some(first..first.saturating_add(length))
}

/// `name:password:uid:gid:…`
fn parse_account(line: &str) -> Option<(&str, u32, u32)> {
    let mut fields = line.split(':');
    let name = fields.next()?;
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some((name, uid, gid))
}
