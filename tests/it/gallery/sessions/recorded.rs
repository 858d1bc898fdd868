//! The row of the engine that cannot be written, because of what a script leaves in its session.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{Stairway, UpToDate};

use crate::support::{Case, check};

#[test]
fn an_empty_search_path_hides_the_bookkeeping() {
    let files = r"
--- 1_baseline.up.sql
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.users (id int);
--- 1_baseline.down.sql
DROP TABLE public.users;
--- /schema.sql
CREATE TABLE users (id int);
";
    Case::new(Stairway, files).database_only().expect(expect![[r#"
        stairway: 1 finding

        1. the up of 1_baseline leaves search_path changed, so that sqlx cannot record the version
           --> migrations/1_baseline.up.sql:2:1
           2 | SELECT pg_catalog.set_config('search_path', '', false);
             | ^
           ERROR 42P01: relation "_sqlx_migrations" does not exist
           sqlx writes its row in the script's own transaction, so the whole script is rolled back

           help: add at the end of the script:

                 RESET search_path;
    "#]]);
    Case::new(UpToDate, files).database_only().with(|suite| suite.model("schema.sql")).expect(expect![[r#"
        up_to_date could not run:

           failed to run the up of 1_baseline: it leaves search_path changed, so that sqlx cannot record the version
             --> migrations/1_baseline.up.sql:2:1
             2 | SELECT pg_catalog.set_config('search_path', '', false);
               | ^
             ERROR 42P01: relation "_sqlx_migrations" does not exist
             sqlx writes its row in the script's own transaction, so the whole script is rolled back
             help: add at the end of the script: RESET search_path;
    "#]]);
    check(
        Stairway,
        r"
--- 1_baseline.up.sql
SELECT pg_catalog.set_config('search_path', '', false);
RESET search_path;
CREATE TABLE users (id int);
--- 1_baseline.down.sql
SET LOCAL search_path TO pg_catalog;
RESET search_path;
DROP TABLE users;
",
        expect![[r#"
            stairway: ok
        "#]],
    );
}

#[test]
fn a_local_search_path_hides_it_too() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int);
--- 1_users.down.sql
DROP TABLE users;
SET LOCAL search_path TO pg_catalog;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 1_users leaves search_path changed, so that sqlx cannot remove the version's record
               --> migrations/1_users.down.sql:2:1
               2 | SET LOCAL search_path TO pg_catalog;
                 | ^
               ERROR 42P01: relation "_sqlx_migrations" does not exist
               sqlx writes its row in the script's own transaction, so the whole script is rolled back

               help: add at the end of the script:

                     RESET search_path;

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the rows of table 'users' are lost
                     DROP TABLE users;
        "#]],
    );
}

#[test]
fn without_a_transaction_the_script_stays() {
    check(
        Stairway,
        r"
--- 1_path.up.sql
-- no-transaction
SET search_path TO pg_catalog
--- 1_path.down.sql
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_path leaves search_path changed, so that sqlx cannot record the version
               --> migrations/1_path.up.sql:2:1
               2 | SET search_path TO pg_catalog
                 | ^
               ERROR 42P01: relation "_sqlx_migrations" does not exist
               the script runs without a transaction: what it did stays, and the next run repeats it

               help: add at the end of the script:

                     RESET search_path;
        "#]],
    );
}

#[test]
fn a_read_only_session_stops_behind_the_version() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int);
SET default_transaction_read_only = on;
--- 1_users.down.sql
DROP TABLE users;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_users leaves default_transaction_read_only changed, so that sqlx cannot record the version
               --> migrations/1_users.up.sql:2:1
               2 | SET default_transaction_read_only = on;
                 | ^
               ERROR 25006: cannot execute UPDATE in a read-only transaction
               the script is committed and recorded, and sqlx stops there, before the versions after it

               help: add at the end of the script:

                     RESET default_transaction_read_only;
        "#]],
    );
}

#[test]
fn a_role_that_may_not_write() {
    check(
        Stairway,
        r"
--- 1_role.up.sql
CREATE TABLE a (id int);
SET ROLE pg_read_all_data;
--- 1_role.down.sql
DROP TABLE a;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_role leaves role changed, so that sqlx cannot record the version
               --> migrations/1_role.up.sql:2:1
               2 | SET ROLE pg_read_all_data;
                 | ^
               ERROR 42501: permission denied for table _sqlx_migrations
               sqlx writes its row in the script's own transaction, so the whole script is rolled back

               help: add at the end of the script:

                     RESET ROLE;
        "#]],
    );
    check(
        Stairway,
        r"
--- 1_role.up.sql
CREATE TABLE a (id int);
SET ROLE pg_read_all_data;
RESET ROLE;
--- 1_role.down.sql
DROP TABLE a;
",
        expect![[r#"
            stairway: ok
        "#]],
    );
}

#[test]
fn public_is_another_schema_in_schema_isolation() {
    Case::new(
        Stairway,
        r"
--- 1_path.up.sql
SET search_path TO public;
--- 1_path.down.sql
",
    )
    .schema_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the up of 1_path names the schema public in search_path, and sqlx cannot record the version, because the test has another schema
           --> migrations/1_path.up.sql:1:1
           1 | SET search_path TO public;
             | ^
           ERROR 42P01: relation "_sqlx_migrations" does not exist

           help: give each test a database of its own, where public is public (in the attribute):

                 isolation = "database"
    "#]]);
}

#[test]
fn a_table_that_is_taken_away() {
    Case::new(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int);
--- 1_users.down.sql
DROP TABLE users;
--- 2_again.up.sql
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
--- 2_again.down.sql
SELECT 1;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the up of 2_again takes away the table _sqlx_migrations, so that sqlx cannot record the version
           --> migrations/2_again.up.sql:1:1
           1 | DROP SCHEMA public CASCADE;
             | ^
           NOTICE: drop cascades to 2 other objects
           ERROR 42P01: relation "_sqlx_migrations" does not exist
           sqlx writes its row in the script's own transaction, so the whole script is rolled back

           help: leave _sqlx_migrations where sqlx has made it
    "#]]);
    let files = r"
--- 1_users.up.sql
CREATE TABLE users (id int);
ALTER TABLE _sqlx_migrations RENAME TO old_migrations;
--- 1_users.down.sql
DROP TABLE users;
--- /schema.sql
CREATE TABLE users (id int);
";
    check(
        Stairway,
        files,
        expect![[r#"
        stairway: 1 finding

        1. the up of 1_users takes away the table _sqlx_migrations, so that sqlx cannot record the version
           --> migrations/1_users.up.sql:2:1
           2 | ALTER TABLE _sqlx_migrations RENAME TO old_migrations;
             | ^
           ERROR 42P01: relation "_sqlx_migrations" does not exist
           sqlx writes its row in the script's own transaction, so the whole script is rolled back

           help: leave _sqlx_migrations where sqlx has made it
    "#]],
    );
    Case::new(UpToDate, files).with(|suite| suite.model("schema.sql")).expect(expect![[r#"
        up_to_date could not run:

           failed to run the up of 1_users: it takes away the table _sqlx_migrations, so that sqlx cannot record the version
             --> migrations/1_users.up.sql:2:1
             2 | ALTER TABLE _sqlx_migrations RENAME TO old_migrations;
               | ^
             ERROR 42P01: relation "_sqlx_migrations" does not exist
             sqlx writes its row in the script's own transaction, so the whole script is rolled back
             help: leave _sqlx_migrations where sqlx has made it
    "#]]);
}

#[test]
fn sessions_that_begin_read_only() {
    Case::new(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int);
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
--- 1_users.down.sql
DROP TABLE users;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the up of 1_users leaves default_transaction_read_only changed, so that sqlx cannot record the version
           --> migrations/1_users.up.sql:2:1
           2 | SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
             | ^
           ERROR 25006: cannot execute UPDATE in a read-only transaction
           the script is committed and recorded, and sqlx stops there, before the versions after it

           help: add at the end of the script:

                 RESET default_transaction_read_only;
    "#]]);
}

#[test]
fn new_sessions_that_look_elsewhere() {
    let of_database = |path: &str| {
        format!(
            "
--- 1_crm.up.sql
CREATE SCHEMA crm;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = {path}', current_database()); END $$;
--- 1_crm.down.sql
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET search_path', current_database()); END $$;
DROP SCHEMA crm;
--- 2_leads.up.sql
CREATE TABLE public.leads (id int);
--- 2_leads.down.sql
DROP TABLE public.leads;
"
        )
    };
    Case::new(Stairway, &of_database("public, crm")).database_only().expect_ok();
    Case::new(Stairway, &of_database("crm, public")).database_only().expect(expect![[r#"
        stairway: 1 finding

        1. after the up of 1_crm, a new session of sqlx does not find its table _sqlx_migrations
           --> migrations/1_crm.up.sql:2:1
           2 | DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = crm, public', current_database()); END $$;
             | ^
           the next run makes an empty one in the schema crm, and applies every version again

           help: let new sessions have the schema of that table first in search_path, or let the table's name have its schema, where the engine is configured
    "#]]);
    Case::new(Stairway, &of_database("nowhere")).database_only().expect(expect![[r#"
        stairway: 1 finding

        1. after the up of 1_crm, a new session of sqlx does not find its table _sqlx_migrations
           --> migrations/1_crm.up.sql:2:1
           2 | DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere', current_database()); END $$;
             | ^
           the next run fails: no schema has been selected to create in
           the version after it was not reached

           help: let new sessions have the schema of that table first in search_path, or let the table's name have its schema, where the engine is configured
    "#]]);
    Case::new(
        Stairway,
        r"
--- 1_own.up.sql
DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', session_user); END $$;
--- 1_own.down.sql
DO $$ BEGIN EXECUTE format('DROP SCHEMA %I', session_user); END $$;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. after the up of 1_own, a new session of sqlx does not find its table _sqlx_migrations
           --> migrations/1_own.up.sql:1:1
           1 | DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', session_user); END $$;
             | ^
           the next run makes an empty one in the schema postgres, and applies every version again

           help: let new sessions have the schema of that table first in search_path, or let the table's name have its schema, where the engine is configured
    "#]]);
    // On a server of its own: new sessions of other tests would have this path too.
    let name = format!("{}-path", crate::support::run());
    let alone = crate::support::embedded().setting("cluster_name", name);
    Case::new(
        Stairway,
        r"
--- 1_crm.up.sql
CREATE SCHEMA crm;
ALTER ROLE CURRENT_USER SET search_path = crm;
--- 1_crm.down.sql
ALTER ROLE CURRENT_USER RESET search_path;
DROP SCHEMA crm;
",
    )
    .on(&alone)
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. after the up of 1_crm, a new session of sqlx does not find its table _sqlx_migrations
           --> migrations/1_crm.up.sql:2:1
           2 | ALTER ROLE CURRENT_USER SET search_path = crm;
             | ^
           the next run makes an empty one in the schema crm, and applies every version again

           help: let new sessions have the schema of that table first in search_path, or let the table's name have its schema, where the engine is configured
    "#]]);
}
