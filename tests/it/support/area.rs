//! A private place for embedded servers, and processes that use them: this very test binary, started again.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use gauntlet_runtime::server::SourceContext;

/// Tells a started test binary what to do; see `server::life::child`.
pub(crate) const ROLE: &str = "GAUNTLET_TEST_ROLE";

/// Runs a future on a runtime that lives as long as the process, as the suite does.
#[track_caller]
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    });
    RUNTIME.block_on(future)
}

/// A directory with its own servers, removed at the end.
pub(crate) struct Area {
    pub(crate) root: PathBuf,
    /// Seconds, where it is not the usual.
    linger: Option<u32>,
}

impl Area {
    /// Servers here wait two seconds instead of eight: what is proven is the same, in less time.
    pub(crate) fn new() -> Self {
        let mut area = Self::with_usual_linger();
        area.linger = Some(2);
        area
    }

    pub(crate) fn with_usual_linger() -> Self {
        let id = uuid::Uuid::new_v4().simple().to_string();
        // Where servers usually are; on a disk the many starts of these tests would take minutes.
        let place = if is_roomy("/dev/shm") { "/dev/shm" } else { "/tmp" };
        let root = PathBuf::from(format!("{place}/gt-{}", &id[..8]));
        std::fs::create_dir(&root).unwrap();
        open_to_all(&root);
        Self { root, linger: None }
    }

    /// The environment of this process, with servers here.
    pub(crate) fn context(&self) -> SourceContext {
        let own = self.environment();
        let inherited = std::env::vars_os().filter(|(name, _)| {
            let name = name.to_string_lossy();
            !name.contains("DATABASE_URL") && !name.starts_with("PG")
        });
        SourceContext::default().with_environment(
            inherited.chain(own.into_iter().map(|(name, value)| (name.into(), value.into()))),
        )
    }

    pub(crate) fn environment(&self) -> Vec<(String, PathBuf)> {
        let mut all = vec![("GAUNTLET_RUNTIME_DIR".to_owned(), self.root.clone())];
        all.extend(self.linger.map(|s| ("GAUNTLET_LINGER".to_owned(), s.to_string().into())));
        all
    }

    /// The directories of the servers here, of whatever user.
    pub(crate) fn servers(&self) -> Vec<PathBuf> {
        let list = |directory: &Path| {
            let entries = std::fs::read_dir(directory).into_iter().flatten();
            entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
        };
        let mut found: Vec<PathBuf> = list(&self.root)
            .iter()
            .filter(|path| name(path).starts_with("gauntlet-"))
            .flat_map(|path| list(path))
            .filter(|path| name(path).len() == 17 && name(path).as_bytes()[8] == b'-')
            .collect();
        found.sort();
        found
    }

    /// The processes that name this area on their command line: servers and reapers.
    pub(crate) fn processes(&self) -> Vec<(u32, String)> {
        let needle = format!("{}/gauntlet-", self.root.display());
        processes().into_iter().filter(|(_, line)| line.contains(&needle)).collect()
    }

    /// Starts this binary again as a user of servers here. It is there when this returns.
    pub(crate) fn child(&self, role: &str) -> User {
        self.start(Command::new(std::env::current_exe().unwrap()), role)
    }

    /// As [`child`](Self::child), a user of the server behind a URL.
    pub(crate) fn child_at(&self, url: &str) -> User {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("GAUNTLET_DATABASE_URL", url);
        self.start(command, "url")
    }

    /// As [`child`](Self::child), with the words that go before the test's arguments.
    pub(crate) fn start(&self, mut command: Command, role: &str) -> User {
        let mut child = command
            .args(["--exact", "server::life::child", "--nocapture", "--test-threads=1"])
            .envs(self.environment())
            .env(ROLE, role)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = Vec::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        for line in stdout.by_ref().lines() {
            let line = line.unwrap();
            if let Some((_, rest)) = line.split_once("said: ") {
                said.push(rest.to_owned());
            }
            if line.contains("ready") {
                break;
            }
        }
        User { stdin: child.stdin.take(), stdout, child, said }
    }

    /// Waits until no server, reaper or file is here; fails after the 30 s that are promised.
    #[track_caller]
    pub(crate) fn assert_gone(&self) -> Duration {
        let begin = Instant::now();
        loop {
            let (servers, processes) = (self.servers(), self.processes());
            if servers.is_empty() && processes.is_empty() {
                return begin.elapsed();
            }
            assert!(begin.elapsed() < Duration::from_secs(30), "{servers:?} {processes:#?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Returns true if some gigabytes are free in a directory.
fn is_roomy(directory: &str) -> bool {
    let output = Command::new("df").args(["-Pk", directory]).output().unwrap();
    let free = String::from_utf8_lossy(&output.stdout)
        .lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    free.is_some_and(|kib| kib > 4 << 20)
}

impl Drop for Area {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.root));
    }
}

/// A process that uses a server.
pub(crate) struct User {
    pub(crate) child: Child,
    /// Its output before it was ready.
    pub(crate) said: Vec<String>,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl User {
    /// Ends it the normal way.
    pub(crate) fn finish(mut self) {
        drop(self.stdin.take());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert!(self.child.wait().unwrap().success(), "{rest}");
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// All processes with their command lines; zombies have none.
pub(crate) fn processes() -> Vec<(u32, String)> {
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            Some((pid, String::from_utf8_lossy(&line).replace('\0', " ")))
        })
        .collect()
}

/// Waits for what another process will have done in a moment.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends a signal to a process that the test has found to be its own.
pub(crate) fn signal(signal: &str, pid: u32) {
    let status = Command::new("kill").args([signal, &pid.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Lets every user of the machine into a directory.
pub(crate) fn open_to_all(directory: &Path) {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o1777)).unwrap();
}

/// The last component of a path.
pub(crate) fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Returns true if this process runs as root.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;

    std::fs::metadata("/proc/self").unwrap().uid() == 0
}
