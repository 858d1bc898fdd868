//! Migrated databases for tests without an attribute: `TestDb::at_head()`.

use std::future::IntoFuture as _;
use std::pin::pin;
use std::process::{Command, Output};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::support::area::{self, Area};
use crate::support::database::{UsersDatabase, server, texts};
use crate::support::{Project, embedded, without_names};
use expect_test::{Expect, expect};
use gauntlet::{AtHead, Isolation, Result, TestDb};
use gauntlet_runtime::isolation::settle;

/// Which child a process is.
const CHILD: &str = "GAUNTLET_TEST_AT_HEAD";

const HISTORY: &str = r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
--- 2_add_status.up.sql
ALTER TABLE users ADD COLUMN status text NOT NULL DEFAULT 'active';
--- /users.sql
INSERT INTO users (id, email) VALUES (1, 'ann@example.com');
--- /faulty.sql
INSERT INTO users (id, email) VALUES (1, 'ann@example.com');
INSERT INTO users (id, email) VALUES (1, 'bob@example.com');
";

fn at_head(project: &Project) -> AtHead {
    project.suite().db(embedded()).at_head()
}

/// Drives a future as an executor does that knows nothing of tokio.
fn drive<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// The applied versions and the number of users, read through the connection of the database itself.
async fn state(db: &mut TestDb) -> Result<(Vec<String>, usize)> {
    let versions = db.versions().await?.iter().map(ToString::to_string).collect();
    Ok((versions, db.rows("users").await?.len()))
}

#[test]
fn in_any_async_function_and_in_a_plain_one() {
    let project = Project::new(HISTORY);
    let both = vec!["1_users".to_owned(), "2_add_status".to_owned()];
    let tokio = |builder: &mut tokio::runtime::Builder| builder.enable_all().build().unwrap();
    let test = async || {
        let mut db = at_head(&project).fixture("users.sql").await?;
        // A pool belongs to the runtime of the test.
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&db.pool()).await?;
        assert_eq!(count, 1);
        state(&mut db).await
    };
    let current = tokio(&mut tokio::runtime::Builder::new_current_thread());
    assert_eq!(current.block_on(test()).unwrap(), (both.clone(), 1));
    // The runtime of the first test is gone, the migrated database is not.
    drop(current);
    let several = tokio(tokio::runtime::Builder::new_multi_thread().worker_threads(1));
    assert_eq!(several.block_on(test()).unwrap(), (both.clone(), 1));
    let spawned = at_head(&project).at("users");
    let first = several.block_on(several.spawn(async move { state(&mut spawned.await?).await }));
    assert_eq!(first.unwrap().unwrap(), (vec!["1_users".to_owned()], 0));

    let other = drive(async { state(&mut at_head(&project).await?).await });
    assert_eq!(other.unwrap(), (both.clone(), 0));

    let mut db = at_head(&project).blocking().unwrap();
    assert_eq!(area::run(state(&mut db)).unwrap(), (both, 0));
}

#[test]
fn what_is_wrong_is_an_error() {
    let project = Project::new(HISTORY);
    fails(
        at_head(&project).at("orders").blocking(),
        expect![[r#"
        no version fits "orders"; the nearest are:
          1_users
    "#]],
    );
    fails(
        at_head(&project).fixture("faulty.sql").blocking(),
        expect![[r#"
            failed to run the fixture of this test
              --> faulty.sql:2:1
              2 | INSERT INTO users (id, email) VALUES (1, 'bob@example.com');
                | ^
              ERROR 23505: duplicate key value violates unique constraint "users_pkey"
              DETAIL: Key (id)=(1) already exists.
        "#]],
    );
    fails(
        area::run(async { at_head(&project).blocking() }),
        expect![[r#"
        `blocking()` was called in an async function: write `.await` in its place
    "#]],
    );
    let faulty = Project::new(
        "--- 1_users.up.sql\nCREATE TABLE users (id serial8);\nCREATE TABEL orders ();\n",
    );
    fails(
        drive(at_head(&faulty).into_future()),
        expect![[r#"
        failed to run the up of 1_users
          --> migrations/1_users.up.sql:2:8
          2 | CREATE TABEL orders ();
            |        ^
          ERROR 42601: syntax error at or near "TABEL"
    "#]],
    );
}

#[track_caller]
fn fails(made: Result<TestDb>, expected: Expect) {
    expected.assert_eq(&without_names(&format!("{}\n", made.unwrap_err())));
}

/// The database goes with the value, in the background; a schema before the test goes on.
#[test]
fn the_database_goes_with_the_value() {
    let project = Project::new(HISTORY);
    let mut user = area::run(async { UsersDatabase::new(&server().await).await });
    for isolation in [Isolation::Database, Isolation::Schema] {
        let suite = project.suite().db(user.url.clone()).isolation(isolation);
        let mut db = suite.at_head().blocking().unwrap();
        let sql = "SELECT current_database()::text UNION ALL SELECT current_schema()::text";
        let names = area::run(texts(db.conn(), sql));
        let mut there = || {
            let named = names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
            let sql = format!(
                "SELECT name FROM (SELECT datname::text FROM pg_database UNION ALL SELECT nspname FROM pg_namespace) AS all_names (name)
                 WHERE name LIKE 'gauntlet%' AND name IN ({named})"
            );
            area::run(texts(&mut user.admin, sql)).len()
        };
        assert_eq!(there(), 1, "{isolation:?}");
        drop(db);
        if isolation == Isolation::Database {
            area::run(settle());
        }
        assert_eq!(there(), 0, "{isolation:?}");
    }
}

/// Not a test when run as one: what the tests start, in the folder of a crate.
#[test]
fn child() -> Result<()> {
    let Ok(mode) = std::env::var(CHILD) else { return Ok(()) };
    let mut db = TestDb::at_head().blocking()?;
    area::run(state(&mut db))?;
    println!("at head");
    assert_eq!(mode, "passes");
    Ok(())
}

/// What a test in the crate of a project prints.
fn crate_prints(project: Option<&Project>, mode: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "suite::at_head::child", "--nocapture", "--test-threads=1"]);
    let area = Area::new();
    command.envs(area.environment()).env(CHILD, mode).env("GAUNTLET_KEEP", "1");
    for variable in
        ["CARGO_MANIFEST_DIR", "GAUNTLET_DATABASE_URL", "DATABASE_URL", "RUST_BACKTRACE"]
    {
        command.env_remove(variable);
    }
    command.envs(project.map(|project| ("CARGO_MANIFEST_DIR", project.path())));
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    assert_eq!(status.success(), mode == "passes" && text.contains("at head"), "{text}");
    text
}

#[test]
fn the_crate_is_the_one_whose_tests_run() {
    let project = Project::new(HISTORY);
    let text = crate_prints(Some(&project), "passes");
    assert!(text.contains("at head"), "{text}");

    let says = |text: &str, line: &str| {
        let text = text.replace(&*project.path().to_string_lossy(), "FOLDER");
        assert!(text.contains(line), "{text}");
    };
    says(
        &crate_prints(None, "passes"),
        "Error: cannot find the crate of this test, since CARGO_MANIFEST_DIR is not set: run it with cargo, or name the crate \
         by Suite::new(\"tests\", env!(\"CARGO_MANIFEST_DIR\")).at_head()",
    );
    project.write("/gauntlet.toml", b"migrations = \"db\"\n");
    says(
        &crate_prints(Some(&project), "passes"),
        "Error: FOLDER/gauntlet.toml has settings that are read when an attribute is compiled: write #[gauntlet::test] in place \
         of TestDb::at_head(), or give what this test needs by Suite::new(\"tests\", env!(\"CARGO_MANIFEST_DIR\")).at_head()",
    );
}

#[test]
fn that_of_a_test_that_panics_is_kept_on_request() {
    let text = without_names(&crate_prints(Some(&Project::new(HISTORY)), "panics"));
    assert!(text.contains("kept gauntlet_"), "{text}");
    assert!(text.contains("psql"), "{text}");
}

/// Migrations that reach out of their schema fail the test that has passed, as they do under the attribute.
#[test]
fn what_reaches_out_of_the_schema_fails_the_test() {
    let project =
        Project::new("--- 1_users.up.sql\nCREATE TABLE public.users (id int PRIMARY KEY);\n");
    // A server of its own, since other tests see what stays there.
    let own = embedded().setting("cluster_name", format!("reach{}", uuid::Uuid::new_v4().simple()));
    let suite = project.suite().db(own).isolation(Isolation::Schema);
    let db = suite.at_head().blocking().unwrap();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(db))).unwrap_err();
    expect![[r#"
        the up of 1_users reaches out of its schema
           --> migrations/1_users.up.sql:1:21
           this tool takes nothing away outside of its own schemas: what is left there is yours to drop

           table public.users: created

           help: name it without a schema, so that it lands in the test's own, or give each test a database of its own (in the attribute):

                 isolation = "database"
    "#]].assert_eq(&without_names(panic.downcast_ref::<String>().unwrap()));
}
