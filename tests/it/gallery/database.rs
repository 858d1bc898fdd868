//! What belongs to the database itself, to an extension, or to the whole server: settings, privileges, comments.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{DowngradeAllTheWay, Stairway, UpToDate};
use gauntlet_runtime::isolation::Isolation;

use crate::support::{Case, Project, embedded, printed};

#[test]
fn settings_that_are_reset() {
    Case::new(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int);
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET lock_timeout = %L', current_database(), '5s');
    EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET app.tenant = %L', current_database(), 'a');
    EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'the shop');
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
--- 1_a.down.sql
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I RESET lock_timeout', current_database());
    EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I RESET app.tenant', current_database());
    EXECUTE format('COMMENT ON DATABASE %I IS NULL', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
END $$;
DROP TABLE a;
",
    )
    .database_only()
    .expect_ok();
}

#[test]
fn what_stays_in_the_database() {
    Case::new(
        Stairway,
        r"
--- 1_settings.up.sql
CREATE TABLE a (id int);
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET lock_timeout = %L', current_database(), '5s');
    EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 90', current_database());
    EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'the shop');
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO pg_monitor', current_database());
END $$;
--- 1_settings.down.sql
DROP TABLE a;
--- 2_owner.up.sql
CREATE TABLE b (id int);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO pg_monitor', current_database()); END $$;
--- 2_owner.down.sql
DROP TABLE b;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 2 findings

        1. the down of 1_settings does not restore the schema
           --> migrations/1_settings.down.sql

           database: comment
             expected  (none)
             actual    the shop
           database: connection limit
             expected  (none)
             actual    90
           database: privileges of PUBLIC
             expected  (the default)
             actual    CONNECT
           database: privileges of pg_monitor
             expected  (none)
             actual    CREATE
           database: SET lock_timeout
             expected  (none)
             actual    5s

           help: add to the down script, which may be edited even if it has shipped:

                 DO $$BEGIN EXECUTE format('COMMENT ON DATABASE %I IS NULL', current_database()); END$$;
                 DO $$BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT -1', current_database()); END$$;
                 DO $$BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END$$;
                 DO $$BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM pg_monitor', current_database()); END$$;
                 DO $$BEGIN EXECUTE format('ALTER DATABASE %I RESET lock_timeout', current_database()); END$$;

        2. the down of 2_owner does not restore the schema
           --> migrations/2_owner.down.sql

           database: privileges of pg_monitor
             expected  CREATE
             actual    (none)
           database: owner
             expected  (the role that migrates)
             actual    pg_monitor

           help: add to the down script, which may be edited even if it has shipped:

                 DO $$BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO CURRENT_USER', current_database()); END$$;
                 DO $$BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO pg_monitor', current_database()); END$$;
    "#]]);
}

#[test]
fn what_the_way_down_leaves() {
    Case::new(
        DowngradeAllTheWay,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '8MB'); END $$;
--- 1_a.down.sql
DROP TABLE a;
",
    )
    .database_only()
    .expect(expect![[r#"
        downgrade_all_the_way: 1 finding

        1. 1_a is not undone on the way down from head to base
           --> migrations/1_a.down.sql

           database: SET work_mem
             expected  (none)
             actual    8MB

           help: add to one of the down scripts:

                 DO $$BEGIN EXECUTE format('ALTER DATABASE %I RESET work_mem', current_database()); END$$;
    "#]]);
}

/// Version 3 finds its table only if the copy in which it is judged has the settings of the database, too.
#[test]
fn a_copy_of_the_database_has_its_settings() {
    Case::new(
        Stairway,
        r"
--- 1_path.up.sql
CREATE SCHEMA app;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END $$;
--- 1_path.down.sql
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET search_path', current_database()); END $$;
DROP SCHEMA app;
--- 2_left.up.sql
CREATE TABLE app.b (id int);
CREATE TABLE app.c (id int);
--- 2_left.down.sql
DROP TABLE app.b;
--- 3_found.up.sql
ALTER TABLE b ADD COLUMN a int;
--- 3_found.down.sql
ALTER TABLE b DROP COLUMN a;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 3 findings

        1. after the up of 1_path, a new session of sqlx does not find its table _sqlx_migrations
           --> migrations/1_path.up.sql:2:1
           2 | DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END $$;
             | ^
           the next run makes an empty one in the schema app, and applies every version again

           help: let new sessions have the schema of that table first in search_path, or let the table's name have its schema, where the engine is configured

        2. the down of 2_left does not restore the schema
           --> migrations/2_left.down.sql
           the up then fails when it runs again: migrations/2_left.up.sql:2:1
           ERROR 42P07: relation "c" already exists

           table app.c: left behind
             (id integer)

           help: add to the down script, which may be edited even if it has shipped:

                 -- the rows of table 'app.c' are lost
                 DROP TABLE app.c;

        3. the up of 3_found fails when it is deployed together with the versions before it, in one session
           --> migrations/3_found.up.sql:1:1
           1 | ALTER TABLE b ADD COLUMN a int;
             | ^
           ERROR 42P01: relation "b" does not exist
           it passes in a session of its own

           help: let each script end in the session in which it began
    "#]]);
}

#[test]
fn a_model_that_says_nothing_of_the_database() {
    Case::new(
        UpToDate,
        r"
--- 1_a.sql
CREATE TABLE a (id int);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '8MB'); END $$;
--- /schema.sql
CREATE TABLE a (id int);
",
    )
    .database_only()
    .expect(expect![[r#"
        up_to_date: ok
        up_to_date: note: not compared: the setting work_mem of the database
           the model says nothing of that sort about the database
    "#]]);
}

#[test]
fn a_model_that_says_something_else_of_the_database() {
    Case::new(
        UpToDate,
        r"
--- 1_a.sql
CREATE TABLE a (id int);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '8MB'); END $$;
--- /schema.sql
CREATE TABLE a (id int);
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '9MB');
    EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'the shop');
END $$;
",
    )
    .database_only()
    .expect(expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model

           database: comment
             expected  the shop
             actual    (none)
           database: SET work_mem
             expected  9MB
             actual    8MB

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

           help: if the model is right, add a migration:

                 DO $$BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''the shop''', current_database()); END$$;
                 DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem TO ''9MB''', current_database()); END$$;
    "#]]);
}

#[test]
fn privileges_of_an_extension_that_stay() {
    Case::new(
        Stairway,
        r"
--- 1_harden.up.sql
CREATE TABLE a (id int);
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
--- 1_harden.down.sql
DROP TABLE a;
--- 2_citext.up.sql
CREATE EXTENSION citext;
--- 2_citext.down.sql
DROP EXTENSION citext;
--- 3_grant.up.sql
CREATE TABLE b (id int);
GRANT EXECUTE ON FUNCTION citext_hash(citext) TO pg_monitor;
REVOKE EXECUTE ON FUNCTION citext_hash(citext) FROM PUBLIC;
--- 3_grant.down.sql
DROP TABLE b;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 2 findings

        1. the down of 1_harden does not restore the schema
           --> migrations/1_harden.down.sql

           extension plpgsql: privileges of PUBLIC on LANGUAGE plpgsql
             expected  (as the extension gives them)
             actual    none

           help: add to the down script, which may be edited even if it has shipped:

                 GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC;

        2. the down of 3_grant does not restore the schema
           --> migrations/3_grant.down.sql

           extension citext: privileges of PUBLIC on FUNCTION citext_hash(citext)
             expected  (as the extension gives them)
             actual    none
           extension citext: privileges of pg_monitor on FUNCTION citext_hash(citext)
             expected  (as the extension gives them)
             actual    EXECUTE

           help: add to the down script, which may be edited even if it has shipped:

                 GRANT EXECUTE ON FUNCTION citext_hash(citext) TO PUBLIC;
                 REVOKE EXECUTE ON FUNCTION citext_hash(citext) FROM pg_monitor;
    "#]]);
}

#[test]
fn the_database_lies_outside_of_a_schema() {
    Case::new(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = %L', current_database(), '5s'); END $$;
--- 1_a.down.sql
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET lock_timeout', current_database()); END $$;
DROP TABLE a;
",
    )
    .schema_only()
    .expect(expect![[r#"
        stairway: 2 findings

        help: make it in the suite's setup file, which runs before (`setup = "setup.sql"`), or give each test a database of its own (in the attribute):

              isolation = "database"

        1. the up of 1_a reaches out of its schema
           --> migrations/1_a.up.sql:2:35

           database: changed
             settings

        2. the down of 1_a reaches out of its schema
           --> migrations/1_a.down.sql:1:35

           database: changed
             settings
    "#]]);
}

#[test]
fn a_setting_of_a_role_that_stays() {
    Case::new(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE a (id int);
ALTER ROLE CURRENT_USER SET lock_timeout = '5s';
--- 1_a.down.sql
DROP TABLE a;
",
    )
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 1_a leaves the setting lock_timeout of role postgres on the server
           --> migrations/1_a.down.sql
           this belongs to the whole server, and stays when this database is dropped

           help: add to the down script, which may be edited even if it has shipped:

                 ALTER ROLE postgres RESET lock_timeout;
    "#]]);
}

/// Two tests of a suite, and two suites, that change the same role; and none of them leaves the setting to the next.
#[test]
fn settings_of_one_role_at_the_same_time() {
    let project = Project::new(
        r"
--- 1_a.up.sql
ALTER ROLE CURRENT_USER SET idle_in_transaction_session_timeout = '50min';
CREATE TABLE a (id int);
--- 1_a.down.sql
DROP TABLE a;
ALTER ROLE CURRENT_USER RESET idle_in_transaction_session_timeout;
--- 2_b.up.sql
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_db_role_setting, unnest(setconfig) c WHERE c LIKE 'idle_in_tr%=50min') THEN
        RAISE EXCEPTION 'the setting is gone';
    END IF;
END $$;
CREATE TABLE b (id int);
--- 2_b.down.sql
DROP TABLE b;
",
    );
    for isolation in [Isolation::Database, Isolation::Schema] {
        let look = || {
            let suite = project.suite().db(embedded()).isolation(isolation);
            [Stairway, DowngradeAllTheWay].map(|check| printed(&suite.report(check)))
        };
        std::thread::scope(|scope| {
            let tests = [scope.spawn(look), scope.spawn(look), scope.spawn(look)];
            for test in tests {
                let texts = test.join().unwrap();
                assert_eq!(texts, ["stairway: ok\n", "downgrade_all_the_way: ok\n"], "{isolation}");
            }
        });
    }
}

/// Each test has a schema of its own, and finds the types of the extension by their plain names.
#[test]
fn an_extension_of_the_setup_file_is_seen_by_all() {
    let project = Project::new(
        r"
--- /setup.sql
CREATE EXTENSION IF NOT EXISTS citext;
--- 1_users.up.sql
CREATE TABLE users (email citext NOT NULL);
--- 1_users.down.sql
DROP TABLE users;
--- /schema.sql
CREATE TABLE users (email citext NOT NULL);
",
    );
    for isolation in [Isolation::Database, Isolation::Schema] {
        let look = || {
            let suite = project.suite().db(embedded()).isolation(isolation).model("schema.sql");
            [Stairway, UpToDate].map(|check| printed(&suite.report(check)))
        };
        std::thread::scope(|scope| {
            let tests = [scope.spawn(look), scope.spawn(look), scope.spawn(look)];
            for test in tests {
                let texts = test.join().unwrap();
                assert_eq!(texts, ["stairway: ok\n", "up_to_date: ok\n"], "{isolation}");
            }
        });
    }
}
