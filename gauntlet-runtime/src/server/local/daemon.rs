//! Starting a server that several processes share, and that ends by itself.
//!
//! A server is a directory `<key>-<id>` in the [`Area`] with these things in it:
//!
//! | | |
//! |---|---|
//! | `users` | FIFO that every user holds open for writing and the reaper reads |
//! | `open` | exists while new users may join |
//! | `joined` | touched by who joins, so that the reaper lingers again |
//! | `keep` | made by `GAUNTLET_KEEP`; the reaper stays while it exists |
//! | `data`, `s`, `log` | the cluster, the directory of its socket, its log |
//! | `reaper` | the script that ends all this |
//!
//! The reaper (`reaper_watch.sh`, and `reaper.sh` behind it) is started before the server, so there is no moment at which
//! the death of this process leaves a server without one. A directory whose reaper is gone gets another from the next
//! process that starts or joins a server.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{debug, warn};

use super::account::Account;
use super::area::Area;
use super::binaries::Binaries;
use super::cluster::Clusters;
use super::configuration;
use super::files::{make_directory, tail};
use super::join::{Lease, is_orphan, join_any, servers, socket, socket_directory};
use crate::server::digest::digest;
use crate::server::error::ServerError;

/// How long a server may take to become ready; under load everything takes many times longer.
const READY: Duration = Duration::from_secs(60);

/// How often it is asked.
const POLL: Duration = Duration::from_millis(2);

/// Everything that it takes to start a server, or to recognise one.
#[derive(Debug)]
pub(in crate::server) struct Daemon {
    pub(in crate::server) binaries: Binaries,
    pub(in crate::server) account: Account,
    pub(in crate::server) area: Area,
    pub(in crate::server) clusters: Clusters,
    /// Settings that the user added to ours.
    pub(in crate::server) settings: Vec<(String, String)>,
    /// How long a new server waits for its next user, in seconds.
    pub(in crate::server) linger: u32,
}

impl Daemon {
    /// Joins the running server, or starts it.
    pub(in crate::server) fn acquire(&self) -> Result<Lease, ServerError> {
        let key = self.key();
        if let Some(lease) = join_any(self.area.roots(), &key) {
            if servers(self.area.roots()).iter().any(|directory| is_orphan(directory)) {
                // The server that was joined is as good without it.
                match self.area.lock() {
                    Ok(_lock) => self.adopt_orphans(),
                    Err(error) => warn!(%error, "cannot end stale servers"),
                }
            }
            return Ok(lease);
        }
        let _lock = self.area.lock()?;
        self.adopt_orphans();
        // Another process may have started it while we waited for the lock.
        if let Some(lease) = join_any(self.area.roots(), &key) {
            return Ok(lease);
        }
        let template = self.clusters.template(&self.binaries, self.account, &self.area)?;
        match self.start(&key, &template) {
            // The copy may be damaged in a way that its size does not show; once more from a new one.
            Err(error @ (ServerError::Failed { .. } | ServerError::NotReady { .. }))
                if self.clusters.was_cached() =>
            {
                warn!(%error, "the cached cluster does not start; making a new one");
                Clusters::discard(&template);
                let template = self.clusters.template(&self.binaries, self.account, &self.area)?;
                self.start(&key, &template)
            }
            outcome => outcome,
        }
    }

    /// Eight digits that identify binaries and settings: servers with the same key are the same to their users.
    fn key(&self) -> String {
        let mut parts = vec![configuration::FORMAT, self.binaries.identity.as_str()];
        for (name, value) in &self.settings {
            parts.extend([name.as_str(), value.as_str()]);
        }
        format!("{:08x}", digest(&parts) >> 32)
    }

    /// Gives every directory without a reaper a new one, which ends the server when its users are gone.
    fn adopt_orphans(&self) {
        for directory in servers(self.area.roots()) {
            if matches!(Lease::register(&directory), Ok(None)) {
                debug!(directory = %directory.display(), "a server without a reaper");
                if let Err(error) = Reaper::start(&directory, self.linger) {
                    warn!(%error, directory = %directory.display(), "cannot end a stale server");
                }
            }
        }
    }

    /// Starts a server in a new directory. Must be called under the area's lock.
    fn start(&self, key: &str, template: &Path) -> Result<Lease, ServerError> {
        let begin = Instant::now();
        let id = uuid::Uuid::new_v4().simple().to_string();
        let directory = self.area.roomy().join(format!("{key}-{}", &id[..8]));
        let outcome = self.start_in(&directory, template);
        match &outcome {
            Ok(_) => debug!(
                directory = %directory.display(),
                elapsed = ?begin.elapsed(),
                "started a server"
            ),
            // The reaper would do it too, but later, and the disk may be full.
            Err(_) => drop(fs::remove_dir_all(&directory)),
        }
        outcome
    }

    fn start_in(&self, directory: &Path, template: &Path) -> Result<Lease, ServerError> {
        let mode = if self.account.switches() { 0o711 } else { 0o700 };
        make_directory(directory, mode)
            .map_err(ServerError::io("create the directory", directory))?;
        let sockets = socket_directory(directory);
        make_directory(&sockets, 0o700)
            .and_then(|()| self.account.give(&sockets))
            .map_err(ServerError::io("create the directory", &sockets))?;

        let reaper = Reaper::start(directory, self.linger)?;
        let data = directory.join("data");
        Clusters::copy(template, &data, self.account)?;
        self.configure(&data, &sockets)?;
        let mut postmaster = self.spawn(directory, &data)?;
        if let Err(error) = self.wait_until_ready(&mut postmaster, directory) {
            drop(postmaster.kill());
            drop(postmaster.wait());
            return Err(error);
        }
        // Collects the exit status when the server is killed while we live, so that no zombie is left of it.
        let waiter = std::thread::Builder::new().name("gauntlet-postgres".to_owned());
        drop(waiter.spawn(move || postmaster.wait()));

        let open = directory.join("open");
        File::create(&open).map_err(ServerError::io("create the file", &open))?;
        Ok(reaper.release())
    }

    fn configure(&self, data: &Path, sockets: &Path) -> Result<(), ServerError> {
        let path = data.join("postgresql.conf");
        let mut text = configuration::configuration(sockets, self.binaries.major());
        for (name, value) in &self.settings {
            writeln!(text, "{name} = '{}'", value.replace('\'', "''"))
                .expect("a string takes everything");
        }
        fs::write(&path, text).map_err(ServerError::io("write the file", &path))
    }

    fn spawn(&self, directory: &Path, data: &Path) -> Result<Child, ServerError> {
        let log = directory.join("log");
        let log = File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&log)
            .map_err(ServerError::io("create the file", &log))?;
        let program = self.binaries.program("postgres");
        // Through a shell, which closes what our own parent may have left open without close-on-exec.
        let mut command = self.binaries.command(Path::new("/bin/sh"));
        command
            .arg("-c")
            .arg("exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec \"$0\" \"$@\"")
            .arg(&program)
            .arg("-D")
            .arg(data)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(ServerError::io("write the log in", directory))?)
            .stderr(log)
            .process_group(0);
        self.account.apply(&mut command);
        command.spawn().map_err(|source| ServerError::Spawn {
            program: program.display().to_string(),
            source: Arc::new(source),
        })
    }

    fn wait_until_ready(&self, child: &mut Child, directory: &Path) -> Result<(), ServerError> {
        let begin = Instant::now();
        let program = || self.binaries.program("postgres").display().to_string();
        let log = || tail(&directory.join("log"));
        loop {
            if is_ready(directory) {
                return Ok(());
            }
            let status = child.try_wait().map_err(ServerError::io("wait for", program()))?;
            if let Some(status) = status {
                return Err(ServerError::Failed {
                    program: program(),
                    status: status.to_string(),
                    stderr: log(),
                });
            }
            if begin.elapsed() > READY {
                return Err(ServerError::NotReady {
                    program: program(),
                    seconds: READY.as_secs(),
                    log: log(),
                });
            }
            std::thread::sleep(POLL);
        }
    }
}

/// Returns true if the postmaster has written that it accepts connections, as `pg_ctl` does: line 8 of `postmaster.pid`.
fn is_ready(directory: &Path) -> bool {
    match fs::read_to_string(directory.join("data/postmaster.pid")) {
        Ok(text) => text.lines().nth(7).is_some_and(|line| line.trim_end() == "ready"),
        // Root without the right to pass permissions cannot look into the directory, but can still connect.
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            std::os::unix::net::UnixStream::connect(socket(directory)).is_ok()
        }
        Err(_) => false,
    }
}

/// A reaper that has been started and that [`release`](Self::release), or the end of this process, sets to work.
pub(in crate::server) struct Reaper {
    begin: ChildStdin,
    lease: Lease,
}

impl Reaper {
    const WATCH: &'static str = include_str!("reaper_watch.sh");
    const END: &'static str = include_str!("reaper.sh");

    /// How long a shell may take to open its FIFO.
    const PATIENCE: Duration = Duration::from_secs(30);

    fn start(directory: &Path, linger: u32) -> Result<Self, ServerError> {
        Self::start_script(directory, Self::END, &[&linger.to_string()])
    }

    /// Starts a shell that makes a FIFO in the directory, its first argument, waits for the last user, and then runs the
    /// script `end`.
    pub(in crate::server) fn start_script(
        directory: &Path,
        end: &str,
        arguments: &[&str],
    ) -> Result<Self, ServerError> {
        let failed =
            |source| ServerError::Spawn { program: "/bin/sh".to_owned(), source: Arc::new(source) };
        // As a file, so that `ps` shows a line that a person can read.
        let file = directory.join("reaper");
        fs::write(&file, [Self::WATCH, end].concat())
            .map_err(ServerError::io("write the file", &file))?;
        let mut child = Command::new("/bin/sh")
            .arg(&file)
            .arg(directory)
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let begin = child.stdin.take().expect("standard input is a pipe");
        let started = Instant::now();
        loop {
            let lease = Lease::register(directory)
                .map_err(ServerError::io("open the FIFO in", directory))?;
            if let Some(lease) = lease {
                return Ok(Self { begin, lease });
            }
            let ended = child.try_wait().map_err(failed)?;
            if ended.is_some() || started.elapsed() > Self::PATIENCE {
                drop(child.kill());
                let status = child.wait().map_err(failed)?;
                return Err(ServerError::Failed {
                    program: "/bin/sh".to_owned(),
                    status: status.to_string(),
                    stderr: format!("no FIFO in {}; is `mkfifo` in PATH?", directory.display()),
                });
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Lets it watch the users, of which we are now one.
    pub(in crate::server) fn release(self) -> Lease {
        drop(self.begin);
        self.lease
    }
}

/// The path of the `psql` next to the server's binaries, if it exists.
pub(in crate::server) fn psql(binaries: &Binaries) -> Option<PathBuf> {
    Some(binaries.program("psql")).filter(|path| path.exists())
}
