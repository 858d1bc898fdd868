//! The sweep: which databases and schemas it removes, and which it never does.

use std::time::Duration;

use gauntlet_runtime::isolation::{Isolation, Sandbox, settle, sweep};
use gauntlet_runtime::server::{Server, embedded};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

use crate::support::area::{Area, run};
use crate::support::database::{UsersDatabase, execute, server, texts};

/// All databases and schemas that look as if they were ours.
async fn ours(connection: &mut PgConnection) -> Vec<String> {
    let sql = r"SELECT datname::text FROM pg_database WHERE datname LIKE 'gauntlet\_%'
                UNION SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'gauntlet\_%' ORDER BY 1";
    texts(connection, sql).await
}

/// Waits until this many runs hold their lock: the server needs a moment to see that a client is dead.
async fn wait_for_locks(connection: &mut PgConnection, count: usize) {
    for _ in 0..500 {
        let sql = "SELECT objid::text FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1";
        let sessions = "SELECT pid::text FROM pg_stat_activity WHERE datname LIKE 'gauntlet%'";
        let locks = texts(connection, sql).await.len();
        if locks == count && texts(connection, sessions).await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("there are not {count} locks");
}

#[test]
fn what_a_killed_process_left_is_swept_by_the_next_and_nothing_else_is() {
    let area = Area::new();
    run(async {
        // A server of the area's own, since other tests look at all databases, too.
        let base = Server::shared(&embedded(), &area.context()).await.unwrap();
        let mut user = UsersDatabase::new(&base).await;
        let foreign = [
            "gauntlet_mine".to_owned(),
            "gauntlet_x_something".to_owned(),
            // Looks like ours to all but the checksum.
            format!("gauntlet_x_{}", uuid::Uuid::new_v4().simple()),
        ];
        for name in &foreign {
            execute(&mut user.admin, format!("CREATE DATABASE \"{name}\"")).await;
            execute(&mut user.admin, format!("CREATE SCHEMA \"{name}\"")).await;
        }
        let dead = area.child_at(&user.url);
        // A migration may have made it a template, which is not dropped as it is.
        let template = &dead.said[1];
        execute(&mut user.admin, format!("ALTER DATABASE \"{template}\" IS_TEMPLATE true")).await;
        let living = area.child_at(&user.url);

        let mut expected: Vec<String> = foreign.to_vec();
        expected.extend_from_slice(&dead.said[1..]);
        expected.extend_from_slice(&living.said[1..]);
        expected.sort();
        assert_eq!(expected.len(), 7);
        assert_eq!(ours(&mut user.admin).await, expected);

        let gone = dead.said[1..].to_vec();
        dead.kill();
        wait_for_locks(&mut user.admin, 1).await;
        assert_eq!(ours(&mut user.admin).await, expected);
        // For as long as it is held, this process is registered there, whatever other tests register.
        let held = user.server().await;
        let kept = {
            let sandbox = Sandbox::create(&held, None, "kept").await.unwrap();
            settle().await;
            let name = sandbox.name().to_owned();
            let kept = sandbox.keep().await.unwrap();
            assert_eq!(kept.remove, format!("DROP DATABASE \"{name}\""));
            name
        };
        expected.retain(|name| !gone.contains(name));
        expected.push(kept.clone());
        expected.sort();
        assert_eq!(ours(&mut user.admin).await, expected);

        living.finish();
        wait_for_locks(&mut user.admin, 1).await;
        let sandbox = Sandbox::create(&held, None, "next").await.unwrap();
        settle().await;
        sandbox.close().await.unwrap();
        let mut expected = foreign.to_vec();
        expected.push(kept);
        expected.sort();
        assert_eq!(ours(&mut user.admin).await, expected);
    });
}

#[test]
fn processes_that_sweep_at_once_do_not_mind_each_other() {
    let area = Area::new();
    run(async {
        let base = Server::shared(&embedded(), &area.context()).await.unwrap();
        let mut user = UsersDatabase::new(&base).await;
        let start = || area.child_at(&user.url);
        for _ in 0..3 {
            let users: Vec<_> = std::thread::scope(|scope| {
                let started: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
                started.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(users.iter().all(|user| user.said.len() == 3));
            for user in users {
                user.kill();
            }
            wait_for_locks(&mut user.admin, 0).await;
        }
        start().finish();
        assert_eq!(ours(&mut user.admin).await, Vec::<String>::new());
    });
}

#[test]
fn one_process_may_know_a_server_under_two_names() {
    run(async {
        let user = UsersDatabase::new(&server().await).await;
        let (one, two) = (user.server().await, user.server().await);
        let first = Sandbox::create(&one, None, "first").await.unwrap();
        let second = Sandbox::create(&two, None, "second").await.unwrap();
        first.connect().await.unwrap();
        first.close().await.unwrap();
        second.close().await.unwrap();
    });
}

#[test]
fn a_sandbox_that_is_only_dropped_goes_too() {
    run(async {
        let server = server().await;
        for isolation in [Isolation::Database, Isolation::Schema] {
            let sandbox = Sandbox::create(&server, Some(isolation), "dropped").await.unwrap();
            let name = sandbox.name().to_owned();
            let connection = sandbox.connect().await.unwrap();
            let panic = tokio::spawn(async move {
                let _held = (sandbox, connection);
                panic!("as a failing test does");
            });
            assert!(panic.await.unwrap_err().is_panic());
            settle().await;
            let mut admin = server.connect().await.unwrap();
            assert!(!ours(&mut admin).await.contains(&name));
        }
    });
}

/// The server finishes what a client has asked for, also where the client has gone.
#[test]
fn a_sandbox_that_nobody_waits_for_any_more_goes_too() {
    run(async {
        let server = server().await;
        for isolation in [Isolation::Database, Isolation::Schema] {
            for patience in 0..20 {
                let label = format!("cancelled{patience}");
                let making = Sandbox::create(&server, Some(isolation), &label);
                let patience = Duration::from_millis(patience);
                drop(tokio::time::timeout(patience, making).await);
            }
        }
        settle().await;
        let mut admin = server.connect().await.unwrap();
        let left = ours(&mut admin).await;
        assert!(!left.iter().any(|name| name.contains("cancelled")), "{left:?}");
    });
}

/// A run that ends while a sweep looks at its databases is not one that was killed.
#[test]
fn a_sweep_names_only_what_it_has_removed_itself() {
    let area = Area::new();
    let (user, server) = run(async {
        let base = Server::shared(&embedded(), &area.context()).await.unwrap();
        let user = UsersDatabase::new(&base).await;
        let server = user.server().await;
        (user, server)
    });
    let mut swept = Vec::new();
    std::thread::scope(|scope| {
        let lives = scope.spawn(|| (0..20).for_each(|_| area.child_at(&user.url).finish()));
        while !lives.is_finished() {
            swept.extend(run(sweep(&server)).unwrap());
        }
    });
    assert_eq!(swept, Vec::<String>::new());
}

/// Also on a thread that has no runtime.
#[test]
fn a_sandbox_may_be_dropped_anywhere() {
    let server = run(server());
    let sandbox = run(Sandbox::create(&server, None, "dropped")).unwrap();
    let name = sandbox.name().to_owned();
    std::thread::spawn(move || drop(sandbox)).join().unwrap();
    run(async {
        settle().await;
        let mut admin = server.connect().await.unwrap();
        assert!(!ours(&mut admin).await.contains(&name));
    });
}

/// A server with room for a few hundred locks, and a schema with more tables than that.
#[test]
fn a_large_schema_is_dropped_with_few_locks() {
    let area = Area::new();
    run(async {
        let source = embedded()
            .setting("max_locks_per_transaction", "10")
            .setting("max_connections", "10")
            .setting("max_worker_processes", "0");
        let server = Server::shared(&source, &area.context()).await.unwrap();
        let sandbox = Sandbox::create(&server, Some(Isolation::Schema), "large").await.unwrap();
        let mut connection = sandbox.connect().await.unwrap();
        execute(
            &mut connection,
            "CREATE TABLE parent (id int PRIMARY KEY);
             CREATE TABLE parts (id int) PARTITION BY RANGE (id)",
        )
        .await;
        for slice in 0..20 {
            execute(
                &mut connection,
                format!(
                    "DO $$ BEGIN FOR i IN {slice} * 20 .. {slice} * 20 + 19 LOOP
                       EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, parent int REFERENCES parent)', i);
                       IF i % 10 = 0 THEN
                         EXECUTE format('CREATE TABLE p%s PARTITION OF parts FOR VALUES FROM (%s) TO (%s)', i, i, i + 1);
                       END IF;
                     END LOOP; END $$"
                ),
            )
            .await;
        }
        execute(
            &mut connection,
            "CREATE VIEW v AS SELECT * FROM t1; CREATE MATERIALIZED VIEW m AS SELECT * FROM v",
        )
        .await;
        let whole = format!("DROP SCHEMA {} CASCADE", sandbox.name());
        let error = connection.execute(sqlx::AssertSqlSafe(whole)).await.unwrap_err().to_string();
        assert!(error.contains("out of shared memory"), "{error}");
        connection.close().await.unwrap();
        let name = sandbox.name().to_owned();
        sandbox.close().await.unwrap_or_else(|error| panic!("failed to {error}"));
        let mut admin = server.connect().await.unwrap();
        assert!(!ours(&mut admin).await.contains(&name));
    });
}

#[test]
fn a_kept_sandbox_on_the_embedded_server_can_be_opened_after_the_process() {
    let area = Area::new();
    run(async {
        let server = Server::shared(&embedded(), &area.context()).await.unwrap();
        let sandbox = Sandbox::create(&server, Some(Isolation::Schema), "kept").await.unwrap();
        let kept = sandbox.keep().await.unwrap();
        let file = kept.server.unwrap();
        assert_eq!(file, area.servers()[0].join("keep"));
        assert_eq!(kept.remove, format!("rm {}", file.display()));
        let line = format!("{} -XAtc 'SELECT 1'", kept.psql);
        let output = std::process::Command::new("/bin/sh").args(["-c", &line]).output().unwrap();
        assert_eq!(output.stdout, b"1\n", "{output:?}");
        std::fs::remove_file(file).unwrap();
    });
}
