//! Tests that start from a migrated database: `#[gauntlet::test]`, and what it calls.

use std::sync::Mutex;

use expect_test::{Expect, expect};
use gauntlet::{Migrated, Result, TestDb};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::suite::Suite;

use crate::support::database::texts;
use crate::support::{Project, embedded};

const HISTORY: &str = r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
--- 1_users.down.sql
DROP TABLE users;
--- 2_add_status.up.sql
ALTER TABLE users ADD COLUMN status text NOT NULL DEFAULT 'active';
--- 2_add_status.down.sql
ALTER TABLE users DROP COLUMN status;
--- /users.sql
INSERT INTO users (id, email) VALUES (1, 'ann@example.com');
--- /faulty.sql
INSERT INTO users (id, email) VALUES (1, 'ann@example.com');
INSERT INTO users (id, email) VALUES (1, 'bob@example.com');
";

fn suite(project: &Project, isolation: Isolation) -> Suite {
    project.suite().db(embedded()).isolation(isolation)
}

/// Which versions are applied, and how many users there are.
async fn state(mut db: TestDb) -> Result<(Vec<String>, usize)> {
    let versions = db.versions().await?.iter().map(ToString::to_string).collect();
    Ok((versions, db.rows("users").await?.len()))
}

#[test]
fn at_head_and_at_a_version_with_rows() {
    let project = Project::new(HISTORY);
    for isolation in [Isolation::Database, Isolation::Schema] {
        let suite = suite(&project, isolation);
        let start =
            |start: Migrated| suite.migrated("state", &start, state, Result::is_err).unwrap();
        let both = vec!["1_users".to_owned(), "2_add_status".to_owned()];
        assert_eq!(start(Migrated::new()), (both.clone(), 0));
        assert_eq!(start(Migrated::new().fixture("users.sql")), (both.clone(), 1));
        // What a test writes is in no other copy.
        assert_eq!(start(Migrated::new()), (both, 0));
        let first = vec!["1_users".to_owned()];
        assert_eq!(start(Migrated::new().at("users").fixture("users.sql")), (first, 1));
    }
}

/// The migrations run once for all tests of the same scripts, and again when a script has changed.
#[test]
fn tests_share_what_the_migrations_make() {
    let project = Project::new(HISTORY);
    project.write("3_stamp.up.sql", b"CREATE TABLE stamp AS SELECT clock_timestamp() AS at;\n");
    project.write("3_stamp.down.sql", b"DROP TABLE stamp;\n");
    let stamp = |isolation: Isolation| {
        let body = async |mut db: TestDb| texts(db.conn(), "SELECT at::text FROM stamp").await;
        suite(&project, isolation).migrated("stamp", &Migrated::new(), body, |_| false)
    };
    let first = stamp(Isolation::Database);
    assert_eq!(stamp(Isolation::Database), first);
    assert_ne!(stamp(Isolation::Schema), first);
    project.write("2_add_status.up.sql", b"ALTER TABLE users ADD COLUMN status text;\n");
    assert_ne!(stamp(Isolation::Database), first);
}

#[track_caller]
fn fails(start: &Migrated, expected: Expect) {
    let project = Project::new(HISTORY);
    let texts = [Isolation::Database, Isolation::Schema].map(|isolation| {
        let suite = suite(&project, isolation);
        let run = || suite.migrated("state", start, state, Result::is_err);
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_err();
        format!("{}\n", panic.downcast_ref::<String>().unwrap())
    });
    expected.assert_eq(&texts[0]);
    assert_eq!(texts[0], texts[1], "the text is different in schema isolation");
}

#[test]
fn what_goes_wrong() {
    fails(
        &Migrated::new().at("add_state"),
        expect![[r#"
        no version fits "add_state"; the nearest are:
          2_add_status
    "#]],
    );
    fails(
        &Migrated::new().fixture("nobody.sql"),
        expect![[r#"
            failed to run the fixture of this test
              --> nobody.sql
              No such file or directory (os error 2)
              help: correct the path, which starts at the folder of the crate
        "#]],
    );
    fails(
        &Migrated::new().fixture("fautly.sql"),
        expect![[r#"
        failed to run the fixture of this test
          --> fautly.sql
          No such file or directory (os error 2)
          help: correct the path, which starts at the folder of the crate; did you mean faulty.sql?
    "#]],
    );
    fails(
        &Migrated::new().fixture("faulty.sql"),
        expect![[r#"
            failed to run the fixture of this test
              --> faulty.sql:2:1
              2 | INSERT INTO users (id, email) VALUES (1, 'bob@example.com');
                | ^
              ERROR 23505: duplicate key value violates unique constraint "users_pkey"
              DETAIL: Key (id)=(1) already exists.
        "#]],
    );
}

/// The names of the databases in which the tests below ran.
static DATABASES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn is_own(database: String) {
    let mut all = DATABASES.lock().unwrap();
    assert!(!all.contains(&database), "{database} is shared");
    all.push(database);
}

#[gauntlet::test(migrations = "examples/quickstart/migrations", db = embedded())]
async fn a_pool(pool: sqlx::PgPool) -> Result<()> {
    let name: String =
        sqlx::query_scalar("SELECT current_database()::text").fetch_one(&pool).await?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&pool).await?;
    assert_eq!(tables, 0);
    is_own(name);
    Ok(())
}

#[gauntlet::test(migrations = "examples/quickstart/migrations", db = embedded())]
async fn a_connection(mut conn: sqlx::PgConnection) {
    let sql = "SELECT current_database()::text";
    is_own(texts(&mut conn, sql).await.remove(0));
}

#[gauntlet::test(migrations = "examples/quickstart/migrations", db = embedded(), at = "customers")]
async fn a_database(mut db: TestDb) -> Result<()> {
    assert_eq!(db.versions().await?.len(), 1);
    db.upgrade().await?;
    is_own(texts(db.conn(), "SELECT current_database()::text").await.remove(0));
    Ok(())
}

/// As code with another driver would: it blocks, and has a runtime of its own.
#[gauntlet::test(migrations = "examples/quickstart/migrations", db = embedded())]
fn a_url(url: String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        use sqlx::Connection as _;
        let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
        is_own(texts(&mut conn, "SELECT current_database()::text").await.remove(0));
    });
}
