//! Schema isolation: changes that a migration makes outside of its schema are reported with their cause, and no other test is blamed.

use std::sync::Arc;

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check::{self, DowngradeAllTheWay, Naming, Stairway, UpToDate};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::Server;
use sqlx::Connection as _;

use crate::support::area::wait_until;
use crate::support::{Case, Project, context, embedded, told};

/// A database that stands for the one that a user has, and that tests share where their role may not create another one.
struct Shared {
    database: Sandbox,
    /// Leads to it as a role that owns everything in it and may create no database.
    url: String,
}

/// A member of the administrator, so that it owns what he owns.
const TENANT: &str = "DO $$ BEGIN
    CREATE ROLE outside_tenant LOGIN;
    EXECUTE format('GRANT %I TO outside_tenant', current_user);
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$ LANGUAGE plpgsql";

impl Shared {
    fn new(before: &'static str) -> Shared {
        block_on(async {
            let server = Server::shared(&embedded(), &context()).await.unwrap();
            let database =
                Sandbox::create(&server, Some(Isolation::Database), "shared").await.unwrap();
            let mut conn = database.connect().await.unwrap();
            // First, since the language may be dropped.
            sqlx::raw_sql(TENANT).execute(&mut conn).await.unwrap();
            sqlx::raw_sql(before).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
            let url = database.url().replace("//postgres@", "//outside_tenant@");
            Shared { database, url }
        })
    }

    fn case(&self, check: Check, files: &str) -> Case {
        let url = self.url.clone();
        Case::new(check, files).schema_only().with(move |suite| suite.db(url.clone()))
    }

    fn end(self) {
        block_on(self.database.close()).unwrap();
    }
}

#[track_caller]
fn outside(before: &'static str, check: Check, files: &str, expected: Expect) {
    let shared = Shared::new(before);
    shared.case(check, files).expect(expected);
    shared.end();
}

#[test]
fn a_table_in_public() {
    outside(
        "",
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE public.audit (id bigserial PRIMARY KEY, what text NOT NULL);
CREATE INDEX idx_audit_what ON public.audit (what);
--- 1_users.down.sql
DROP TABLE public.audit;
DROP TABLE users;
",
        expect![[r#"
            stairway: 2 findings

            help: name it without a schema, so that it lands in the test's own, or give each test a database of its own (in the attribute):

                  isolation = "database"

            1. the up of 1_users reaches out of its schema
               --> migrations/1_users.up.sql:2:21
               this tool takes nothing away outside of its own schemas: what is left there is yours to drop

               table public.audit: created

            2. the down of 1_users reaches out of its schema
               --> migrations/1_users.down.sql:1:19

               table public.audit: dropped
        "#]],
    );
}

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

               help: make it in the suite's setup file, which runs before (`setup = "setup.sql"`), or give each test a database of its own (in the attribute):

                     isolation = "database"

            2. the up of 2_app reaches out of its schema
               --> migrations/2_app.sql:1:15
               this tool takes nothing away outside of its own schemas: what is left there is yours to drop

               schema app: created

               help: a history with schemas of its own needs a database of its own for each test (in the attribute):

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
        told(&suite.setup("setup.sql").report(Naming))
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
                 help: in schema isolation all tests share one database, and what lives in no schema with it; make it in the suite's setup file, or give each test a database of its own: isolation = "database", for which the role needs CREATEDB
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

               help: in schema isolation all tests share one database, and the extension citext is in a schema that this test does not see; make extensions in the suite's setup file in a schema that all see (CREATE EXTENSION IF NOT EXISTS ... SCHEMA public), or give each test a database of its own: isolation = "database", for which the role needs CREATEDB
        "#]],
    );
}

#[test]
fn what_the_user_had_is_changed_or_dropped() {
    outside(
        "CREATE TABLE public.users (id int PRIMARY KEY, email text); CREATE VIEW public.emails AS SELECT email FROM users; CREATE TYPE public.mood AS ENUM ('ok')",
        DowngradeAllTheWay,
        r"
--- 1_users.up.sql
ALTER TABLE public.users ALTER COLUMN email SET DEFAULT '';
ALTER TYPE public.mood ADD VALUE 'sad';
--- 1_users.down.sql
DROP TABLE public.users CASCADE;
",
        expect![[r#"
            downgrade_all_the_way: 2 findings

            help: name it without a schema, so that it lands in the test's own, or give each test a database of its own (in the attribute):

                  isolation = "database"

            1. the up of 1_users reaches out of its schema
               --> migrations/1_users.up.sql:2:19

               enum public.mood: changed
               column public.users.email: changed

            2. the down of 1_users reaches out of its schema
               --> migrations/1_users.down.sql:1:19

               table public.users: dropped
               view public.emails: dropped
        "#]],
    );
}

#[test]
fn what_a_block_makes_by_dynamic_sql() {
    outside(
        "",
        Naming,
        r"
--- 1_users.sql
DO $$
BEGIN
    EXECUTE format('CREATE FUNCTION public.%I() RETURNS int LANGUAGE sql AS %L', 'f' || 1, 'SELECT 1');
EXCEPTION WHEN duplicate_function THEN NULL;
END
$$;
",
        expect![[r#"
            naming: 1 finding

            1. the up of 1_users reaches out of its schema
               --> migrations/1_users.sql
               this tool takes nothing away outside of its own schemas: what is left there is yours to drop

               function public.f1(): created

               help: name it without a schema, so that it lands in the test's own, or give each test a database of its own (in the attribute):

                     isolation = "database"
        "#]],
    );
}

#[test]
fn a_database_that_exists_already_for_another_test() {
    let shared = Shared::new("");
    let files = "--- 1_app.sql\nCREATE SCHEMA app;\n";
    shared.case(Naming, files).expect(expect![[r#"
        naming: 1 finding

        1. the up of 1_app reaches out of its schema
           --> migrations/1_app.sql:1:15
           this tool takes nothing away outside of its own schemas: what is left there is yours to drop

           schema app: created

           help: a history with schemas of its own needs a database of its own for each test (in the attribute):

                 isolation = "database"
    "#]]);
    shared.case(Naming, files).expect(expect![[r#"
        naming could not run:

           failed to run the up of 1_app
             --> migrations/1_app.sql:1:1
             1 | CREATE SCHEMA app;
               | ^
             ERROR 42P06: schema "app" already exists
             help: in schema isolation all tests share one database, and what lives in no schema with it; make it in the suite's setup file, or give each test a database of its own: isolation = "database", for which the role needs CREATEDB
    "#]]);
    shared.end();
}

#[test]
fn tests_beside_it_are_not_blamed() {
    let shared = Arc::new(Shared::new(""));
    let innocent = || {
        let mut files = String::new();
        for version in 1..=12 {
            files += &format!("--- {version}_t.up.sql\nCREATE TABLE t{version} (id int);\n");
            files += &format!("--- {version}_t.down.sql\nDROP TABLE t{version};\n");
        }
        files
    };
    let guilty = |number: usize| {
        let mut files = String::new();
        for version in 1..=6 {
            files += &format!(
                "--- {version}_x.up.sql\nCREATE TABLE public.x{number}_{version} (id int);\n"
            );
            files += &format!("--- {version}_x.down.sql\nDROP TABLE public.x{number}_{version};\n");
        }
        files
    };
    let run = |files: String| {
        let url = shared.url.clone();
        std::thread::spawn(move || {
            let project = Project::new(&files);
            let suite = project.suite().db(url).isolation(Isolation::Schema);
            suite.report(Stairway)
        })
    };
    let guilty: Vec<_> = (0..2).map(|number| run(guilty(number))).collect();
    let innocent: Vec<_> = (0..2).map(|_| run(innocent())).collect();
    for report in innocent {
        let report = report.join().unwrap();
        let blamed: Vec<_> =
            report.findings.iter().filter(|f| f.kind == "outside_schema").collect();
        assert!(blamed.is_empty(), "{}", told(&report));
    }
    for (number, report) in guilty.into_iter().enumerate() {
        let report = report.join().unwrap();
        for version in 1..=6 {
            for direction in ["up", "down"] {
                let title = format!("the {direction} of {version}_x reaches out of its schema");
                let finding = report.findings.iter().find(|f| f.title == title);
                let finding = finding.unwrap_or_else(|| panic!("no {title}:\n{}", told(&report)));
                let names: Vec<_> =
                    finding.differences.iter().map(|d| d.object.to_string()).collect();
                assert_eq!(names, [format!("table public.x{number}_{version}")], "{title}");
            }
        }
    }
    Arc::into_inner(shared).unwrap().end();
}

#[test]
fn the_quickstart_passes_in_both_isolations() {
    let quickstart = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/quickstart");
    for isolation in [Isolation::Database, Isolation::Schema] {
        let suite = gauntlet_runtime::suite::Suite::new("quickstart", quickstart)
            .model("schema.sql")
            .isolation(isolation);
        for check in Check::ALL.iter().filter(|check| **check != Check::Shipped) {
            assert_eq!(
                told(&suite.report(*check)),
                format!("{}: ok\n", check.name()),
                "{isolation}"
            );
        }
    }
}

#[test]
fn a_history_with_a_schema_of_its_own_is_one_finding() {
    outside(
        "",
        Stairway,
        r"
--- 1_app.up.sql
CREATE SCHEMA app;
--- 1_app.down.sql
DROP SCHEMA app;
--- 2_users.up.sql
CREATE TABLE app.users (id int);
--- 2_users.down.sql
DROP TABLE app.users;
--- 3_audit.up.sql
CREATE TABLE app.log (id int);
CREATE TABLE public.audit (id int);
--- 3_audit.down.sql
DROP TABLE app.log;
DROP TABLE public.audit;
",
        expect![[r#"
            stairway: 3 findings

            1. the up of 1_app reaches out of its schema
               --> migrations/1_app.up.sql:1:15
               this tool takes nothing away outside of its own schemas: what is left there is yours to drop
               4 more steps work in the schema app

               schema app: created

               help: a history with schemas of its own needs a database of its own for each test (in the attribute):

                     isolation = "database"

            2. the up of 3_audit reaches out of its schema
               --> migrations/3_audit.up.sql:1:18
               this tool takes nothing away outside of its own schemas: what is left there is yours to drop

               table app.log: created
               table public.audit: created

               help: name it without a schema, so that it lands in the test's own, or give each test a database of its own (in the attribute):

                     isolation = "database"

            3. the down of 3_audit reaches out of its schema
               --> migrations/3_audit.down.sql:1:16

               table app.log: dropped
               table public.audit: dropped

               help: name it without a schema, so that it lands in the test's own, or give each test a database of its own (in the attribute):

                     isolation = "database"
        "#]],
    );
}

#[test]
fn a_name_that_all_tests_share() {
    Case::new(
        Stairway,
        r"
--- 1_shared.up.sql
CREATE TABLE users (id int);
CREATE TABLE public.gallery_of_shared_names (id int);
--- 1_shared.down.sql
DROP TABLE public.gallery_of_shared_names, users;
--- /setup.sql
CREATE TABLE IF NOT EXISTS public.gallery_of_shared_names (id int);
",
    )
    .schema_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the up of 1_shared fails
           --> migrations/1_shared.up.sql:2:1
           2 | CREATE TABLE public.gallery_of_shared_names (id int);
             | ^
           ERROR 42P07: relation "gallery_of_shared_names" already exists

           help: in schema isolation all tests share the other schemas of the database; leave the schema out of the name, or give each test a database of its own: isolation = "database"
    "#]]);
}
