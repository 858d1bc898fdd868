//! `GAUNTLET_BLESS=1`: the model's SQL file is written from head.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes)]

use std::fs;
use std::path::PathBuf;

use expect_test::expect;

use gauntlet::model::IntoModel;
use gauntlet::{Check, Suite, models};
use gauntlet_runtime::finding::Status;

use crate::model::shop::{OrderStatus, User};
use crate::support::area::run;
use crate::support::oracle::servers_and_sources;
use crate::support::{Project, embedded, printed};

const HISTORY: &str = "\
--- 1_users.sql
CREATE TYPE order_status AS ENUM ('pending', 'paid', 'sent');
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL CHECK (email LIKE '%@%'),
    bio text,
    active boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
";

fn suite(project: &Project, model: impl IntoModel) -> Suite {
    project.suite().db(embedded()).model(model)
}

fn bless(project: &Project) -> String {
    printed(&suite(project, "schema.sql").bless(true).report(Check::UpToDate))
}

#[test]
fn a_file_is_made_then_left_alone_then_renewed() {
    let project = Project::new(HISTORY);
    let file = project.path().join("schema.sql");
    expect![[r#"
        up_to_date: ok
        up_to_date: note: wrote schema.sql from the migrations at head
    "#]]
    .assert_eq(&bless(&project));
    let first = fs::read_to_string(&file).unwrap();
    expect![[r#"
        -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE TYPE order_status AS ENUM (
            'pending',
            'paid',
            'sent'
        );

        CREATE TABLE users (
            id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
            email text NOT NULL,
            bio text,
            active boolean DEFAULT true NOT NULL,
            CONSTRAINT users_pkey PRIMARY KEY (id),
            CONSTRAINT users_email_check CHECK ((email ~~ '%@%'::text))
        );
        CREATE UNIQUE INDEX users_email_key ON users (lower(email));
    "#]].assert_eq(&first);
    expect![[r#"
        up_to_date: ok
        up_to_date: note: schema.sql already matches the migrations at head
    "#]]
    .assert_eq(&bless(&project));
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
    for check in [Check::UpToDate, Check::CheckConstraints, Check::EnumValues] {
        let text = printed(&suite(&project, "schema.sql").report(check));
        assert_eq!(text, format!("{}: ok\n", check.name()));
    }
    fs::write(&file, "CREATE TABLE something_else (id int);").unwrap();
    expect![[r#"
        up_to_date: ok
        up_to_date: note: wrote schema.sql from the migrations at head
    "#]]
    .assert_eq(&bless(&project));
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
    let left: Vec<_> =
        fs::read_dir(project.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn only_up_to_date_writes_and_the_others_agree_with_it() {
    let project = Project::new(&format!("{HISTORY}--- /schema.sql\nCREATE TABLE old (id int);"));
    for check in [Check::CheckConstraints, Check::EnumValues] {
        let text = printed(&suite(&project, "schema.sql").bless(true).report(check));
        assert_eq!(text, format!("{}: ok\n", check.name()));
    }
    let file = project.path().join("schema.sql");
    assert_eq!(fs::read_to_string(file).unwrap(), "CREATE TABLE old (id int);");
}

#[test]
fn what_cannot_be_written_is_reported() {
    let files = "--- /a.sql\nCREATE TYPE order_status AS ENUM ('pending', 'paid', 'sent');\n--- /b.sql\nSELECT 1;\n";
    let project = Project::new(&format!("{HISTORY}{files}"));
    let several = suite(&project, (["a.sql", "b.sql"], models![User, OrderStatus]));
    expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model
           --> a.sql, b.sql

           table users: at head but not in the model
             (id bigint, email text, bio text, active boolean)

           help: if the migrations are right, change the model (a.sql, b.sql is not a single SQL file, so GAUNTLET_BLESS=1 cannot write it)

           help: if the model is right, add a migration; THIS ONE DESTROYS DATA:

                 -- the rows of table 'users' are lost
                 DROP TABLE users;

        note: GAUNTLET_BLESS=1 does not write the model a.sql, b.sql: it is not a single SQL file
    "#]].assert_eq(&printed(&several.bless(true).report(Check::UpToDate)));
}

#[test]
fn what_setup_makes_is_not_written() {
    let setup = "--- /setup.sql\nCREATE SCHEMA extra; CREATE TYPE mood AS ENUM ('ok');\n";
    let history = "--- 1_a.sql\nCREATE TABLE a (m mood NOT NULL);\n";
    let project = Project::new(&format!("{setup}{history}"));
    let text = bless(&project);
    assert!(text.starts_with("up_to_date: ok"), "{text}");
    expect![[r#"
        -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE TABLE a (
            m mood NOT NULL
        );
    "#]].assert_eq(&fs::read_to_string(project.path().join("schema.sql")).unwrap());
}

#[test]
fn what_migrations_change_of_what_setup_makes_is_written() {
    let setup = "--- /setup.sql\nCREATE TABLE shared (id int); CREATE TYPE mood AS ENUM ('ok');\n";
    let history = "--- 1_a.sql\nCREATE TABLE a (m mood NOT NULL);\nALTER TABLE shared ADD COLUMN name text;\n";
    let project = Project::new(&format!("{setup}{history}"));
    let text = bless(&project);
    assert!(text.starts_with("up_to_date: ok"), "{text}");
    expect![[r#"
        -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE TABLE a (
            m mood NOT NULL
        );
        ALTER TABLE shared ADD COLUMN name text;
    "#]].assert_eq(&fs::read_to_string(project.path().join("schema.sql")).unwrap());
}

#[test]
fn several_processes_and_tests_leave_one_whole_file() {
    let project = Project::new(HISTORY);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(bless(&project).starts_with("up_to_date: ok")));
        }
    });
    let text = printed(&suite(&project, "schema.sql").report(Check::UpToDate));
    assert_eq!(text, "up_to_date: ok\n");
    assert_eq!(fs::read_dir(project.path()).unwrap().count(), 2);
}

/// The quickstart's schema is the same file, the committed one, on every server that this machine has.
#[test]
fn the_quickstart_is_the_same_file_on_every_server() {
    let quickstart = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart");
    let committed = fs::read_to_string(quickstart.join("schema.sql")).unwrap();
    let mut blessed = 0;
    for (_, source) in run(servers_and_sources()) {
        let shown = format!("{source:?}");
        let project = Project::new("--- 1_none.sql\n");
        let suite = project
            .suite()
            .db(source)
            .migrations(quickstart.join("migrations"))
            .model("schema.sql");
        let text = printed(&suite.bless(true).report(Check::UpToDate));
        assert!(text.starts_with("up_to_date: ok"), "{shown}: {text}");
        let file = fs::read_to_string(project.path().join("schema.sql")).unwrap();
        assert_eq!(file, committed, "on {shown}");
        blessed += 1;
    }
    println!("the same file on {blessed} servers");
}

/// Blesses, then compares without: the checks that need the model pass, whatever the notes.
#[track_caller]
fn bless_then_pass(history: &str) -> String {
    let project = Project::new(history);
    let blessed = suite(&project, "schema.sql").bless(true).report(Check::UpToDate);
    assert_eq!(blessed.status(), Status::Passed, "{}", printed(&blessed));
    for check in [Check::UpToDate, Check::CheckConstraints, Check::EnumValues] {
        let report = suite(&project, "schema.sql").report(check);
        assert_eq!(report.status(), Status::Passed, "{}", printed(&report));
    }
    fs::read_to_string(project.path().join("schema.sql")).unwrap()
}

#[test]
fn an_empty_head_gives_a_file_that_loads() {
    let text =
        bless_then_pass("--- 1_a.sql\nCREATE TABLE t (id int);\n--- 2_b.sql\nDROP TABLE t;\n");
    expect![[r#"
            -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

            -- The schema is empty.
            SELECT;
        "#]].assert_eq(&text);
}

#[test]
fn owners_are_written_where_they_are_not_the_role_that_ran() {
    let text = bless_then_pass(
        "--- 1_a.sql\nCREATE TABLE t (id int);\nALTER TABLE t OWNER TO pg_monitor;\nGRANT SELECT ON t TO PUBLIC;\n",
    );
    expect![[r#"
            -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

            CREATE TABLE t (
                id integer
            );
            ALTER TABLE t OWNER TO pg_monitor;
            GRANT SELECT ON TABLE t TO PUBLIC;
        "#]].assert_eq(&text);
}

#[test]
fn what_names_a_role_that_the_history_makes_is_compared() {
    let history = "\
--- 1_a.sql
CREATE ROLE gauntlet_bless_reader;
CREATE ROLE \"Gauntlet bless owner\";
CREATE SCHEMA extra AUTHORIZATION \"Gauntlet bless owner\";
CREATE TABLE t (id int);
ALTER TABLE t OWNER TO \"Gauntlet bless owner\", ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON t TO gauntlet_bless_reader;
CREATE POLICY p ON t TO gauntlet_bless_reader USING (id > 0);
ALTER DEFAULT PRIVILEGES FOR ROLE \"Gauntlet bless owner\" GRANT SELECT ON TABLES TO gauntlet_bless_reader;
";
    let text = bless_then_pass(history);
    expect![[r#"
        -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE SCHEMA extra;
        ALTER SCHEMA extra OWNER TO "Gauntlet bless owner";

        CREATE TABLE t (
            id integer
        );
        ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        ALTER TABLE t OWNER TO "Gauntlet bless owner";
        GRANT SELECT ON TABLE t TO gauntlet_bless_reader;
        CREATE POLICY p ON t TO gauntlet_bless_reader USING ((id > 0));

        ALTER DEFAULT PRIVILEGES FOR ROLE "Gauntlet bless owner" GRANT SELECT ON TABLES TO gauntlet_bless_reader;
    "#]].assert_eq(&text);
    // The same model without one of them.
    let statement = "GRANT SELECT ON TABLE t TO gauntlet_bless_reader;\n";
    let lacking =
        Project::new(&format!("{history}--- /schema.sql\n{}", text.replace(statement, "")));
    expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model

           table t: privileges of gauntlet_bless_reader
             expected  (none)
             actual    SELECT

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

           help: if the model is right, add a migration:

                 REVOKE SELECT ON TABLE t FROM gauntlet_bless_reader;
    "#]].assert_eq(&printed(&suite(&lacking, "schema.sql").report(Check::UpToDate)));
}

#[test]
fn a_privilege_of_a_role_that_exists_is_drift() {
    let project = Project::new(
        "--- 1_a.sql\nCREATE TABLE t (id int);\nGRANT SELECT ON t TO pg_monitor;\n--- /schema.sql\nCREATE TABLE t (id int);\n",
    );
    assert_eq!(suite(&project, "schema.sql").report(Check::UpToDate).status(), Status::Failed);
}
