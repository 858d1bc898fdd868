//! What the server still does for a process that was killed, and what the next process has to wait for.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use gauntlet_runtime::isolation::{Sandbox, sweep};
use gauntlet_runtime::server::{Server, auto, embedded};
use gauntlet_runtime::suite::{Suite, TestDb};
use sqlx::postgres::PgConnection;

use crate::support::area::{Area, ROLE, run};
use crate::support::database::{UsersDatabase, execute, texts};
use crate::support::{Project, context};

/// Tells a started test binary the folder of its suite.
const FOLDER: &str = "GAUNTLET_TEST_KILLED";

/// The sessions of processes that are busy in what they have made.
const SLEEPS: &str = "query = 'SELECT pg_sleep(600)' AND state = 'active'";

const HISTORY: &str = "
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
";

/// Not a test when run as one: a process that is killed while its server makes a database, or is busy in it.
#[test]
fn busy() {
    if std::env::var_os(ROLE).is_none() {
        return;
    }
    run(async {
        let server = Server::shared(&auto(), &context()).await.unwrap();
        let sandbox = Sandbox::create(&server, None, "killed").await.unwrap();
        let mut connection = sandbox.connect().await.unwrap();
        execute(&mut connection, "CREATE TABLE t (id int)").await;
        execute(&mut connection, "SELECT pg_sleep(600)").await;
    });
}

/// Not a test when run as one: a process with one short test.
#[test]
fn short() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let suite = Suite::new("tests::migrations", folder).db(auto());
    suite.custom("short", async |_: TestDb| println!("\nsaid: ready"), |()| false);
}

fn start(area: &Area, url: &str, test: &str, variable: (&str, &str)) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("isolation::killed::{test}"), "--nocapture"])
        .envs(area.environment())
        .env("GAUNTLET_DATABASE_URL", url)
        .env(variable.0, variable.1)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// So many processes with a statement at work that matches a pattern, killed while it is.
async fn kill_while(area: &Area, url: &str, watch: &mut PgConnection, count: usize, pattern: &str) {
    let children: Vec<_> = (0..count).map(|_| start(area, url, "busy", (ROLE, "busy"))).collect();
    wait_for(watch, &format!("SELECT 'x' FROM pg_stat_activity WHERE {pattern}"), count).await;
    for mut child in children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let locks = "SELECT 'x' FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1";
    wait_for(watch, locks, 0).await;
}

/// Waits until a query has so many rows.
async fn wait_for(watch: &mut PgConnection, query: &str, count: usize) {
    for _ in 0..3000 {
        if texts(watch, query).await.len() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not {count} rows: {query}");
}

async fn ours(watch: &mut PgConnection) -> Vec<String> {
    let sql = r"SELECT datname::text FROM pg_database WHERE datname LIKE 'gauntlet\_%'
                UNION SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'gauntlet\_%'";
    texts(watch, sql).await
}

#[test]
fn what_the_server_still_does_for_a_killed_process_is_swept() {
    let area = Area::new();
    run(async {
        let base = Server::shared(&embedded(), &area.context()).await.unwrap();
        let mut user = UsersDatabase::new(&base).await;
        let server = user.server().await;
        let watch = &mut server.connect().await.unwrap();

        // Nobody can make a database until the transaction ends.
        execute(&mut user.admin, "BEGIN; LOCK TABLE pg_catalog.pg_database IN SHARE MODE").await;
        let making = "query LIKE 'CREATE DATABASE%' AND state = 'active'";
        let waiting = format!("{making} AND wait_event_type = 'Lock'");
        kill_while(&area, &user.url, watch, 1, &waiting).await;
        let other = user.server().await;
        let mut sweeping = tokio::spawn(async move { sweep(&other).await });
        // Long enough for a sweep that does not wait.
        drop(tokio::time::timeout(Duration::from_millis(300), &mut sweeping).await);
        execute(&mut user.admin, "COMMIT").await;
        if !sweeping.is_finished() {
            sweeping.await.unwrap().unwrap();
        }
        wait_for(watch, &format!("SELECT 'x' FROM pg_stat_activity WHERE {making}"), 0).await;
        assert_eq!(ours(watch).await, Vec::<String>::new());

        kill_while(&area, &user.url, watch, 1, SLEEPS).await;
        let swept = sweep(&server).await.unwrap();
        assert_eq!(swept.len(), 1);
        assert_eq!(ours(watch).await, Vec::<String>::new());
    });
}

/// Also where its only test is over before: whoever ends a process with a sweep half-way leaves the rest.
#[test]
fn a_process_ends_after_its_sweep() {
    let area = Area::new();
    let project = Project::new(HISTORY);
    let (_base, mut user, server) = run(async {
        let base = Server::shared(&embedded(), &area.context()).await.unwrap();
        let mut user = UsersDatabase::new(&base).await;
        let narrow = "CREATE ROLE narrow LOGIN;
            DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO narrow', current_database()); END $$";
        execute(&mut user.admin, narrow).await;
        let server = user.server().await;
        (base, user, server)
    });
    let url = user.url.replace("postgres@", "narrow@");
    let mut watch = run(server.connect()).unwrap();
    run(async {
        // Two, since a server goes on with a removal when the process that has asked for it has gone, but not with the next one.
        kill_while(&area, &url, &mut watch, 2, SLEEPS).await;
        let left = ours(&mut watch).await;
        assert_eq!(left.len(), 2);
        let tables: Vec<String> = left.iter().map(|schema| format!("\"{schema}\".t")).collect();
        execute(&mut user.admin, format!("BEGIN; LOCK TABLE {}", tables.join(", "))).await;
    });
    let mut child = start(&area, &url, "short", (FOLDER, project.path().to_str().unwrap()));
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    wait_until_ready(&mut stdout);
    // Long enough for a process that does not wait.
    for _ in 0..50 {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    run(execute(&mut user.admin, "COMMIT"));
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert!(child.wait().unwrap().success(), "{rest}");
    assert_eq!(run(ours(&mut watch)), Vec::<String>::new());
}

/// Reads until the test has run.
fn wait_until_ready(stdout: &mut BufReader<ChildStdout>) {
    let mut line = String::new();
    while !line.contains("said: ready") {
        line.clear();
        assert!(stdout.read_line(&mut line).unwrap() > 0, "the process has ended");
    }
}
