//! `TestDb`, the database of a custom test.

use std::sync::Arc;
use std::time::Duration;

use expect_test::{Expect, expect};
use gauntlet::{Result, TestDb};
use gauntlet_runtime::env::Env;
use gauntlet_runtime::isolation::{Isolation, settle};
use gauntlet_runtime::server::{Server, SourceContext};
use gauntlet_runtime::suite::Suite;

use crate::support::area::{run, wait_until};
use crate::support::database::{UsersDatabase, execute, server, texts};
use crate::support::{Project, Said, without_names};

const HISTORY: &str = r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
--- 1_users.down.sql
DROP TABLE users;
--- 2_add_status.up.sql
ALTER TABLE users ADD COLUMN status text NOT NULL DEFAULT 'active';
--- 2_add_status.down.sql
ALTER TABLE users DROP COLUMN status;
--- 3_add_name.up.sql
ALTER TABLE users ADD COLUMN name text;
--- 3_add_name.down.sql
ALTER TABLE users DROP COLUMN name;
--- 20_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY);
";

/// Runs a body in both isolations, as a custom test does.
fn with_db<T>(files: &str, body: impl AsyncFn(TestDb) -> Result<T>) -> Vec<Result<T>> {
    let project = Project::new(files);
    [Isolation::Database, Isolation::Schema]
        .into_iter()
        .map(|isolation| {
            let suite = project.suite().db(crate::support::embedded()).isolation(isolation);
            suite.custom("test_db", &body, Result::is_err)
        })
        .collect()
}

/// The text that libtest prints for the error that a test returns.
#[track_caller]
fn fails(files: &str, body: impl AsyncFn(TestDb) -> Result<()>, expected: Expect) {
    let texts: Vec<String> = with_db(files, body)
        .into_iter()
        .map(|result| without_names(&format!("Error: {:?}\n", result.unwrap_err())))
        .collect();
    expected.assert_eq(&texts[0]);
    assert_eq!(texts[0], texts[1], "the text is another one in schema isolation");
}

fn passes(body: impl AsyncFn(TestDb) -> Result<()>) {
    for result in with_db(HISTORY, body) {
        result.unwrap();
    }
}

fn names<'a>(
    versions: impl IntoIterator<Item = &'a gauntlet_runtime::history::Version>,
) -> Vec<String> {
    versions.into_iter().map(ToString::to_string).collect()
}

#[test]
fn up_and_down_by_steps() {
    passes(async |mut db| {
        assert!(db.version().await?.is_none() && db.versions().await?.is_empty());
        let steps = db.upgrade_before("name").await?;
        assert_eq!(names(steps.iter().map(|s| &s.version)), ["1_users", "2_add_status"]);
        assert!(steps.iter().all(|s| s.duration > std::time::Duration::ZERO));
        assert_eq!(db.upgrade_one().await?.version.to_string(), "3_add_name");
        assert_eq!(db.version().await?.unwrap().id, 3);
        assert!(db.upgrade_to(2).await?.is_empty());
        assert_eq!(names(db.upgrade_to("orders").await?.iter().map(|s| &s.version)), ["20_orders"]);
        assert!(db.upgrade().await?.is_empty());
        assert_eq!(
            names(&db.versions().await?),
            ["1_users", "2_add_status", "3_add_name", "20_orders"]
        );
        Ok(())
    });
    passes(async |mut db| {
        db.upgrade_to("3").await?;
        assert_eq!(db.downgrade_one().await?.version.to_string(), "3_add_name");
        assert_eq!(
            names(db.downgrade_to("users").await?.iter().map(|s| &s.version)),
            ["2_add_status"]
        );
        assert_eq!(names(db.downgrade().await?.iter().map(|s| &s.version)), ["1_users"]);
        assert!(db.version().await?.is_none());
        Ok(())
    });
}

#[test]
fn rows_connections_and_the_catalog() {
    passes(async |mut db| {
        db.upgrade_before("add_status").await?;
        let made = db
            .execute("INSERT INTO users VALUES (1, 'ann@example.com'); INSERT INTO users VALUES (2, 'bob@example.com')")
            .await?;
        assert_eq!(made, 2);
        db.upgrade_one().await?;
        let status: String = sqlx::query_scalar("SELECT status FROM users WHERE id = 1")
            .fetch_one(db.conn())
            .await?;
        assert_eq!(status, "active");

        let pool = db.pool();
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await?;
        assert_eq!(count, 2);
        pool.close().await;

        let mut other = <sqlx::PgConnection as sqlx::Connection>::connect(&db.url()).await?;
        let schema: String =
            sqlx::query_scalar("SELECT current_schema()::text").fetch_one(&mut other).await?;
        assert_eq!(schema, db.schema());
        drop(other);

        let catalog = db.catalog().await?;
        assert!(catalog.table("users").unwrap().column("status").is_some());
        assert!(catalog.table("_sqlx_migrations").is_none());
        Ok(())
    });
}

#[test]
fn a_version_that_does_not_fit_lists_the_near_ones() {
    fails(
        HISTORY,
        async |mut db| db.upgrade_to("add_statsu").await.map(drop),
        expect![[r#"
            Error: no version fits "add_statsu"; the nearest are:
              2_add_status
              3_add_name
        "#]],
    );
    fails(
        HISTORY,
        async |mut db| db.upgrade_to("add").await.map(drop),
        expect![[r#"
        Error: more than one version fits "add":
          2_add_status
          3_add_name
    "#]],
    );
    fails(
        HISTORY,
        async |mut db| db.upgrade_to(21).await.map(drop),
        expect![[r#"
            Error: no version fits "21"; the nearest are:
              20_orders
        "#]],
    );
    fails(
        "--- README.md\n",
        async |mut db| db.upgrade_to(1).await.map(drop),
        expect![[r#"
        Error: no version fits "1": the history is empty
    "#]],
    );
}

#[test]
fn steps_that_do_not_fit_the_state() {
    fails(
        HISTORY,
        async |mut db| db.downgrade_one().await.map(drop),
        expect![[r#"
        Error: cannot downgrade: at base already
    "#]],
    );
    fails(
        HISTORY,
        async |mut db| {
            db.upgrade().await?;
            db.upgrade_one().await.map(drop)
        },
        expect![[r#"
            Error: cannot upgrade: at head already
        "#]],
    );
    fails(
        HISTORY,
        async |mut db| {
            db.upgrade().await?;
            db.upgrade_before("users").await.map(drop)
        },
        expect![[r#"
            Error: cannot stop before 1_users: it is applied already
        "#]],
    );
    fails(
        HISTORY,
        async |mut db| {
            db.upgrade().await?;
            db.downgrade().await.map(drop)
        },
        expect![[r#"
            Error: cannot revert 20_orders: it has no down script
        "#]],
    );
}

#[test]
fn a_migration_or_a_statement_that_fails() {
    const BROKEN: &str = r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
INSERT INTO users VALUES (1), (1);
--- 1_users.down.sql
DROP TABLE users;
";
    fails(
        BROKEN,
        async |mut db| db.upgrade().await.map(drop),
        expect![[r#"
            Error: failed to run the up of 1_users
              --> migrations/1_users.up.sql:2:1
              2 | INSERT INTO users VALUES (1), (1);
                | ^
              ERROR 23505: duplicate key value violates unique constraint "users_pkey"
              DETAIL: Key (id)=(1) already exists.
        "#]],
    );
    fails(
        HISTORY,
        async |mut db| db.execute("SELECT * FROM nothing").await.map(drop),
        expect![[r#"
            Error: ERROR 42P01: relation "nothing" does not exist
        "#]],
    );
    // What a failed migration leaves of its connection does not stand in the way.
    fails(
        BROKEN,
        async |mut db| {
            db.upgrade().await.unwrap_err();
            assert!(db.versions().await?.is_empty());
            db.execute("CREATE TABLE users (id int PRIMARY KEY)").await?;
            db.upgrade_one().await.map(drop)
        },
        expect![[r#"
            Error: failed to run the up of 1_users
              --> migrations/1_users.up.sql:1:1
              1 | CREATE TABLE users (id int PRIMARY KEY);
                | ^
              ERROR 42P07: relation "users" already exists
        "#]],
    );
}

#[test]
fn setup_runs_before_and_tells_where_it_fails() {
    let files = "--- /setup.sql\nCREATE TABLE shim (id int);\n--- 1_users.up.sql\nCREATE TABLE users AS SELECT id FROM shim;\n";
    for result in with_db(files, async |mut db| db.upgrade().await.map(|steps| steps.len())) {
        assert_eq!(result.unwrap(), 1);
    }
    let broken = Project::new(
        "--- /setup.sql\nSELECT 1;\n\nDROP EXTENSION nothing;\n--- 1_users.sql\nSELECT 1;\n",
    );
    let suite = broken.suite().db(crate::support::embedded());
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        suite.custom("setup", async |_: TestDb| (), |()| false);
    }));
    let text = panic.unwrap_err().downcast_ref::<String>().unwrap().clone();
    let first: Vec<&str> = text.lines().take(1).collect();
    expect![[r#"
        failed to run the setup setup.sql:3:1: ERROR 42704: extension "nothing" does not exist
    "#]]
    .assert_eq(&format!("{}\n", first.join("\n")));
}

#[test]
fn nobody_waits_for_the_database_to_go() {
    let project = Project::new("--- 1_users.sql\nCREATE TABLE users (id int PRIMARY KEY);\n");
    // A server that nobody else uses: none can make or drop a database there meanwhile.
    let own = format!("nobody_waits_{}", std::process::id());
    let source = gauntlet::db::embedded().setting("cluster_name", own);
    let suite = project.suite().db(source.clone());
    let context = SourceContext::new(project.path()).with_environment(std::env::vars_os());
    let server = run(Server::shared(&source, &context)).unwrap();
    let mut admin = run(server.connect()).unwrap();

    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let body = async |mut db: TestDb| {
            db.upgrade().await.unwrap();
            // DROP DATABASE needs a lock that this one does not allow.
            execute(&mut admin, "BEGIN; LOCK TABLE pg_database IN SHARE MODE").await;
            texts(db.conn(), "SELECT current_database()::text").await.remove(0)
        };
        let name = suite.custom("waits", body, |_| false);
        sender.send((name, admin)).unwrap();
    });
    let returned = receiver.recv_timeout(Duration::from_secs(20));
    let (name, mut admin) = returned.expect("the test waits for its database to go");
    let there = format!("SELECT datname::text FROM pg_database WHERE datname = '{name}'");
    assert_eq!(run(texts(&mut admin, &there)), [name.as_str()]);
    run(execute(&mut admin, "COMMIT"));
    wait_until("the database is gone", || run(texts(&mut admin, &there)).is_empty());
}

/// Nobody waits for a database of a server by URL either, so what becomes of it is told past the test.
#[test]
fn a_database_that_cannot_be_removed_is_told_of() {
    let project = Project::new("--- 1_users.sql\nCREATE TABLE users (id int PRIMARY KEY);\n");
    let mut user = run(async { UsersDatabase::new(&server().await).await });
    let role = format!("plain_{}", std::process::id());
    run(execute(&mut user.admin, format!("CREATE ROLE {role} LOGIN CREATEDB")));
    let url = user.url.replace("//postgres@", &format!("//{role}@"));
    let said = Arc::new(Said::default());
    let folder = project.path().to_owned();
    let suite = Suite::with_front("tests".into(), folder, Env::process(), Arc::clone(&said) as _);
    let body = async |mut db: TestDb| {
        let name = texts(db.conn(), "SELECT current_database()::text").await.remove(0);
        execute(&mut user.admin, format!("ALTER DATABASE {name} OWNER TO postgres")).await;
        name
    };
    let name = suite.db(url).isolation(Isolation::Database).custom("taken", body, |_| false);
    run(settle());
    let clean = format!("DROP DATABASE {name}; DROP ROLE {role}");
    for statement in clean.split("; ") {
        run(execute(&mut user.admin, statement));
    }
    let said = said.text().replace(&name, "NAME");
    expect![[r#"
        failed to remove NAME, which a later run removes: drop the database `NAME`: must be owner of database NAME (SQLSTATE 42501)
    "#]].assert_eq(&said);
}
