//! Versions whose outcome depends on which of them share a session.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{DowngradeAllTheWay, Stairway};

use crate::support::{Case, check};

#[test]
fn a_temporary_table_of_an_earlier_version() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int, v text);
CREATE TEMP TABLE stage AS SELECT 1 AS id, 'x' AS v;
--- 1_a.down.sql
DROP TABLE a;
--- 2_fill.up.sql
INSERT INTO a SELECT * FROM stage;
--- 2_fill.down.sql
DELETE FROM a;
--- 3_more.up.sql
CREATE TABLE c (id int);
--- 3_more.down.sql
",
        expect![[r#"
            stairway: 2 findings

            1. the up of 2_fill fails when it is deployed alone
               --> migrations/2_fill.up.sql:1:29
               1 | INSERT INTO a SELECT * FROM stage;
                 |                             ^
               ERROR 42P01: relation "stage" does not exist
               it passes in one session with the versions before it
               1_a leaves the temporary table stage in its session

               help: let the script make or set itself what it needs of its session

            2. 3_more has an empty down script
               --> migrations/3_more.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the rows of table 'c' are lost
                     DROP TABLE c;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [3]

            note: the up of 1_a leaves the temporary table stage in its session
               --> migrations/1_a.up.sql

               help: make it with ON COMMIT DROP, or add at the end of the script:

                     DROP TABLE pg_temp.stage;
        "#]],
    );
}

#[test]
fn a_temporary_table_made_twice() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int);
CREATE TEMP TABLE helper (a text);
--- 1_a.down.sql
DROP TABLE a;
--- 2_b.up.sql
CREATE TEMP TABLE helper (b text);
CREATE TABLE b (id int);
--- 2_b.down.sql
DROP TABLE b;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_b fails when it is deployed together with the versions before it, in one session
               --> migrations/2_b.up.sql:1:1
               1 | CREATE TEMP TABLE helper (b text);
                 | ^
               ERROR 42P07: relation "helper" already exists
               it passes in a session of its own
               1_a leaves the temporary table helper in its session

               help: let each script end in the session in which it began

            note: 2 scripts leave the temporary table helper in their sessions
               the up of 1_a, the up of 2_b

               help: make it with ON COMMIT DROP, or add at the end of the script:

                     DROP TABLE pg_temp.helper;
        "#]],
    );
}

#[test]
fn a_temporary_table_that_a_down_reads() {
    let files = r"
--- 1_a.up.sql
CREATE TABLE a (id int, v text);
--- 1_a.down.sql
DROP TABLE a;
--- 2_cut.up.sql
CREATE TEMP TABLE IF NOT EXISTS backup AS SELECT * FROM a;
ALTER TABLE a DROP COLUMN v;
--- 2_cut.down.sql
ALTER TABLE a ADD COLUMN v text;
UPDATE a SET v = b.v FROM backup b WHERE b.id = a.id;
";
    check(
        Stairway,
        files,
        expect![[r#"
        stairway: 1 finding

        1. the down of 2_cut fails
           --> migrations/2_cut.down.sql:2:27
           2 | UPDATE a SET v = b.v FROM backup b WHERE b.id = a.id;
             |                           ^
           ERROR 42P01: relation "backup" does not exist
           the up of 2_cut leaves the temporary table backup in its session, and a revert runs in a session of its own

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 ALTER TABLE a ADD COLUMN v text;

        note: the up of 2_cut leaves the temporary table backup in its session
           --> migrations/2_cut.up.sql

           help: make it with ON COMMIT DROP, or add at the end of the script:

                 DROP TABLE pg_temp.backup;
    "#]],
    );
    check(
        DowngradeAllTheWay,
        files,
        expect![[r#"
            downgrade_all_the_way: 1 finding

            1. the down of 2_cut fails
               --> migrations/2_cut.down.sql:2:27
               2 | UPDATE a SET v = b.v FROM backup b WHERE b.id = a.id;
                 |                           ^
               ERROR 42P01: relation "backup" does not exist
               the up of 2_cut leaves the temporary table backup in its session, and a revert runs in a session of its own
               the way down from head ends here: nothing was reverted

               help: correct the down script, which may be edited even if it has shipped: it fails wherever this version is reverted
        "#]],
    );
}

#[test]
fn the_schema_depends_on_the_session() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int);
SET default_table_access_method = heap;
SET TimeZone = 'Asia/Tokyo';
--- 1_a.down.sql
DROP TABLE a;
--- 2_b.up.sql
CREATE TABLE b (at timestamptz DEFAULT '2024-01-01');
--- 2_b.down.sql
DROP TABLE b;
",
        expect![[r#"
            stairway: 1 finding

            1. the schema at head is different when all versions are deployed in one session
               1_a leaves the setting TimeZone in its session

               column b.at: default
                 expected  '2024-01-01 00:00:00+00'::timestamp with time zone
                 actual    '2023-12-31 15:00:00+00'::timestamp with time zone

               help: let each script end in the session in which it began

            note: the up of 1_a leaves the setting TimeZone changed in its session
               --> migrations/1_a.up.sql
                 expected  UTC
                 actual    Asia/Tokyo

               help: use SET LOCAL, or add at the end of the script:

                     RESET TimeZone;
        "#]],
    );
}

#[test]
fn settings_of_new_sessions() {
    Case::new(
        Stairway,
        r"
--- 1_a.up.sql
CREATE SCHEMA app;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END $$;
--- 1_a.down.sql
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET search_path', current_database()); END $$;
DROP SCHEMA app;
--- 2_b.up.sql
CREATE TABLE b (id int);
--- 2_b.down.sql
DROP TABLE b;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 2 findings

        1. after the up of 1_a, a new session of sqlx does not find its table _sqlx_migrations
           --> migrations/1_a.up.sql:2:1
           2 | DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END $$;
             | ^
           the next run makes an empty one in the schema app, and applies every version again

           help: let new sessions have the schema of that table first in search_path, or let the table's name have its schema, where the engine is configured

        2. the schema at head is different when all versions are deployed in one session

           table b: there only when all run in one session
             (id integer)
           table app.b: missing when all run in one session
             (id integer)

           help: let each script end in the session in which it began
    "#]]);
}

#[test]
fn last_values_of_sequences() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id serial PRIMARY KEY);
INSERT INTO a DEFAULT VALUES;
--- 1_a.down.sql
DROP TABLE a;
--- 2_b.up.sql
CREATE TABLE b (a int);
INSERT INTO b SELECT currval('a_id_seq');
--- 2_b.down.sql
DROP TABLE b;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_b fails when it is deployed alone
               --> migrations/2_b.up.sql:2:1
               2 | INSERT INTO b SELECT currval('a_id_seq');
                 | ^
               ERROR 55000: currval of sequence "a_id_seq" is not yet defined in this session
               it passes in one session with the versions before it

               help: let the script make or set itself what it needs of its session
        "#]],
    );
}

#[test]
fn statements_of_the_driver_are_removed() {
    Case::new(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int);
--- 1_a.down.sql
DROP TABLE a;
--- 2_b.up.sql
DEALLOCATE ALL;
CREATE TABLE b (id int);
--- 2_b.down.sql
DEALLOCATE ALL;
DROP TABLE b;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the up of 2_b leaves its session so that sqlx fails at the end of its run
           --> migrations/2_b.up.sql
           ERROR 26000: prepared statement "sqlx_s_2" does not exist
           the script is committed and recorded, and the deployment ends with an error

           help: let the script end in the session in which it began
    "#]]);
}
