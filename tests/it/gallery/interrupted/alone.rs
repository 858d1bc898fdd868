//! Versions that their engine sends a statement at a time.

use std::path::Path;
use std::time::Duration;

use expect_test::expect;
use gauntlet_runtime::driver::PgConnection;
use gauntlet_runtime::engines::{Engine, EngineError, IntoEngine, Sqlx};
use gauntlet_runtime::finding::Finding;
use gauntlet_runtime::history::{History, HistoryError, Migration, VersionId};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::runtime::BoxFuture;
use gauntlet_runtime::server::Server;
use gauntlet_runtime::sql;
use sqlx::{AssertSqlSafe, Executor};

use super::{check_alone, report};
use crate::support::area::{Area, run};
use crate::support::database::{UsersDatabase, execute, texts};
use crate::support::{embedded, printed};

/// sqlx, except that a script without a transaction is sent a statement at a time, as goose and sql-migrate do.
#[derive(Debug)]
pub(super) struct Alone(Sqlx);

impl Alone {
    pub(super) fn new() -> Alone {
        Alone(Sqlx::folder("migrations"))
    }
}

impl Engine for Alone {
    fn name(&self) -> &'static str {
        "alone"
    }

    fn configure(&self, manifest_dir: &Path) -> Result<(), HistoryError> {
        self.0.configure(manifest_dir)
    }

    fn read(&self, manifest_dir: &Path) -> Result<History, HistoryError> {
        self.0.read(manifest_dir)
    }

    fn table(&self) -> &str {
        self.0.table()
    }

    fn prepare<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        home: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        self.0.prepare(conn, home)
    }

    fn apply<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        if migration.up().transactional {
            return self.0.apply(conn, table, migration);
        }
        Box::pin(async move {
            for statement in sql::split(&migration.up().text) {
                conn.execute(AssertSqlSafe(statement.text.to_owned())).await?;
            }
            self.0.mark(conn, table, migration).await
        })
    }

    fn revert<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        self.0.revert(conn, table, migration)
    }

    fn mark<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        self.0.mark(conn, table, migration)
    }

    fn applied<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<VersionId>, EngineError>> {
        self.0.applied(conn, table)
    }

    fn sends_statements_alone(&self) -> bool {
        true
    }
}

#[test]
fn an_index_that_is_dropped_first() {
    check_alone(
        "DROP INDEX CONCURRENTLY IF EXISTS users_by_email;
CREATE INDEX CONCURRENTLY users_by_email ON users (email);",
        expect![[r#"
            interrupted: ok
            interrupted: note: two migrators at the same time were not tried: alone takes no lock that keeps them apart

            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn an_index_that_is_not_dropped_first() {
    check_alone(
        "CREATE INDEX CONCURRENTLY users_by_email ON users (email);",
        expect![[r#"
        interrupted: ok
        interrupted: note: after an interrupted run, 2_new fails when it runs again
           --> migrations/2_new.sql:2:1
           2 | CREATE INDEX CONCURRENTLY users_by_email ON users (email);
             | ^
           ERROR 42P07: relation "users_by_email" already exists
           the run was cut off in the middle of CREATE INDEX CONCURRENTLY users_by_email ON users (email)
           the same where it was cut off after its last statement, before it was recorded

           help: drop what a run may have left, in front of the statement:

                 DROP INDEX CONCURRENTLY IF EXISTS users_by_email;

        interrupted: note: two migrators at the same time were not tried: alone takes no lock that keeps them apart

        interrupted: note: judged 1 new version
    "#]],
    );
}

#[test]
fn an_index_that_exists_already() {
    check_alone(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_by_email ON users (email);",
        expect![[r#"
            interrupted: 1 finding

            1. after an interrupted run, 2_new passes but does not end as a clean run does
               --> migrations/2_new.sql:2:1
               the run was cut off in the middle of CREATE INDEX CONCURRENTLY IF NOT EXISTS users_by_email ON users (email)

               index users_by_email on users: invalid
                 expected  no
                 actual    yes

               help: drop what a run may have left, in front of the statement:

                     DROP INDEX CONCURRENTLY IF EXISTS users_by_email;

               help: or, if somebody watches over it (in the attribute):

                     interrupted(allow = [2])

            note: two migrators at the same time were not tried: alone takes no lock that keeps them apart

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn statements_that_cannot_run_twice() {
    check_alone(
        "ALTER TABLE users ADD COLUMN plan text;
UPDATE users SET plan = 'free';",
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 2_new fails when it runs again
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE users ADD COLUMN plan text;
                 | ^
               ERROR 42701: column "plan" of relation "users" already exists
               the run was cut off after ALTER TABLE users ADD COLUMN plan text
               the same where it was cut off after its last statement, before it was recorded

               help: where that has happened, before the next run:

                     -- the values of column 'users.plan' are lost
                     ALTER TABLE users DROP COLUMN plan;

            interrupted: note: two migrators at the same time were not tried: alone takes no lock that keeps them apart

            interrupted: note: judged 1 new version
        "#]],
    );
    check_alone(
        "ALTER TABLE users ADD COLUMN IF NOT EXISTS plan text;
UPDATE users SET plan = 'free';",
        expect![[r#"
            interrupted: ok
            interrupted: note: two migrators at the same time were not tried: alone takes no lock that keeps them apart

            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn what_is_lost_half_way() {
    check_alone(
        "UPDATE users SET email = upper(email);
ALTER TABLE users RENAME COLUMN visits TO seen;
ALTER TABLE users DROP COLUMN seen;",
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 2_new fails when it runs again
               --> migrations/2_new.sql:3:1
               3 | ALTER TABLE users RENAME COLUMN visits TO seen;
                 | ^
               ERROR 42703: column "visits" does not exist
               the run was cut off after ALTER TABLE users RENAME COLUMN visits TO seen
               the same where it was cut off after its last statement, before it was recorded

               help: where that has happened, before the next run:

                     ALTER TABLE users RENAME COLUMN seen TO visits;

            interrupted: note: two migrators at the same time were not tried: alone takes no lock that keeps them apart

            interrupted: note: judged 1 new version
        "#]],
    );
}

/// A table of the same name in another schema of the database is neither read nor waited for.
#[test]
fn tables_of_others_are_not_held() {
    let area = Area::new();
    let (server, user) = run(async {
        let server = Server::shared(&embedded(), &area.context()).await.unwrap();
        let mut user = UsersDatabase::new(&server).await;
        let database = texts(&mut user.admin, "SELECT quote_ident(current_database())").await;
        // With a database of its own for its schemas the suite would have no neighbour.
        let narrow = "CREATE ROLE narrow LOGIN; CREATE SCHEMA app; CREATE TABLE app.users (id int);
            GRANT USAGE ON SCHEMA app TO narrow; GRANT SELECT ON app.users TO narrow; GRANT CREATE ON DATABASE";
        execute(&mut user.admin, format!("{narrow} {} TO narrow", database[0])).await;
        execute(&mut user.admin, "BEGIN; LOCK TABLE app.users").await;
        (server, user)
    });
    let new = "--- 2_new.sql\n-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS users_by_email;
CREATE INDEX CONCURRENTLY users_by_email ON users (email);\n";
    let url = user.url.replace("postgres@", "narrow@");
    let report = report(new, Isolation::Schema, |suite| {
        let suite = suite.migrations(Alone::new().into_engine()).db(url.clone());
        suite.timeout(Duration::from_secs(10))
    });
    assert!(!report.findings.iter().any(Finding::is_failure), "{}", printed(&report));
    assert!(report.error.is_none(), "{}", printed(&report));
    drop((user, server));
}
