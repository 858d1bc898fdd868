//! What only other roles may run, in the SQL that helps propose where the migrations run as a role of their own.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::suite::Suite;

use crate::support::{Case, Project, printed};

fn as_plain_owner(suite: Suite) -> Suite {
    suite.as_role("plain_owner")
}

#[test]
fn what_the_role_may_run_stands_without_a_word() {
    let case = Case::new(
        Stairway,
        r"
--- 1_texts.up.sql
CREATE EXTENSION citext;
CREATE SCHEMA crm;
CREATE TABLE crm.people (mail citext);
--- 1_texts.down.sql
DROP SCHEMA crm CASCADE;
DROP EXTENSION citext;
--- 2_gone.up.sql
DROP SCHEMA crm CASCADE;
DROP EXTENSION citext;
--- 2_gone.down.sql
SELECT 1;
",
    );
    case.with(as_plain_owner).database_only().expect(expect![[r#"
        stairway: 1 finding

        1. the down of 2_gone changes nothing, although the up changed the schema
           --> migrations/2_gone.down.sql

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 CREATE SCHEMA crm;
                 CREATE EXTENSION IF NOT EXISTS citext;
                 COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';
                 CREATE TABLE crm.people (
                     mail citext
                 );

           help: or declare the version irreversible (in the attribute):

                 irreversible = [2]
    "#]]);
}

#[test]
fn what_only_others_may_run_says_who_they_are() {
    // The role cannot run the SQL, so no test can.
    let project = Project::new(
        r"
--- /setup.sql
CREATE SCHEMA tools AUTHORIZATION plain_owner;
CREATE EXTENSION dblink SCHEMA tools;
CREATE FUNCTION tools.seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER seen ON ddl_command_end EXECUTE FUNCTION tools.seen();
CREATE TABLE tools.audit (id int);
ALTER TABLE tools.audit OWNER TO pg_monitor;
--- 1_users.up.sql
CREATE TABLE users (id int);
--- 1_users.down.sql
DROP TABLE users;
--- 2_tidy.up.sql
DROP SCHEMA tools CASCADE;
--- 2_tidy.down.sql
SELECT 1;
",
    );
    let suite = as_plain_owner(project.suite().isolation(Isolation::Database));
    expect![[r#"
        stairway: 1 finding

        1. the down of 2_tidy changes nothing, although the up changed the schema
           --> migrations/2_tidy.down.sql

           help: declare the version irreversible (in the attribute):

                 irreversible = [2]

           help: or add a down that restores the schema:

                 CREATE SCHEMA tools;
                 -- only a superuser may run this, not plain_owner
                 CREATE EXTENSION IF NOT EXISTS dblink SCHEMA tools;
                 -- only a superuser may run this, not plain_owner
                 COMMENT ON EXTENSION dblink IS 'connect to other PostgreSQL databases from within a database';
                 CREATE FUNCTION tools.seen()
                 RETURNS event_trigger
                 LANGUAGE plpgsql
                 AS $$BEGIN END$$;
                 -- only a member of postgres may run this, not plain_owner
                 ALTER FUNCTION tools.seen() OWNER TO postgres;
                 CREATE TABLE tools.audit (
                     id integer
                 );
                 -- only a member of pg_monitor may run this, not plain_owner
                 ALTER TABLE tools.audit OWNER TO pg_monitor;
                 -- only a superuser may run this, not plain_owner
                 CREATE EVENT TRIGGER seen ON ddl_command_end
                     EXECUTE FUNCTION tools.seen();
                 -- only a superuser may run this, not plain_owner
                 ALTER EVENT TRIGGER seen OWNER TO postgres;
    "#]]
    .assert_eq(&printed(&suite.report(Stairway)));
}
