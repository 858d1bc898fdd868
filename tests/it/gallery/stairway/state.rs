//! The defect gallery of `stairway`: what no schema shows, which is the rows.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;

use crate::support::{Case, check};

#[test]
fn an_up_that_depends_on_rows_makes_another_schema_the_second_time() {
    check(
        Stairway,
        r"
--- 1_settings.up.sql
CREATE TABLE settings (key text PRIMARY KEY);
INSERT INTO settings VALUES ('audit');
--- 1_settings.down.sql
DROP TABLE settings;
--- 2_audit.up.sql
DO $$
BEGIN
    IF EXISTS (SELECT FROM settings) THEN
        CREATE TABLE audit (id int PRIMARY KEY);
    END IF;
END
$$;
--- 2_audit.down.sql
DELETE FROM settings;
DROP TABLE audit;
--- 3_unique.up.sql
INSERT INTO settings VALUES ('locale');
--- 3_unique.down.sql
SELECT 1;
",
        expect![[r#"
            stairway: 2 findings

            1. the up of 2_audit creates a different schema when it runs again after its down
               --> migrations/2_audit.up.sql

               table audit: not created the second time
                 (id integer)

               help: check the up script for anything that depends on existing rows, the current time, or unused names

            2. the up of 3_unique fails when it runs again after its down
               --> migrations/3_unique.up.sql:1:1
               1 | INSERT INTO settings VALUES ('locale');
                 | ^
               ERROR 23505: duplicate key value violates unique constraint "settings_pkey"
               DETAIL: Key (key)=(locale) already exists.

               help: let the down script also restore the rows: the up needs some, or fails on some, that were not there before
        "#]],
    );
}

#[test]
fn a_down_that_spoils_rows_does_not_colour_later_verdicts() {
    check(
        Stairway,
        r"
--- 1_settings.up.sql
CREATE TABLE settings (key text PRIMARY KEY, value text);
INSERT INTO settings VALUES ('currency', 'EUR');
--- 1_settings.down.sql
DROP TABLE settings;
--- 2_units.up.sql
CREATE TABLE units (id int PRIMARY KEY);
--- 2_units.down.sql
DELETE FROM settings;
DROP TABLE units;
--- 3_currency.up.sql
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM settings WHERE key = 'currency') THEN
        RAISE EXCEPTION 'there is no currency';
    END IF;
END
$$;
CREATE TABLE prices (id int PRIMARY KEY);
--- 3_currency.down.sql
DROP TABLE prices;
",
        expect![[r#"
            stairway: ok
        "#]],
    );
}

#[test]
fn rows_that_a_down_deleted_hide_no_later_failure() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
INSERT INTO users VALUES (1);
--- 1_users.down.sql
DROP TABLE users;
--- 2_units.up.sql
CREATE TABLE units (id int PRIMARY KEY);
--- 2_units.down.sql
DELETE FROM users;
DROP TABLE units;
--- 3_email.up.sql
ALTER TABLE users ADD COLUMN email text NOT NULL;
--- 3_email.down.sql
ALTER TABLE users DROP COLUMN email;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 3_email fails
               --> migrations/3_email.up.sql:1:1
               1 | ALTER TABLE users ADD COLUMN email text NOT NULL;
                 | ^
               ERROR 23502: column "email" of relation "users" contains null values

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

const SEED: &str = "
--- 1_a.up.sql
CREATE TABLE a (id int PRIMARY KEY);
--- 1_a.down.sql
DROP TABLE a;
--- 2_seed.up.sql
INSERT INTO a VALUES (1) ON_CONFLICT;
--- 2_seed.down.sql
-- nothing to undo
--- 3_b.up.sql
CREATE TABLE b (id int);
--- 3_b.down.sql
DROP TABLE b;
";

#[test]
fn rows_that_an_empty_down_leaves_fail_the_second_up() {
    check(
        Stairway,
        &SEED.replace(" ON_CONFLICT", ""),
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_seed fails when it runs again after its down
               --> migrations/2_seed.up.sql:1:1
               1 | INSERT INTO a VALUES (1);
                 | ^
               ERROR 23505: duplicate key value violates unique constraint "a_pkey"
               DETAIL: Key (id)=(1) already exists.

               help: let the down script also restore the rows: the up needs some, or fails on some, that were not there before
        "#]],
    );
}

#[test]
fn rows_that_an_empty_down_leaves_may_stay_where_the_up_runs_again() {
    Case::new(Stairway, &SEED.replace("ON_CONFLICT", "ON CONFLICT DO NOTHING")).expect_ok();
}

/// Rows that a down deletes are no state to go on from, so that the walk goes on from a copy: the roles of the copied
/// database stay, those of later versions are created again, and one that a later version drops belongs to no other database.
#[test]
fn a_fresh_state_has_its_roles() {
    check(
        Stairway,
        r"
--- 1_readers.up.sql
CREATE ROLE gallery_readers;
CREATE TABLE users (id int PRIMARY KEY);
GRANT SELECT ON users TO gallery_readers;
INSERT INTO users VALUES (1);
--- 1_readers.down.sql
DROP TABLE users;
DROP ROLE gallery_readers;
--- 2_units.up.sql
CREATE TABLE units (id int PRIMARY KEY);
--- 2_units.down.sql
DELETE FROM users;
DROP TABLE units;
--- 3_writers.up.sql
CREATE ROLE gallery_writers;
GRANT INSERT ON users TO gallery_writers;
--- 3_writers.down.sql
REVOKE INSERT ON users FROM gallery_writers;
DROP ROLE gallery_writers;
--- 4_prices.up.sql
CREATE TABLE prices (id int PRIMARY KEY);
--- 4_prices.down.sql
DELETE FROM users;
DROP TABLE prices;
--- 5_members.up.sql
GRANT gallery_readers TO gallery_writers;
CREATE TABLE members (id int REFERENCES users);
INSERT INTO members VALUES (1);
--- 5_members.down.sql
DROP TABLE members;
REVOKE gallery_readers FROM gallery_writers;
--- 6_no_writers.up.sql
REVOKE INSERT ON users FROM gallery_writers;
DROP ROLE gallery_writers;
--- 6_no_writers.down.sql
CREATE ROLE gallery_writers;
GRANT gallery_readers TO gallery_writers;
GRANT INSERT ON users TO gallery_writers;
",
        expect![[r#"
            stairway: ok
        "#]],
    );
}
