//! Migrated databases that processes share on the embedded server: who makes one, who finds it, and what goes.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use gauntlet::TestDb;
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::server::{Server, embedded};
use gauntlet_runtime::suite::{Migrated, Suite};

use crate::support::Project;
use crate::support::area::{Area, run, wait_until};
use crate::support::database::{execute, texts};

/// The folder of the suite of a started process.
const FOLDER: &str = "GAUNTLET_TEST_HEADS_FOLDER";

/// The same of a process with several tests.
const SEVERAL: &str = "GAUNTLET_TEST_HEADS_SEVERAL";

/// Says when the database was migrated, so that no two of them say the same.
const STAMP: &str = "CREATE TABLE stamp AS SELECT clock_timestamp() AS at;\n";

/// How many are kept.
const LIMIT: usize = 8;

/// Not a test when run as one: the processes that the tests start. Each is one test, which ends with its standard input.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let suite = Suite::new("tests::heads", &folder);
    let body = async |mut db: TestDb| {
        let stamp = texts(db.conn(), "SELECT at::text FROM stamp").await;
        println!("\nstamp: {}", stamp[0]);
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    };
    suite.migrated("child", &Migrated::new(), body, |()| false);
    run(gauntlet_runtime::isolation::settle());
}

/// Not a test when run as one: a process with several tests, one after the other, of which the last one fails.
#[test]
fn several() {
    let Ok(folder) = std::env::var(SEVERAL) else { return };
    let suite = Suite::new("tests::heads", &folder);
    for test in 0..4 {
        let body = async |mut db: TestDb| {
            let stamp = texts(db.conn(), "SELECT at::text FROM stamp").await;
            println!("\nstamp: {}", stamp[0]);
        };
        suite.migrated(&format!("test{test}"), &Migrated::new(), body, |()| false);
    }
    panic!("the last one fails");
}

/// A project, and the place of the server that its processes share.
struct Heads {
    area: Area,
    project: Project,
    url: Option<String>,
}

impl Heads {
    fn new() -> Heads {
        let heads = Heads { area: Area::new(), project: Project::new("--- /.crate\n"), url: None };
        heads.up("CREATE TABLE users (id int PRIMARY KEY);\n");
        heads
    }

    /// Writes the first version.
    fn up(&self, sql: &str) {
        self.project.write("1_users.up.sql", format!("{sql}{STAMP}").as_bytes());
    }

    fn start(&self) -> Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "suite::shared_heads::child", "--nocapture", "--test-threads=1"])
            .envs(self.area.environment())
            .env(FOLDER, self.project.path())
            .env("NEXTEST_RUN_ID", uuid::Uuid::new_v4().to_string())
            .env_remove("GAUNTLET_DATABASE_URL")
            .env_remove("DATABASE_URL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(url) = &self.url {
            command.env("DATABASE_URL", url);
        }
        command.spawn().unwrap()
    }

    /// Starts a process, which goes on. When its database was migrated.
    #[track_caller]
    fn begin(&self) -> (Child, String) {
        let mut child = self.start();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stamp = stdout
            .by_ref()
            .lines()
            .map(Result::unwrap)
            .find_map(|line| line.strip_prefix("stamp: ").map(str::to_owned));
        child.stdout = Some(stdout.into_inner());
        (child, stamp.expect("the process has a database"))
    }

    /// When the database was migrated of a process that runs to its end.
    #[track_caller]
    fn stamp(&self) -> String {
        let (child, stamp) = self.begin();
        end(child);
        stamp
    }

    fn server(&self) -> Arc<Server> {
        run(Server::shared(&embedded(), &self.area.context())).unwrap()
    }
}

#[track_caller]
fn end(mut child: Child) {
    drop(child.stdin.take());
    let mut rest = String::new();
    child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert!(child.wait().unwrap().success(), "{rest}");
}

/// The databases of this tool on a server.
fn databases(server: &Server) -> Vec<String> {
    run(async {
        let mut conn = server.connect().await.unwrap();
        let sql =
            r"SELECT datname::text FROM pg_database WHERE datname LIKE 'gauntlet\_%' ORDER BY 1";
        texts(&mut conn, sql).await
    })
}

fn is_head(name: &str) -> bool {
    name.starts_with("gauntlet_head_")
}

#[test]
fn the_migrations_run_once_for_all_processes_and_again_when_they_have_changed() {
    let heads = Heads::new();
    // It lives while this process uses it, however slow the others are.
    let _server = heads.server();
    let (one, first) = heads.begin();
    assert_eq!(heads.stamp(), first);
    end(one);
    // A later run.
    assert_eq!(heads.stamp(), first);

    heads.up("CREATE TABLE users (id bigint PRIMARY KEY);\n");
    // They begin at the same time, and one of them makes it.
    let started: Vec<String> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..3).map(|_| scope.spawn(|| heads.stamp())).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_ne!(started[0], first);
    assert!(started.iter().all(|stamp| *stamp == started[0]), "{started:?}");

    heads.up("CREATE TABLE users (id int PRIMARY KEY);\n");
    assert_eq!(heads.stamp(), first);
}

#[test]
fn what_a_killed_maker_leaves_goes_and_the_next_one_makes_it() {
    let heads = Heads::new();
    let server = heads.server();
    heads.up(
        "SELECT pg_sleep(60) WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'go');\n",
    );
    let mut killed = heads.start();
    let sleeping = "FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    let sleeps = || {
        run(async {
            let mut conn = server.connect().await.unwrap();
            !texts(&mut conn, &format!("SELECT pid::text {sleeping}")).await.is_empty()
        })
    };
    wait_until("the migrations run", sleeps);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let left = databases(&server);
    assert!(left.len() == 1 && !is_head(&left[0]), "{left:?}");
    run(async {
        let mut conn = server.connect().await.unwrap();
        execute(&mut conn, "CREATE DATABASE go").await;
        // A server sees that a client has gone when it has an answer for it.
        execute(&mut conn, format!("SELECT pg_terminate_backend(pid) {sleeping}")).await;
        let sql =
            format!("SELECT datname::text FROM pg_stat_activity WHERE datname = '{}'", left[0]);
        while !texts(&mut conn, &sql).await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    let made = heads.stamp();
    assert_eq!(heads.stamp(), made);
    wait_until("what the killed process left is gone", || {
        // The server may not have seen yet that the client has gone; each process sweeps once.
        assert_eq!(heads.stamp(), made);
        let left = databases(&server);
        left.len() == 1 && is_head(&left[0])
    });
}

#[test]
fn one_that_is_gone_or_was_not_completed_is_made_again() {
    let heads = Heads::new();
    let server = heads.server();
    let first = heads.stamp();
    let drop_it = || {
        run(async {
            let name = databases_of(&server).await;
            let mut conn = server.connect().await.unwrap();
            execute(&mut conn, format!("DROP DATABASE \"{name}\"")).await;
        });
    };
    drop_it();
    let second = heads.stamp();
    assert_ne!(second, first);
    // As if its maker had been killed in the middle of the note.
    for directory in heads.area.servers() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "note") {
                std::fs::write(path, "[").unwrap();
            }
        }
    }
    let third = heads.stamp();
    assert_ne!(third, second);
    assert_eq!(heads.stamp(), third);
}

/// The one database that is shared.
async fn databases_of(server: &Server) -> String {
    let mut conn = server.connect().await.unwrap();
    let sql = r"SELECT datname::text FROM pg_database WHERE datname LIKE 'gauntlet\_head\_%'";
    let mut names = texts(&mut conn, sql).await;
    assert_eq!(names.len(), 1);
    names.remove(0)
}

#[test]
fn a_few_are_kept_and_those_that_are_in_use() {
    let heads = Heads::new();
    let server = heads.server();
    let (living, first) = heads.begin();
    let history = |number: usize| heads.up(&format!("-- {number}\n"));
    history(0);
    let second = heads.stamp();
    for number in 1..LIMIT {
        history(number);
        heads.stamp();
    }
    let kept = databases(&server).into_iter().filter(|name| is_head(name)).count();
    assert_eq!(kept, LIMIT);
    // The oldest that nobody used has gone.
    history(0);
    assert_ne!(heads.stamp(), second);
    heads.up("CREATE TABLE users (id int PRIMARY KEY);\n");
    assert_eq!(heads.stamp(), first);
    end(living);
}

#[test]
fn what_does_not_follow_from_the_scripts_alone_is_not_shared() {
    let heads = Heads::new();
    let server = heads.server();
    for reaching in
        ["CREATE ROLE gauntlet_test_heads;\n", "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null';\n"]
    {
        heads.up(reaching);
        assert_ne!(heads.stamp(), heads.stamp(), "{reaching}");
    }
    wait_until("all databases are gone", || databases(&server).is_empty());
}

#[test]
fn on_a_server_of_the_users_nothing_is_left() {
    let mut heads = Heads::new();
    let server = heads.server();
    let users = run(Sandbox::create(&server, Some(Isolation::Database), "users")).unwrap();
    heads.url = Some(users.url());
    assert_ne!(heads.stamp(), heads.stamp());
    wait_until("all databases are gone", || databases(&server) == [users.name()]);
    run(users.close()).unwrap();
}

/// The first gets the database in which they ran, the others a copy each, for which they run once more. What the process has
/// kept for a test that did not come goes before it ends.
#[test]
fn on_a_server_of_the_users_a_process_runs_the_migrations_for_its_first_two_tests() {
    let heads = Heads::new();
    let server = heads.server();
    let users = run(Sandbox::create(&server, Some(Isolation::Database), "users")).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "suite::shared_heads::several", "--nocapture"])
        .envs(heads.area.environment())
        .env(SEVERAL, heads.project.path())
        .env("DATABASE_URL", users.url())
        .env_remove("GAUNTLET_DATABASE_URL")
        .env_remove("NEXTEST_RUN_ID")
        .output()
        .unwrap();
    assert_eq!(databases(&server), [users.name()]);
    assert_eq!(output.status.code(), Some(101));
    let text = String::from_utf8_lossy(&output.stdout);
    let stamps: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("stamp: ")).collect();
    let [first, second, third, fourth] = stamps[..] else { panic!("{text}") };
    assert!(first != second && second == third && third == fourth, "{stamps:?}");
    run(users.close()).unwrap();
}
