//! Many checks on a server that accepts few connections: they take turns, and none fails for it.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use expect_test::expect;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::server::{Embedded, Server, auto, embedded};
use gauntlet_runtime::suite::Suite;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use crate::support::area::{Area, run};
use crate::support::database::{UsersDatabase, execute, texts};
use crate::support::oracle::on_all_servers;
use crate::support::{Project, printed};

/// Tells a started test binary the folder of the crate that it checks.
const FOLDER: &str = "GAUNTLET_TEST_LOAD";

const HISTORY: &str = "
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_email.up.sql
ALTER TABLE users ADD email text;
--- 2_email.down.sql
ALTER TABLE users DROP email;
";

/// An embedded server that accepts so many connections.
fn small(connections: u32) -> Embedded {
    embedded().setting("max_connections", connections.to_string())
}

fn user(area: &Area, connections: u32) -> (Arc<Server>, UsersDatabase) {
    run(async {
        let base = Server::shared(&small(connections), &area.context()).await.unwrap();
        let user = UsersDatabase::new(&base).await;
        (base, user)
    })
}

/// Not a test when run as one: a process of the tests below.
#[test]
fn process() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let suite = Suite::new("tests::migrations", folder).db(auto());
    println!("said: {}", printed(&suite.report(Check::Stairway)));
}

/// Starts processes in the same moment, each with one check on the server behind the URL.
fn processes(count: usize, area: &Area, project: &Project, url: &str) -> Vec<Output> {
    let start = |_| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "server::load::process", "--nocapture"])
            .envs(area.environment())
            .env("GAUNTLET_DATABASE_URL", url)
            .env(FOLDER, project.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let started: Vec<_> = (0..count).map(start).collect();
    started.into_iter().map(|process| process.wait_with_output().unwrap()).collect()
}

/// The output of the checks, without what libtest says.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let said = text.split_once("said: ").map_or(&*text, |(_, said)| said);
    said.split("\ntest ").next().unwrap_or(said).to_owned()
}

/// What is left of processes that have ended, except for the server itself. It ends the session of a process a moment
/// after the process, and with it the locks.
fn assert_nothing_is_left(area: &Area, url: &str) {
    run(async {
        let mut admin = PgConnection::connect(url).await.unwrap();
        let locks = "SELECT pid::text FROM pg_locks WHERE locktype = 'advisory'";
        let begin = Instant::now();
        while !texts(&mut admin, locks).await.is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(10), "a lock is left");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let databases = "SELECT datname::text FROM pg_database WHERE datname LIKE 'gauntlet%'";
        assert_eq!(texts(&mut admin, databases).await, Vec::<String>::new());
    });
    let queues = std::fs::read_dir(&area.root).unwrap().flat_map(|user| {
        let user = std::fs::read_dir(user.unwrap().path()).into_iter().flatten();
        user.map(|entry| entry.unwrap().file_name())
            .filter(|name| name.to_string_lossy().starts_with("queue"))
    });
    assert_eq!(queues.count(), 0);
}

/// On 20 connections at most two checks run at the same time, and on 10 only one.
#[test]
fn more_processes_than_a_server_has_connections_for() {
    let area = Area::new();
    let project = Project::new(HISTORY);
    for (connections, count) in [(20, 12), (10, 4)] {
        let (_server, user) = user(&area, connections);
        let count = if on_all_servers() { 64 } else { count };
        for output in processes(count, &area, &project, &user.url) {
            assert_eq!(said(&output), "stairway: ok\n", "{output:?}");
        }
        assert_nothing_is_left(&area, &user.url);
    }
}

/// A role that is no superuser has fewer, and its own limit counts.
#[test]
fn too_few_connections_for_any_check() {
    let area = Area::new();
    let project = Project::new(HISTORY);
    let (_server, mut user) = user(&area, 5);
    let report = project.suite().db(user.url.clone()).report(Check::Stairway);
    expect![[r#"
        stairway could not run:

           use `db` (URL): a check uses up to 6 connections, and the server accepts 5 from this role; raise max_connections (superuser_reserved_connections of them are kept for superusers), or the CONNECTION LIMIT of the role or the database
    "#]]
    .assert_eq(&printed(&report).replace(&user.url, "URL"));
    run(async {
        execute(&mut user.admin, "CREATE ROLE few LOGIN CREATEDB").await;
        let url = user.url.replace("postgres@", "few@");
        let suite = project.suite().db(url.clone());
        let report = tokio::task::spawn_blocking(move || printed(&suite.report(Check::Stairway)));
        let printed = report.await.unwrap();
        assert!(printed.contains("accepts 2 from this role"), "{printed}");
    });
}

/// The threads of one process take as many seats as are free, and turns on them.
#[test]
fn more_tests_of_a_process_than_a_server_has_connections_for() {
    let area = Area::new();
    let project = Project::new(HISTORY);
    let (_server, user) = user(&area, 20);
    let rounds = if on_all_servers() { 25 } else { 2 };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..rounds {
                    let suite = project.suite().db(user.url.clone());
                    assert_eq!(printed(&suite.report(Check::Stairway)), "stairway: ok\n");
                }
            });
        }
    });
    // The last seat stays with the process, so that its next test need not wait.
    let seats = "SELECT 'a seat' FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2";
    let (seats, server) = run(async {
        gauntlet_runtime::isolation::settle().await;
        let mut user = user;
        (texts(&mut user.admin, seats).await, user.url)
    });
    assert_eq!(seats, ["a seat"], "{server}");
}

/// What a process of nextest pays for before and after its one check: a login with a password takes an unoptimized build some 30 ms.
#[test]
fn a_process_logs_in_a_few_times() {
    let (area, project) = (Area::new(), Project::new(HISTORY));
    let logins = |log: &Path| {
        let text = std::fs::read_to_string(log).unwrap();
        text.lines().filter(|line| line.contains("connection authorized")).count()
    };
    let server = embedded().setting("log_connections", "on");
    let (_server, user) = run(async {
        let base = Server::shared(&server, &area.context()).await.unwrap();
        let user = UsersDatabase::new(&base).await;
        (base, user)
    });
    let log = area.servers()[0].join("log");
    let before = logins(&log);
    let outputs = processes(1, &area, &project, &user.url);
    assert_eq!(said(&outputs[0]), "stairway: ok\n");
    // The version and the seat, whether there is a pooler and the sweep, the database made and dropped; the steps and the catalog.
    // On a slow machine the one that makes the database is not kept until it is dropped.
    let count = logins(&log) - before;
    assert!((5..=6).contains(&count), "{}", std::fs::read_to_string(&log).unwrap());
}
