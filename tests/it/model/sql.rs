//! A SQL file as the model: statements that load, that are set aside with a note, and that are refused; several files and folders.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes)]

use std::path::Path;
use std::process::Command;

use expect_test::{Expect, expect};
use gauntlet::Check;
use gauntlet_runtime::isolation::{Isolation, Sandbox};

use crate::support::area::run;
use crate::support::oracle::{load, pg_dump_for, servers};
use crate::support::{Project, printed};

const HISTORY: &str = "\
--- 1_users.sql
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);
CREATE FUNCTION shout(t text) RETURNS text LANGUAGE sql AS $$
SELECT upper(t)
$$;
";

/// As `pg_dump --schema-only` of version 17.6 writes it, with an owner and grants.
const DUMP: &str = r"--
-- PostgreSQL database dump
--

\restrict 3hZJ7mPq9cXvK2

-- Dumped from database version 17.6
-- Dumped by pg_dump version 17.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: public; Type: SCHEMA; Schema: -; Owner: shop
--

CREATE SCHEMA public;


ALTER SCHEMA public OWNER TO shop;

--
-- Name: shout(text); Type: FUNCTION; Schema: public; Owner: shop
--

CREATE FUNCTION public.shout(t text) RETURNS text
    LANGUAGE sql
    AS $$
SELECT upper(t)
$$;


ALTER FUNCTION public.shout(t text) OWNER TO shop;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: users; Type: TABLE; Schema: public; Owner: shop
--

CREATE TABLE public.users (
    id bigint NOT NULL,
    email text NOT NULL
);


ALTER TABLE public.users OWNER TO shop;

--
-- Name: users_id_seq; Type: SEQUENCE; Schema: public; Owner: shop
--

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: shop
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: TABLE users; Type: ACL; Schema: public; Owner: shop
--

GRANT SELECT ON TABLE public.users TO reports;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: public; Owner: shop
--

ALTER DEFAULT PRIVILEGES FOR ROLE shop IN SCHEMA public GRANT SELECT ON TABLES TO reports;


--
-- PostgreSQL database dump complete
--

\unrestrict 3hZJ7mPq9cXvK2
";

#[track_caller]
#[allow(clippy::needless_pass_by_value)]
fn check(isolation: Isolation, model: &str, expected: Expect) {
    let project = Project::new(&format!("{HISTORY}--- /schema.sql\n{model}"));
    let suite = project.suite().db(crate::support::embedded()).isolation(isolation);
    expected.assert_eq(&printed(&suite.model("schema.sql").report(Check::UpToDate)));
}

#[test]
fn a_dump_loads_and_what_is_set_aside_is_reported() {
    check(
        Isolation::Database,
        DUMP,
        expect![[r#"
            up_to_date: ok
            up_to_date: note: set aside from the model: this server does not know the setting: unrecognized configuration parameter "transaction_timeout"
               schema.sql:13:1  SET transaction_timeout = 0

               3 more notes of this kind:
                 set aside from the model: every database has a schema public already
                 set aside from the model: role "shop" does not exist on this server, so what it owns and may do is not part of the model; a role that `setup` or a migration makes would be
                 set aside from the model: role "reports" does not exist on this server, so what it owns and may do is not part of the model; a role that `setup` or a migration makes would be
        "#]],
    );
}

#[test]
fn a_dump_with_its_schema_is_refused_in_an_own_schema() {
    check(
        Isolation::Schema,
        DUMP,
        expect![[r#"
            up_to_date could not run:

               failed to load the model
                 at schema.sql:35:1
                 35 | CREATE FUNCTION public.shout(t text) RETURNS text
                 with isolation = "schema" the model is loaded into a schema of its own, but this names the schema public, which is not the tests' to change
                 help: write names without their schema (GAUNTLET_BLESS=1 does), or give the suite isolation = "database"
                 statement: CREATE FUNCTION public.shout(t text) RETURNS text LANGUAGE sql AS $$ SELECT uppe…
        "#]],
    );
}

#[test]
fn a_dump_without_schema_loads_in_an_own_schema() {
    check(
        Isolation::Schema,
        &DUMP.replace("public.", ""),
        expect![[r#"
            up_to_date: ok
            up_to_date: note: set aside from the model: this server does not know the setting: unrecognized configuration parameter "transaction_timeout"
               schema.sql:13:1  SET transaction_timeout = 0

               4 more notes of this kind:
                 set aside from the model: with isolation = "schema" the search path is the test's own schema
                 set aside from the model: with isolation = "schema" the test's own schema takes the place of public
                 set aside from the model: role "shop" does not exist on this server, so what it owns and may do is not part of the model; a role that `setup` or a migration makes would be
                 set aside from the model: role "reports" does not exist on this server, so what it owns and may do is not part of the model; a role that `setup` or a migration makes would be
        "#]],
    );
}

#[test]
fn schemas_of_their_own_need_a_database() {
    check(
        Isolation::Schema,
        "CREATE SCHEMA audit;\nCREATE TABLE audit.log (id int);",
        expect![[r#"
            up_to_date could not run:

               failed to load the model
                 at schema.sql:1:1
                 1 | CREATE SCHEMA audit;
                 with isolation = "schema" the model has one schema only, its own
                 help: give the suite isolation = "database"
        "#]],
    );
}

#[test]
fn a_policy_of_a_missing_role_is_schema() {
    check(
        Isolation::Database,
        "CREATE TABLE users (id int);\n\nALTER TABLE users ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own\n    ON users\n    TO shop\n    USING (true);",
        expect![[r#"
            up_to_date could not run:

               failed to load the model
                 at schema.sql:4:1
                 4 | CREATE POLICY own
                 ERROR 42704: role "shop" does not exist
                 help: make the role in the suite's `setup` file
                 statement: CREATE POLICY own ON users TO shop USING (true)
        "#]],
    );
}

#[test]
fn a_statement_of_several_lines_is_named() {
    check(
        Isolation::Database,
        "CREATE TABLE users (\n    id int,\n    email citxt\n);",
        expect![[r#"
            up_to_date could not run:

               failed to load the model
                 at schema.sql:3:11
                 3 |     email citxt
                 ERROR 42704: type "citxt" does not exist
                 statement: CREATE TABLE users ( id int, email citxt )
        "#]],
    );
}

#[test]
fn data_is_no_schema() {
    check(
        Isolation::Database,
        "CREATE TABLE users (id int);\nCOPY users (id) FROM stdin;\n1\n2\n\\.\n",
        expect![[r#"
            up_to_date could not run:

               failed to load the model
                 at schema.sql:2:1
                 2 | COPY users (id) FROM stdin;
                 the file holds data; a model is a schema, as `pg_dump --schema-only` writes it
        "#]],
    );
}

#[test]
fn a_command_of_psql_is_refused() {
    check(
        Isolation::Database,
        "CREATE TABLE users (id int);\n\\i more.sql\n",
        expect![[r#"
            up_to_date could not run:

               failed to load the model
                 at schema.sql:2:1
                 2 | \i more.sql
                 `\i` is a command of psql, not SQL; write what it stands for into the file
        "#]],
    );
}

#[test]
fn what_belongs_to_the_server_is_refused() {
    check(
        Isolation::Database,
        "CREATE ROLE shop LOGIN;",
        expect![[r#"
            up_to_date could not run:

               failed to load the model
                 at schema.sql:1:1
                 1 | CREATE ROLE shop LOGIN;
                 it belongs to the server as a whole, and no model changes that; `setup` can
        "#]],
    );
}

#[test]
fn a_file_that_is_not_there() {
    let project = Project::new(HISTORY);
    let suite = project.suite().db(crate::support::embedded()).model("schema.sql");
    let expected = expect![[r#"
        up_to_date could not run:

           failed to read the model schema.sql: there is no such file
             help: GAUNTLET_BLESS=1 cargo test up_to_date writes it from the migrations at head
    "#]];
    expected.assert_eq(&printed(&suite.report(Check::UpToDate)));
}

#[test]
fn a_file_without_a_statement() {
    check(
        Isolation::Database,
        "-- nothing yet\n",
        expect![[r#"
            up_to_date could not run:

               failed to load the model schema.sql: it holds no statement
                 help: GAUNTLET_BLESS=1 cargo test up_to_date writes it from the migrations at head
        "#]],
    );
}

#[test]
fn several_files_and_a_folder_are_one_schema() {
    let files = "\
--- /b_functions.sql
CREATE FUNCTION shout(t text) RETURNS text LANGUAGE sql AS $$
SELECT upper(t)
$$;
--- /a_tables.sql
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
--- /c_more.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
--- /notes.txt
not SQL
";
    let project = Project::new(&format!("{HISTORY}{files}"));
    let suite = || project.suite().db(crate::support::embedded());
    let three = suite().model(["a_tables.sql", "b_functions.sql", "c_more.sql"]);
    expect!["up_to_date: ok\n"].assert_eq(&printed(&three.report(Check::UpToDate)));

    let folder = project.path().join("schema");
    std::fs::create_dir(&folder).unwrap();
    for file in ["b_functions.sql", "a_tables.sql", "c_more.sql", "notes.txt"] {
        std::fs::rename(project.path().join(file), folder.join(file)).unwrap();
    }
    let folder = suite().model("schema");
    expect!["up_to_date: ok\n"].assert_eq(&printed(&folder.report(Check::UpToDate)));

    let two = suite().model(["schema/a_tables.sql", "schema/c_more.sql"]);
    let expected = expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model

           function shout(text): at head but not in the model

           help: if the migrations are right, change the model (schema/a_tables.sql, schema/c_more.sql is not a single SQL file, so GAUNTLET_BLESS=1 cannot write it)

           help: if the model is right, add a migration:

                 DROP FUNCTION shout(text);
    "#]];
    expected.assert_eq(&printed(&two.report(Check::UpToDate)));
}

/// What `pg_dump --schema-only` writes of the quickstart's head is a model that agrees with head.
/// Statements go to the server many at a time; these three may not stand in one transaction with those before them.
#[track_caller]
fn check_alone(model: &str) {
    let project = Project::new(&format!(
        "--- 1_moods.sql
CREATE TYPE mood AS ENUM ('sad');
ALTER TYPE mood ADD VALUE 'happy';
--- 2_users.sql
CREATE TABLE users (id bigint, mood mood DEFAULT 'happy');
CREATE INDEX users_id_idx ON users (id);
--- /schema.sql
{model}"
    ));
    let suite = project.suite().db(crate::support::embedded());
    let report = suite.model("schema.sql").report(Check::UpToDate);
    assert_eq!(printed(&report), "up_to_date: ok\n");
}

#[test]
fn what_no_transaction_takes_is_run_alone() {
    check_alone(
        "CREATE TYPE mood AS ENUM ('sad'); -- for now
ALTER TYPE mood ADD VALUE 'happy' -- and more
;
CREATE TABLE users (id bigint, mood mood DEFAULT 'happy');
CREATE INDEX CONCURRENTLY users_id_idx ON users (id);
",
    );
}

#[test]
fn a_file_with_transactions_of_its_own() {
    check_alone(
        "BEGIN;
CREATE TYPE mood AS ENUM ('sad');
ALTER TYPE mood ADD VALUE 'happy';
COMMIT;
START TRANSACTION;
CREATE TABLE users (id bigint, mood mood DEFAULT 'happy');
COMMIT;
CREATE INDEX CONCURRENTLY users_id_idx ON users (id);
",
    );
}

#[test]
fn what_pg_dump_writes_loads() {
    let quickstart = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart");
    let mut ups: Vec<_> = std::fs::read_dir(quickstart.join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".up.sql"))
        .collect();
    ups.sort();
    let dumps = run(async {
        let mut dumps = Vec::new();
        for server in servers().await {
            let Some(program) = pg_dump_for(&server) else { continue };
            let sandbox =
                Sandbox::create(&server, Some(Isolation::Database), "dump").await.unwrap();
            let mut conn = sandbox.connect().await.unwrap();
            for up in &ups {
                load(&mut conn, &std::fs::read_to_string(up).unwrap()).await.unwrap();
            }
            let mut command = Command::new(program);
            command.args(["--schema-only", "--dbname", &sandbox.url()]);
            let output =
                tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
            dumps.push((sandbox, String::from_utf8(output.stdout).unwrap()));
        }
        dumps
    });
    for (sandbox, dump) in dumps {
        let project = Project::new("--- 1_none.sql\n");
        project.write("/schema.sql", dump.as_bytes());
        let suite = project.suite().db(sandbox.url());
        let suite = suite.migrations(quickstart.join("migrations")).model("schema.sql");
        let text = printed(&suite.report(Check::UpToDate));
        assert!(text.starts_with("up_to_date: ok"), "{text}");
        run(sandbox.close()).unwrap();
    }
}
