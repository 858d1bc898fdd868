//! A folder, the command in it, and the server of the tests.

use std::cell::RefCell;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use expect_test::Expect;
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::{Server, SourceContext};
use gauntlet_runtime::{Suite, server};
use sqlx::{AssertSqlSafe, Executor as _};
use tempfile::TempDir;

/// A folder in which commands run. All of them use the server of this process, or one of their own.
pub(crate) struct Folder {
    folder: TempDir,
    server: Arc<Server>,
    variables: RefCell<Vec<(String, String)>>,
}

/// What a command left.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder::with(Arc::clone(shared()))
    }

    /// For commands that see all that is on a server.
    pub(crate) fn with_own_server() -> Folder {
        Folder::with(server("own"))
    }

    fn with(server: Arc<Server>) -> Folder {
        Folder { folder: TempDir::new().unwrap(), server, variables: RefCell::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Sets a variable for the commands.
    pub(crate) fn env(&self, name: &str, value: &str) {
        self.variables.borrow_mut().push((name.to_owned(), value.to_owned()));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-gauntlet"));
        command.arg("gauntlet").args(arguments).current_dir(self.path());
        for variable in ["DATABASE_URL", "GAUNTLET_BLESS", "GAUNTLET_KEEP", "GITHUB_STEP_SUMMARY"] {
            command.env_remove(variable);
        }
        command.env("GAUNTLET_DATABASE_URL", url(&self.server));
        command.envs(self.variables.borrow().iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.path(), self.command(arguments).output().unwrap())
    }

    /// Sends SIGINT to a command as soon as a script of its sleeps. Also returns the database in which it slept.
    pub(crate) fn interrupt(&self, arguments: &[&str]) -> (Run, String) {
        self.signal("-INT", arguments)
    }

    /// The same with SIGKILL, after which the command can do nothing more.
    pub(crate) fn kill(&self, arguments: &[&str]) -> String {
        self.signal("-KILL", arguments).1
    }

    fn signal(&self, signal: &str, arguments: &[&str]) -> (Run, String) {
        let child = self.command(arguments).spawn().unwrap();
        let begin = Instant::now();
        let database = loop {
            let sleeping = self
                .names("SELECT datname::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
            if let [database] = &sleeping[..] {
                break database.clone();
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "no script sleeps: {sleeping:?}");
            std::thread::sleep(Duration::from_millis(50));
        };
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        (Run::of(self.path(), child.wait_with_output().unwrap()), database)
    }

    /// The databases of the server.
    pub(crate) fn databases(&self) -> Vec<String> {
        self.names("SELECT datname::text FROM pg_database")
    }

    /// Waits until the server has seen that the clients of a database are dead.
    pub(crate) fn wait_until_unused(&self, database: &str) {
        let begin = Instant::now();
        let used = "SELECT datname::text FROM pg_stat_activity WHERE datname LIKE 'gauntlet%'
                    UNION ALL SELECT 'a lock' FROM pg_locks WHERE locktype = 'advisory'";
        while !self.names(used).is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(60), "{database} is still used");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the session that sleeps in a database, as the server does when it sees that its client has gone.
    pub(crate) fn wake(&self) {
        self.names("SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    }

    /// The names that a query of the server's own tables returns.
    fn names(&self, sql: &'static str) -> Vec<String> {
        block_on(async {
            let mut conn = self.server.connect().await.unwrap();
            sqlx::query_scalar(sql).fetch_all(&mut conn).await.unwrap()
        })
    }

    /// Gives `body` a database at head of the folder's migrations.
    pub(crate) fn live(&self, body: impl FnOnce(&Live)) {
        let suite = Suite::new("live", self.path()).db(url(&self.server));
        suite.custom(
            "live",
            async |mut db| {
                db.upgrade().await.unwrap();
                let live = Live { url: db.url() };
                tokio::task::block_in_place(|| body(&live));
            },
            |()| false,
        );
    }
}

/// A database that stands for one in production.
pub(crate) struct Live {
    url: String,
}

impl Live {
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    pub(crate) fn execute(&self, sql: &str) {
        let done = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    block_on(async {
                        let server = Server::from_url(&self.url, "the test").await.unwrap();
                        let mut conn = server.connect().await.unwrap();
                        conn.execute(AssertSqlSafe(sql.to_owned())).await.map(drop)
                    })
                })
                .join()
                .unwrap()
        });
        done.unwrap();
    }
}

/// The server of this test binary.
fn shared() -> &'static Arc<Server> {
    static SERVER: OnceLock<Arc<Server>> = OnceLock::new();
    SERVER.get_or_init(|| server("tests"))
}

/// A server that no other process uses.
fn server(name: &str) -> Arc<Server> {
    let name = format!("cargo-gauntlet-{name}-{}", std::process::id());
    let source = server::embedded().setting("cluster_name", &name);
    let context = SourceContext::new(env!("CARGO_MANIFEST_DIR"));
    block_on(Server::shared(&source, &context)).unwrap()
}

fn url(server: &Server) -> String {
    let options = server.options();
    let socket = options.get_socket().unwrap().display().to_string().replace('/', "%2F");
    format!("postgres://{}@{socket}:{}/postgres", options.get_username(), options.get_port())
}

impl Run {
    /// The run with its texts changed.
    pub(crate) fn map(self, change: impl Fn(&str) -> String) -> Run {
        Run { code: self.code, stdout: change(&self.stdout), stderr: change(&self.stderr) }
    }

    pub(crate) fn of(folder: &Path, output: std::process::Output) -> Run {
        let folder = folder.display().to_string();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(&folder, "[folder]");
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Compares the exit code and everything that was written, with times as `[..] s`.
    #[track_caller]
    pub(crate) fn assert(&self, code: i32, expected: Expect) {
        let text = format!("{}{}", without_times(&self.stdout), without_times(&self.stderr));
        expected.assert_eq(&text);
        assert_eq!(self.code, code, "{text}");
    }
}

/// The text with every number of seconds as `..`.
fn without_times(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let line = match line.rsplit_once(" (") {
            Some((before, after)) if after.trim_end().ends_with(" s)") => {
                format!("{before} (.. s)\n")
            }
            _ => line.to_owned(),
        };
        let mut rest = line.as_str();
        while let Some((before, after)) = rest.split_once("time=\"") {
            let (_, end) = after.split_once('"').unwrap_or((after, ""));
            out.push_str(before);
            out.push_str("time=\"..\"");
            rest = end;
        }
        out.push_str(rest);
    }
    out
}
