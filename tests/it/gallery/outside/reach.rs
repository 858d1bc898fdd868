//! What reaches out of the schema: tables, schemas, databases, names that all tests share.

use std::sync::Arc;

use expect_test::expect;
use gauntlet_runtime::checks::Check::{self, DowngradeAllTheWay, Naming, Stairway, UpToDate};
use gauntlet_runtime::checks::Needs;
use gauntlet_runtime::isolation::Isolation;

use super::shared::{Shared, outside};
use crate::support::{Case, Project, printed};

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

            help: name it without a schema, so that it lands in the test's own, or give each test a database of its own, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

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

            help: name it without a schema, so that it lands in the test's own, or give each test a database of its own, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

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

               help: name it without a schema, so that it lands in the test's own, or give each test a database of its own, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

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

           help: a history with schemas of its own needs a database of its own for each test, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

                 isolation = "database"
    "#]]);
    shared.case(Naming, files).expect(expect![[r#"
        naming could not run:

           failed to run the up of 1_app
             --> migrations/1_app.sql:1:1
             1 | CREATE SCHEMA app;
               | ^
             ERROR 42P06: schema "app" already exists
             help: in schema isolation all tests share one database, and what lives in no schema with it; make it in the suite's setup file, or give each test a database of its own: isolation = "database", for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB
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
        assert!(blamed.is_empty(), "{}", printed(&report));
    }
    for (number, report) in guilty.into_iter().enumerate() {
        let report = report.join().unwrap();
        for version in 1..=6 {
            for direction in ["up", "down"] {
                let title = format!("the {direction} of {version}_x reaches out of its schema");
                let finding = report.findings.iter().find(|f| f.title == title);
                let finding =
                    finding.unwrap_or_else(|| panic!("no {title}:\n{}", printed(&report)));
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
            .db(crate::support::embedded())
            .model("schema.sql")
            .isolation(isolation);
        // The others want something that the quickstart does not have: what has shipped, queries.
        let has = |check: &&Check| {
            matches!(check.needs(), Needs::Nothing | Needs::Model | Needs::Downs | Needs::Reverts)
        };
        for check in Check::ALL.iter().filter(has) {
            assert_eq!(
                printed(&suite.report(*check)),
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

               help: a history with schemas of its own needs a database of its own for each test, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

                     isolation = "database"

            2. the up of 3_audit reaches out of its schema
               --> migrations/3_audit.up.sql:1:18
               this tool takes nothing away outside of its own schemas: what is left there is yours to drop

               table app.log: created
               table public.audit: created

               help: name it without a schema, so that it lands in the test's own, or give each test a database of its own, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

                     isolation = "database"

            3. the down of 3_audit reaches out of its schema
               --> migrations/3_audit.down.sql:1:16

               table app.log: dropped
               table public.audit: dropped

               help: name it without a schema, so that it lands in the test's own, or give each test a database of its own, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

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

#[test]
fn a_role_that_may_not_create_databases_reads_what_it_needs() {
    let shared = Shared::new("");
    let path = "--- 1_path.up.sql\nSET search_path TO public;\n--- 1_path.down.sql\n";
    shared.case(Stairway, path).expect(expect![[r#"
        stairway: 1 finding

        1. the up of 1_path names the schema public in search_path, and sqlx cannot record the version, because the test has another schema
           --> migrations/1_path.up.sql:1:1
           1 | SET search_path TO public;
             | ^
           ERROR 42P01: relation "_sqlx_migrations" does not exist

           help: give each test a database of its own, where public is public, for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB (in the attribute):

                 isolation = "database"
    "#]]);
    let model = "--- 1_t.sql\nCREATE TABLE t (id int);\n--- /schema.sql\n";
    for schema in ["CREATE SCHEMA audit;", "CREATE TABLE public.t (id int);"] {
        let text = shared.case(UpToDate, &format!("{model}{schema}\n")).text(Isolation::Schema);
        assert!(
            text.contains(
                "give the suite isolation = \"database\", for which an administrator first has to run ALTER ROLE outside_tenant CREATEDB"
            ),
            "{text}"
        );
    }
    let policy = "CREATE TABLE t (id int);\nCREATE POLICY p ON t TO nobody_here USING (true);\n";
    shared.case(UpToDate, &format!("{model}{policy}")).expect(expect![[r#"
        up_to_date could not run:

           failed to load the model
             at schema.sql:2:1
             2 | CREATE POLICY p ON t TO nobody_here USING (true);
             ERROR 42704: role "nobody_here" does not exist
             help: let an administrator create the role on this server: the role of the tests may not
    "#]]);
    shared.end();
}
