//! Faults of the server in the middle of a step: an error about the server, never a finding, never a hang.

use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::Report;
use gauntlet_runtime::isolation::{settle, sweep};
use gauntlet_runtime::server::{Server, embedded};
use gauntlet_runtime::suite::{LockRules, Suite};
use sqlx::PgConnection;

use crate::support::area::{Area, run, signal};
use crate::support::database::{UsersDatabase, execute, texts};
use crate::support::{Project, printed};

const HISTORY: &str = "
--- 1_users.up.sql
CREATE TABLE users (id int);
--- 1_users.down.sql
DROP TABLE users;
--- 2_slow.up.sql
ALTER TABLE users ADD email text;
SELECT pg_sleep(600);
--- 2_slow.down.sql
ALTER TABLE users DROP email;
";

/// The backend that sleeps.
async fn sleeper(admin: &mut PgConnection) -> u32 {
    let begin = Instant::now();
    loop {
        let sleeps = "SELECT pid::text FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        if let [pid] = &texts(admin, sleeps).await[..] {
            return pid.parse().unwrap();
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "nobody sleeps");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The process that started this one.
fn parent(pid: u32) -> u32 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap();
    line.trim().parse().unwrap()
}

/// Runs a check on a server of its own while `harm` is done to the backend of the slow step. What it leaves is gone in the end.
fn with_harm(
    check: Check,
    settings: impl Fn(Suite) -> Suite + Sync,
    harm: impl AsyncFn(&mut PgConnection, u32),
    then: impl FnOnce(u32),
) -> Report {
    let area = Area::new();
    let (base, mut user) = run(async {
        let base = Server::shared(&embedded(), &area.context()).await.unwrap();
        let user = UsersDatabase::new(&base).await;
        (base, user)
    });
    let project = Project::new(HISTORY);
    let suite = settings(project.suite().db(user.url.clone()));
    let (report, pid) = std::thread::scope(|scope| {
        let checked = scope.spawn(|| suite.report(check));
        let pid = run(async {
            let pid = sleeper(&mut user.admin).await;
            harm(&mut user.admin, pid).await;
            pid
        });
        (checked.join().unwrap(), pid)
    });
    then(pid);
    run(async {
        settle().await;
        // A crash has ended the connection of before.
        let mut admin = base.connect().await.unwrap();
        let left = "SELECT datname::text FROM pg_database WHERE datname LIKE 'gauntlet%'";
        let begin = Instant::now();
        while !texts(&mut admin, left).await.is_empty() {
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "{:?}",
                texts(&mut admin, left).await
            );
            sweep(&base).await.unwrap();
        }
    });
    report
}

#[track_caller]
fn error(report: &Report, expected: Expect) {
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    expected.assert_eq(&printed(report));
}

async fn end(admin: &mut PgConnection, pid: u32) {
    execute(admin, format!("SELECT pg_terminate_backend({pid})")).await;
}

#[test]
fn the_server_ends_the_connection() {
    let report = with_harm(Check::Stairway, |suite| suite, end, |_| ());
    error(
        &report,
        expect![[r#"
        stairway could not run:

           the server ended the connection in the middle of the up of 2_slow
             --> migrations/2_slow.up.sql
             ERROR 57P01: terminating connection due to administrator command
             this says nothing of the migrations: run the test again when the server answers
    "#]],
    );
    // Of what several checks share, each says the same.
    let report = with_harm(Check::Naming, |suite| suite, end, |_| ());
    error(
        &report,
        expect![[r#"
        naming could not run:

           the server ended the connection in the middle of the up of 2_slow
             --> migrations/2_slow.up.sql
             ERROR 57P01: terminating connection due to administrator command
             this says nothing of the migrations: run the test again when the server answers
    "#]],
    );
    let report = with_harm(Check::Locks, |suite| suite.locks(LockRules::new().all()), end, |_| ());
    error(
        &report,
        expect![[r#"
        locks could not run:

           the server ended the connection in the middle of the up of 2_slow
             --> migrations/2_slow.up.sql:2:1
             ERROR 57P01: terminating connection due to administrator command
             this says nothing of the migrations: run the test again when the server answers
    "#]],
    );
}

#[test]
fn the_server_crashes() {
    let kill = async |_: &mut PgConnection, pid: u32| signal("-KILL", pid);
    let report = with_harm(Check::Stairway, |suite| suite, kill, |_| ());
    error(
        &report,
        expect![[r#"
        stairway could not run:

           the connection to the server broke in the middle of the up of 2_slow
             --> migrations/2_slow.up.sql
             error communicating with database: expected to read 5 bytes, got 0 bytes at EOF
             this says nothing of the migrations: run the test again when the server answers
    "#]],
    );
}

#[test]
fn the_server_does_not_answer() {
    // For longer than the limit, and than the time in which it may say what it does.
    let freeze = async |_: &mut PgConnection, pid: u32| {
        let server = parent(pid);
        signal("-STOP", server);
        signal("-STOP", pid);
        tokio::time::sleep(Duration::from_secs(9)).await;
        signal("-CONT", pid);
        signal("-CONT", server);
    };
    let limit = |suite: Suite| suite.timeout(Duration::from_secs(2));
    let report = with_harm(Check::Stairway, limit, freeze, |_| ());
    error(
        &report,
        expect![[r#"
        stairway could not run:

           the server did not answer in the middle of the up of 2_slow
             --> migrations/2_slow.up.sql
             no answer within 2s; `timeout` sets how long a step may take
             this says nothing of the migrations: run the test again when the server answers
    "#]],
    );
}

/// The server answers, so that the script is to be looked at.
#[test]
fn a_loop_without_an_end() {
    let nicks = Project::new(
        "--- 1_users.sql
CREATE TABLE users (id int PRIMARY KEY, name text, nick text);
--- 2_nicks.sql
DO $$ DECLARE n int; BEGIN
  LOOP
    UPDATE users SET nick = nullif(name, name) WHERE id IN (SELECT id FROM users WHERE nick IS NULL LIMIT 10);
    GET DIAGNOSTICS n = ROW_COUNT;
    EXIT WHEN n = 0;
    PERFORM pg_sleep(0.1);
  END LOOP;
END $$;
",
    );
    let text = |project: &Project, check| {
        let suite = project.suite().db(crate::support::embedded()).shipped(1);
        let report = suite.timeout(Duration::from_secs(2)).report(check);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        // A sleeper wakes for a moment now and then.
        printed(&report).replace("nothing: the server is working on it", "Timeout: PgSleep")
    };
    expect![[r#"
        populated could not run:

           the time was up in the middle of the up of 2_nicks
             --> migrations/2_nicks.sql
             it has run for 2s: it waits for Timeout: PgSleep
             look for a loop in the script that does not end on these rows, or for what it waits for; if it may take that long, `timeout` sets how long a step may take
    "#]].assert_eq(&text(&nicks, Check::Populated));
    // In a session of its own, which is to be cut off.
    let always = Project::new(
        "--- 1_users.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 2_never.sql
DO $$ BEGIN LOOP PERFORM pg_sleep(0.1); END LOOP; END $$;
",
    );
    expect![[r#"
        interrupted could not run:

           the time was up in the middle of the up of 2_never
             --> migrations/2_never.sql
             it has run for 2s: DO $$ BEGIN LOOP PERFORM pg_sleep(0.1); END LOOP; END $$
               it waits for Timeout: PgSleep
             look for a loop in the script that does not end on these rows, or for what it waits for; if it may take that long, `timeout` sets how long a step may take
    "#]].assert_eq(&text(&always, Check::Interrupted));
}

/// A statement of the tool's own, which has no limit as a step has one.
#[test]
fn nothing_comes_from_the_server() {
    let project = Project::new(
        "--- 1_users.sql
CREATE FUNCTION is_right(id int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); RETURN true; END $$;
CREATE TABLE users (id int CHECK (is_right(id)));
--- 2_email.sql
ALTER TABLE users ADD email text;
",
    );
    // A server of its own: on that of all tests, others may be at a statement for as long.
    let area = Area::new();
    let (base, user) = run(async {
        let base = Server::shared(&embedded(), &area.context()).await.unwrap();
        let user = UsersDatabase::new(&base).await;
        (base, user)
    });
    let suite = project.suite().db(user.url.clone()).shipped(1);
    let suite = suite.timeout(Duration::from_millis(500)).silence(Duration::from_secs(3));
    let report = suite.report(Check::Populated);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    // A sleeper wakes for a moment now and then.
    let awake = "nothing: the server is working on it";
    expect![[r#"
        populated could not run:

           nothing has come from the server for 3s
             SELECT DISTINCT ARRAY["gauntlet 0"] FROM (VALUES (0, '7'::integer), (1, NULL::integer), (2, '0'::integer), (3, '-1'::int
               it waits for Timeout: PgSleep
             this says nothing of the migrations: end what holds it up, and run the test again
    "#]]
    .assert_eq(&printed(&report).replace(awake, "Timeout: PgSleep"));
    drop((base, user));
}

/// As long as nobody waits.
#[test]
fn a_limit_beyond_all_clocks() {
    let project = Project::new("--- 1_users.sql\nCREATE TABLE users (id int);\n");
    let suite = project.suite().db(crate::support::embedded()).timeout(Duration::MAX);
    let report = suite.report(Check::Naming);
    assert_eq!(printed(&report), "naming: ok\n");
}
