//! Extensions, which a database has once: what makes or moves one is reported, and no other test is blamed.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{Naming, Stairway, UpToDate};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::runtime::block_on;
use sqlx::Connection as _;

use super::shared::{Shared, outside};
use crate::support::area::wait_until;
use crate::support::{Project, printed};

#[test]
fn an_extension_and_a_schema() {
    outside(
        "DROP EXTENSION plpgsql",
        UpToDate,
        r"
--- 1_start.sql
CREATE EXTENSION plpgsql;
--- 2_app.sql
CREATE SCHEMA app;
CREATE TABLE app.users (id int);
--- /schema.sql
CREATE TABLE users (id int);
",
        expect![[r#"
            up_to_date: 3 findings

            1. the up of 1_start reaches out of its schema
               --> migrations/1_start.sql:1:18
               this tool takes nothing away outside of its own schemas: what is left there is yours to drop

               extension plpgsql: created

               help: make it in the suite's setup file, which runs before (`setup = "setup.sql"`), or give each test a database of its own, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

                     isolation = "database"

            2. the up of 2_app reaches out of its schema
               --> migrations/2_app.sql:1:15
               this tool takes nothing away outside of its own schemas: what is left there is yours to drop

               schema app: created

               help: a history with schemas of its own needs a database of its own for each test, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

                     isolation = "database"

            3. the schema at head does not match the model

               table users: in the model but not at head
                 (id integer)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     CREATE TABLE users (
                         id integer
                     );
        "#]],
    );
}

#[test]
fn an_extension_that_setup_made_is_no_ones_fault() {
    outside(
        "DROP EXTENSION plpgsql",
        Stairway,
        r"
--- /setup.sql
CREATE EXTENSION IF NOT EXISTS plpgsql;
--- 1_start.up.sql
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE TABLE users (id int);
--- 1_start.down.sql
DROP TABLE users;
",
        expect![[r#"
            stairway: ok
        "#]],
    );
}

/// The pause is where one of them would overtake the other.
#[test]
fn an_extension_that_two_setups_make_at_once() {
    let shared = Shared::new("");
    let project = Project::new(
        r"
--- /setup.sql
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citext') THEN
        PERFORM pg_sleep(0.5);
        CREATE EXTENSION citext SCHEMA public;
    END IF;
END $$;
--- 1_users.sql
CREATE TABLE users (email public.citext);
",
    );
    let look = || {
        let suite = project.suite().db(shared.url.clone()).isolation(Isolation::Schema);
        printed(&suite.setup("setup.sql").report(Naming))
    };
    let texts = std::thread::scope(|scope| {
        [scope.spawn(look), scope.spawn(look)].map(|thread| thread.join().unwrap())
    });
    assert_eq!(texts, ["naming: ok\n", "naming: ok\n"]);
    shared.end();
}

#[test]
fn an_extension_that_another_test_is_making() {
    let shared = Shared::new("");
    let case = shared.case(
        Naming,
        r"
--- 1_start.sql
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TABLE users (id int);
",
    );
    std::thread::scope(|scope| {
        let other = block_on(async {
            let mut other = shared.database.connect().await.unwrap();
            sqlx::raw_sql("BEGIN; CREATE EXTENSION citext").execute(&mut other).await.unwrap();
            other
        });
        scope.spawn(|| commit_when_waited_for(other));
        case.expect(expect![[r#"
            naming could not run:

               failed to run the up of 1_start
                 --> migrations/1_start.sql
                 ERROR 23505: duplicate key value violates unique constraint "pg_extension_name_index"
                 DETAIL: Key (extname)=(citext) already exists.
                 help: in schema isolation all tests share one database, and what lives in no schema with it; make it in the suite's setup file, or give each test a database of its own: isolation = "database", for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB
        "#]]);
    });
    shared.end();
}

fn commit_when_waited_for(mut conn: sqlx::PgConnection) {
    let waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted
                 AND transactionid = pg_current_xact_id()::xid)";
    wait_until("the test waits for this one", || {
        block_on(sqlx::query_scalar(waits).fetch_one(&mut conn)).unwrap()
    });
    block_on(async {
        sqlx::raw_sql("COMMIT").execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    });
}

#[test]
fn an_extension_in_the_schema_of_another_test() {
    outside(
        "CREATE SCHEMA another; CREATE EXTENSION citext SCHEMA another",
        Stairway,
        r"
--- 1_start.up.sql
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TABLE users (email citext);
--- 1_start.down.sql
DROP TABLE users;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_start fails
               --> migrations/1_start.up.sql:2:27
               2 | CREATE TABLE users (email citext);
                 |                           ^
               NOTICE: extension "citext" already exists, skipping
               ERROR 42704: type "citext" does not exist

               help: in schema isolation all tests share one database, and the extension citext is in a schema that this test does not see; make extensions in the suite's setup file in a schema that all see (CREATE EXTENSION IF NOT EXISTS ... SCHEMA public), or give each test a database of its own: isolation = "database", for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB
        "#]],
    );
}
