//! The defect gallery of a baseline: what `single_head` says of it, and where the other checks start.

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check::{
    self, DowngradeAllTheWay, Naming, SingleHead, Stairway, UpToDate,
};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::stage::{Baseline, Seed};
use gauntlet_runtime::suite::Suite;
use sqlx::migrate::Migrator;

use crate::support::{Case, Project, printed};

/// Two versions that a baseline may stand for, and one above.
const HISTORY: &str = r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
INSERT INTO users VALUES (1);
--- 1_users.down.sql
DROP TABLE users;
--- 2_email.up.sql
ALTER TABLE users ADD COLUMN email text;
--- 2_email.down.sql
ALTER TABLE users DROP COLUMN email;
--- 3_phone.up.sql
ALTER TABLE users ADD COLUMN phone text;
--- 3_phone.down.sql
ALTER TABLE users DROP COLUMN phone;
";

/// What is left of it when the versions are gone.
const ABOVE: &str = r"
--- 3_phone.up.sql
ALTER TABLE users ADD COLUMN phone text;
--- 3_phone.down.sql
ALTER TABLE users DROP COLUMN phone;
";

/// As `pg_dump` writes it, with a table of records.
const DUMP: &str = r"
--- /2_schema.sql
\restrict abc
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
ALTER TABLE ONLY public._sqlx_migrations ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
CREATE TABLE public.users (id integer NOT NULL, email text);
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
\unrestrict abc
";

const PLAIN: &str = "--- /2_schema.sql\nCREATE TABLE users (id int PRIMARY KEY, email text);\n";

#[track_caller]
fn check(check: Check, files: &[&str], expected: Expect) {
    let case = Case::new(check, &files.concat());
    case.with(|suite| suite.baseline("2_schema.sql")).expect(expected);
}

#[test]
fn a_baseline_that_makes_what_its_versions_make() {
    for check in [SingleHead, Stairway, DowngradeAllTheWay, Naming] {
        for files in [&[HISTORY, PLAIN], &[ABOVE, PLAIN]] {
            Case::new(check, &files.concat())
                .with(|suite| suite.baseline("2_schema.sql"))
                .expect_ok();
        }
    }
    // A dump that names `public` is for a database of its own.
    for check in [SingleHead, Stairway, DowngradeAllTheWay] {
        Case::new(check, &[HISTORY, DUMP].concat())
            .with(|suite| suite.baseline("2_schema.sql"))
            .database_only()
            .expect_ok();
    }
}

#[test]
fn a_baseline_that_makes_something_else() {
    check(
        SingleHead,
        &[HISTORY, "--- /2_schema.sql\nCREATE TABLE users (id bigint PRIMARY KEY);\n"],
        expect![[r#"
            single_head: 1 finding

            1. 2_schema.sql does not make the schema of the versions up to 2, for which it stands
               --> 2_schema.sql

               column users.email: not in the baseline
                 text
               column users.id: type
                 expected  integer
                 actual    bigint

               help: run this test once with GAUNTLET_BLESS=1, which writes the file from these versions

               help: or add to the file:

                     ALTER TABLE users ADD COLUMN email text;
                     -- rows whose id does not fit integer need another value first
                     ALTER TABLE users ALTER COLUMN id TYPE integer USING id::integer;
        "#]],
    );
    check(
        SingleHead,
        &[
            HISTORY,
            "--- /2_schema.sql\nCREATE TABLE users (id int PRIMARY KEY, email text DEFAULT NULL);\n",
        ],
        expect![[r#"
            single_head: ok
        "#]],
    );
}

/// The fault of a version above, which only a walk from the baseline finds.
#[test]
fn the_walk_starts_from_the_baseline() {
    let faulty =
        "--- 4_city.up.sql\nALTER TABLE users ADD city text;\n--- 4_city.down.sql\nSELECT 1;\n";
    check(
        Stairway,
        &[ABOVE, faulty, PLAIN],
        expect![[r#"
        stairway: 1 finding

        1. the down of 4_city changes nothing, although the up changed the schema
           --> migrations/4_city.down.sql

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 -- the values of column 'users.city' are lost
                 ALTER TABLE users DROP COLUMN city;

           help: or declare the version irreversible (in the attribute):

                 irreversible = [4]
    "#]],
    );
    check(
        DowngradeAllTheWay,
        &[ABOVE, faulty, PLAIN],
        expect![[r#"
        downgrade_all_the_way: 1 finding

        1. 4_city is not undone on the way down from head to base
           --> migrations/4_city.down.sql

           column users.city: left behind
             text

           help: add to one of the down scripts:

                 -- the values of column 'users.city' are lost
                 ALTER TABLE users DROP COLUMN city;
    "#]],
    );
}

#[test]
fn a_baseline_that_cannot_be_used() {
    check(
        Stairway,
        &[HISTORY],
        expect![[r#"
        stairway could not run:

           failed to read the baseline 2_schema.sql: No such file or directory (os error 2)
             help: GAUNTLET_BLESS=1 cargo test single_head writes it from the versions up to 2
    "#]],
    );
    check(
        Stairway,
        &[ABOVE],
        expect![[r#"
        stairway could not run:

           failed to read the baseline 2_schema.sql: No such file or directory (os error 2)
    "#]],
    );
    check(
        Stairway,
        &[
            ABOVE,
            "--- /2_schema.sql\nCREATE TABLE users (id int);\nCREATE TABEL orders (id int);\n",
        ],
        expect![[r#"
            stairway could not run:

               failed to load the baseline
                 at 2_schema.sql:2:8
                 2 | CREATE TABEL orders (id int);
                 ERROR 42601: syntax error at or near "TABEL"
        "#]],
    );
    let with = |settings: fn(Suite) -> Suite, expected: Expect| {
        Case::new(SingleHead, &[HISTORY, PLAIN].concat()).with(settings).expect(expected);
    };
    with(
        |suite| suite.baseline("schema.sql"),
        expect![[r#"
        single_head could not run:

           `baseline`: the name of schema.sql does not begin with a version; say up to which one it goes: `baseline(file = "schema.sql", at = 20240105)`
    "#]],
    );
    with(
        |suite| suite.baseline(Baseline::new("2_schema.sql").at(20)),
        expect![[r#"
            single_head: 1 finding

            1. `baseline` names version 20, which the history does not have

               help: correct the version; the nearest are 3_phone
        "#]],
    );
    with(
        |suite| suite.baseline("2_schema.sql").seed_at(1, Seed::sql("SELECT 1")),
        expect![[r#"
        single_head could not run:

           the seed (SQL) is for version 1, for which the baseline stands: no test runs it; remove the seed, or give it a version above
    "#]],
    );
    with(
        |suite| suite.migrations(["migrations", "migrations"]).baseline("2_schema.sql"),
        expect![[r#"
            single_head could not run:

               `baseline` stands for the first versions of one history; with several histories, give each a suite of its own, with the other's schema as its `setup`
        "#]],
    );
}

/// As in a dump, whose owner does not exist where the tests run.
#[test]
fn statements_that_are_set_aside() {
    let owned = "--- /2_schema.sql\nCREATE TABLE users (id int PRIMARY KEY, email text);\nALTER TABLE users OWNER TO production;\n";
    check(
        SingleHead,
        &[HISTORY, owned],
        expect![[r#"
        single_head: ok
        single_head: note: set aside from the baseline: role "production" does not exist on this server, so what it owns and may do is not part of the model; a role that `setup` or a migration makes would be
           2_schema.sql:2:1  ALTER TABLE users OWNER TO production
    "#]],
    );
    check(
        Stairway,
        &[HISTORY, owned],
        expect![[r#"
        stairway: ok
    "#]],
    );
}

#[test]
fn a_baseline_that_stands_for_all() {
    let at_head =
        "--- /3_schema.sql\nCREATE TABLE users (id int PRIMARY KEY, email text, phone text);\n";
    for check in [SingleHead, Naming] {
        Case::new(check, &[HISTORY, at_head].concat())
            .with(|suite| suite.baseline("3_schema.sql"))
            .expect_ok();
    }
    let walk = |check: Check, expected: Expect| {
        Case::new(check, &[HISTORY, at_head].concat())
            .with(|suite| suite.baseline("3_schema.sql").strict(true))
            .expect(expected);
    };
    walk(
        Stairway,
        expect![[r#"
        stairway: ok
        stairway: note: judged no version: 3_schema.sql stands for all of them
    "#]],
    );
    walk(
        DowngradeAllTheWay,
        expect![[r#"
        downgrade_all_the_way: ok
        downgrade_all_the_way: note: judged no version: 3_schema.sql stands for all of them
    "#]],
    );
}

/// A version below that fails cannot be compared with, and is no reason for the others not to run.
#[test]
fn versions_that_do_not_run_any_more() {
    let broken = "--- 1_users.up.sql\nCREATE TABLE users (id int PRIMARY KEY, kind no_such_type);\n--- 1_users.down.sql\nSELECT 1;\n--- 2_email.up.sql\nSELECT 1;\n";
    check(
        SingleHead,
        &[broken, ABOVE, PLAIN],
        expect![[r#"
        single_head: 1 finding

        1. 1_users fails, so that the baseline cannot be compared with the versions that it stands for
           --> migrations/1_users.up.sql:1:46
           1 | CREATE TABLE users (id int PRIMARY KEY, kind no_such_type);
             |                                              ^
           ERROR 42704: type "no_such_type" does not exist

           help: bring the version back as it ran, or remove all versions that the baseline stands for
    "#]],
    );
    Case::new(Stairway, &[broken, ABOVE, PLAIN].concat())
        .with(|suite| suite.baseline("2_schema.sql"))
        .expect_ok();
}

#[test]
fn blessing_writes_the_baseline_and_the_model_has_it_too() {
    let project = Project::new(HISTORY);
    let suite = || project.suite().baseline("2_schema.sql").model("schema.sql");
    expect![[r#"
        single_head: ok
        single_head: note: wrote 2_schema.sql from the versions up to 2
    "#]]
    .assert_eq(&printed(&suite().bless(true).report(SingleHead)));
    expect![[r#"
        -- The schema of the versions up to 2. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE TABLE users (
            id integer NOT NULL,
            email text,
            CONSTRAINT users_pkey PRIMARY KEY (id)
        );
    "#]].assert_eq(&std::fs::read_to_string(project.path().join("2_schema.sql")).unwrap());
    expect![[r#"
        up_to_date: ok
        up_to_date: note: wrote schema.sql from the migrations at head
    "#]]
    .assert_eq(&printed(&suite().bless(true).report(UpToDate)));
    expect![[r#"
        -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE TABLE users (
            id integer NOT NULL,
            email text,
            phone text,
            CONSTRAINT users_pkey PRIMARY KEY (id)
        );
    "#]].assert_eq(&std::fs::read_to_string(project.path().join("schema.sql")).unwrap());
    for check in [SingleHead, UpToDate, Stairway] {
        assert_eq!(printed(&suite().bless(false).report(check)), format!("{}: ok\n", check.name()));
    }
}

/// What sqlx itself does in a database that starts from the baseline.
#[test]
fn the_versions_below_are_recorded_as_applied() {
    for isolation in [Isolation::Database, Isolation::Schema] {
        let project = Project::new(&[HISTORY, PLAIN].concat());
        let suite = project.suite().baseline("2_schema.sql").isolation(isolation);
        let folder = project.path().join("migrations");
        let body = async |mut db: gauntlet::TestDb| {
            let migrator = Migrator::new(folder.clone()).await.unwrap();
            migrator.run(&db.pool()).await.unwrap();
            db.versions().await.unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(suite.custom("sqlx", body, |_| false), ["3_phone"]);
    }
}
