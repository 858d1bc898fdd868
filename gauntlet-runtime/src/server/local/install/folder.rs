//! The folder of installed servers, which the processes of a user share.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::env::Env;
use crate::server::error::ServerError;
use crate::server::local::account::Account;
use crate::server::local::area::Area;
use crate::server::local::cache::{caches, is_ours};
use crate::server::local::files::make_directory;
use crate::server::source_context::SourceContext;

/// How the folder of a client begins that is not done.
const HALF: &str = "new-";

/// The folders in which installed servers may be, the preferred one first: `servers` in the user's cache; for root, whose server
/// runs as somebody else that may not enter root's home, in the machine's; else next to the embedded servers.
pub(in crate::server::local) fn folders(
    context: &SourceContext,
    account: Account,
    area: &Area,
) -> Vec<PathBuf> {
    let machine = account.switches().then(|| context.system_path("/var/cache/gauntlet"));
    let machine = machine.filter(|path| is_ours(path, account));
    caches(context, account)
        .chain(machine)
        .filter(|cache| account.barred(cache).is_none())
        .chain([area.lasting().join("cache")])
        .map(|cache| cache.join("servers"))
        .collect()
}

/// The folder, while no other process may install.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    account: Account,
    lock: File,
}

impl Folder {
    /// Makes the first of these folders that can be made, and waits until no other process installs into it.
    pub(super) fn lock(
        folders: &[PathBuf],
        account: Account,
        waits: impl FnOnce(),
    ) -> Result<Folder, ServerError> {
        let mut made = Err(io::Error::from(io::ErrorKind::NotFound));
        let mut root = PathBuf::new();
        for folder in folders {
            root.clone_from(folder);
            made = make(folder, account);
            if made.is_ok() {
                break;
            }
        }
        made.map_err(ServerError::io("create the directory", &root))?;
        let path = root.join("lock");
        let failed = |source| ServerError::io("lock the file", &path)(source);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waits();
                file.lock().map_err(failed)?;
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Folder { root, account, lock: file })
    }

    /// The lock, which a child process that gets the file holds as well.
    pub(super) fn lock_file(&self) -> &File {
        &self.lock
    }

    /// An empty folder for a client. What a killed process has left is removed.
    pub(super) fn stage(&self) -> Result<PathBuf, ServerError> {
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(HALF) {
                remove(&entry.path());
            }
        }
        let id = uuid::Uuid::new_v4().simple().to_string();
        let stage = self.root.join(format!("{HALF}{}", &id[..8]));
        // The programs are tried there, by the server's user.
        make_directory(&stage, self.mode())
            .map_err(ServerError::io("create the directory", &stage))?;
        Ok(stage)
    }

    /// Lets the server's user read what a client has brought.
    pub(super) fn open_up(&self, stage: &Path) -> io::Result<()> {
        if self.account.switches() { open_below(stage) } else { Ok(()) }
    }

    /// Moves what a client has brought to where the search finds it. All of it, since libraries may stand next to the tree with
    /// the programs, to which a link leads.
    pub(super) fn keep(
        &self,
        stage: &Path,
        tree: &Path,
        version: &str,
        client: &str,
    ) -> io::Result<()> {
        symlink(tree.strip_prefix(stage).map_err(io::Error::other)?, stage.join("postgresql"))?;
        let place = self.root.join(format!("postgresql-{version}-{client}"));
        // One that the search did not take, since it does not work.
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(stage, &place)
    }

    /// Remembers that all clients have failed, for those who wait.
    pub(super) fn remember_failure(&self, env: &Env, report: &str) {
        // Where it cannot be written, the next one tries too.
        drop(fs::write(self.failure(), format!("{}\n{report}", run(env))));
    }

    /// The failure of another process since a moment, or in the same run of nextest.
    pub(super) fn failure_since(&self, env: &Env, begin: SystemTime) -> Option<String> {
        let text = fs::read_to_string(self.failure()).ok()?;
        let (by, report) = text.split_once('\n')?;
        let modified =
            fs::metadata(self.failure()).and_then(|metadata| metadata.modified()).ok()?;
        (modified >= begin || by == run(env) && !by.is_empty()).then(|| report.to_owned())
    }

    fn failure(&self) -> PathBuf {
        self.root.join("failure")
    }

    fn mode(&self) -> u32 {
        if self.account.switches() { 0o711 } else { 0o700 }
    }
}

/// Removes a folder. The programs of a process that has just been killed may still write into it for a moment.
pub(super) fn remove(folder: &Path) {
    for _ in 0..10 {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                std::thread::sleep(Duration::from_millis(50));
            }
            _ => return,
        }
    }
}

fn run(env: &Env) -> String {
    env.nextest_run().map(|(run, round)| format!("{run} {round}")).unwrap_or_default()
}

fn make(folder: &Path, account: Account) -> io::Result<()> {
    let mode = if account.switches() { 0o711 } else { 0o700 };
    DirBuilder::new().mode(mode).recursive(true).create(folder)?;
    match account.barred(folder) {
        Some(barred) => Err(io::Error::other(format!(
            "the user that PostgreSQL runs as cannot pass {}",
            barred.display()
        ))),
        None => Ok(()),
    }
}

fn open_below(tree: &Path) -> io::Result<()> {
    for entry in fs::read_dir(tree)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let mode = entry.metadata()?.permissions().mode();
        if kind.is_dir() {
            fs::set_permissions(entry.path(), Permissions::from_mode(mode | 0o755))?;
            open_below(&entry.path())?;
        } else if kind.is_file() {
            let run = if mode & 0o100 == 0 { 0 } else { 0o011 };
            fs::set_permissions(entry.path(), Permissions::from_mode(mode | 0o044 | run))?;
        }
    }
    Ok(())
}
