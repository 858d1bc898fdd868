//! The defect gallery of `stairway`.

use expect_test::expect;
use gauntlet::checks::Check::Stairway;
use gauntlet::migrations::Irreversible;

use crate::support::{Case, check, check_with};

#[test]
fn a_clean_history_passes() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TYPE mood AS ENUM ('ok', 'happy');
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    email text NOT NULL UNIQUE,
    mood mood NOT NULL DEFAULT 'ok',
    CONSTRAINT chk_users_email CHECK (email LIKE '%@%')
);
--- 1_users.down.sql
DROP TABLE users;
DROP TYPE mood;
--- 2_index.up.sql
CREATE INDEX idx_users_mood ON users (mood) WHERE mood <> 'ok';
--- 2_index.down.sql
DROP INDEX idx_users_mood;
--- 3_seed.up.sql
INSERT INTO users (email) VALUES ('ann@example.com');
--- 3_seed.down.sql
DELETE FROM users WHERE email = 'ann@example.com';
",
        expect![[r#"
            stairway: ok
        "#]],
    );
}

#[test]
fn an_index_that_the_down_forgets() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
--- 1_users.down.sql
DROP TABLE users;
--- 2_email_index.up.sql
CREATE INDEX idx_users_email ON users (email);
ALTER TABLE users ADD COLUMN name text;
--- 2_email_index.down.sql
ALTER TABLE users DROP COLUMN name;
",
        expect![[r#"
            stairway: 2 findings

            1. the down of 2 email_index leaves residue
               --> migrations/2_email_index.down.sql

               index idx_users_email on users is not expected
                 expected  (none)
                 actual    CREATE INDEX idx_users_email ON users USING btree (email)

            2. after its down, the up of 2 email_index fails
               --> migrations/2_email_index.up.sql:1:1
               1 | CREATE INDEX idx_users_email ON users (email);
                 | ^
               ERROR 42P07: relation "idx_users_email" already exists

               help: the down has to take back all that the up makes, so that the up can run again
        "#]],
    );
}

#[test]
fn a_column_that_comes_back_different() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (
    id int PRIMARY KEY,
    email varchar(100) NOT NULL,
    score int NOT NULL DEFAULT 10,
    note text DEFAULT 'none'
);
--- 1_users.down.sql
DROP TABLE users;
--- 2_email_as_text.up.sql
ALTER TABLE users ALTER COLUMN email TYPE text;
--- 2_email_as_text.down.sql
ALTER TABLE users ALTER COLUMN email TYPE varchar(255);
--- 3_no_score.up.sql
ALTER TABLE users DROP COLUMN score;
--- 3_no_score.down.sql
ALTER TABLE users ADD COLUMN score int;
--- 4_optional_email.up.sql
ALTER TABLE users ALTER COLUMN email DROP NOT NULL, ALTER COLUMN note SET DEFAULT '';
--- 4_optional_email.down.sql
ALTER TABLE users ALTER COLUMN note SET DEFAULT '-';
",
        expect![[r#"
            stairway: 3 findings

            1. the down of 2 email_as_text leaves residue
               --> migrations/2_email_as_text.down.sql

               column users.email: type
                 expected  character varying(100)
                 actual    character varying(255)

            2. the down of 3 no_score leaves residue
               --> migrations/3_no_score.down.sql

               column users.score: default
                 expected  10
                 actual    (none)
               column users.score: not null
                 expected  yes
                 actual    (none)

            3. the down of 4 optional_email leaves residue
               --> migrations/4_optional_email.down.sql

               column users.email: not null
                 expected  yes
                 actual    (none)
               column users.note: default
                 expected  'none'::text
                 actual    '-'::text

            note: the down of 3 no_score leaves what PostgreSQL cannot undo, or what has no effect
               --> migrations/3_no_score.down.sql

               table users: column order
                 expected  (id, email, score, note)
                 actual    (id, email, note, score)
        "#]],
    );
}

#[test]
fn a_label_that_stays_is_a_note_when_the_up_can_run_again() {
    check(
        Stairway,
        r"
--- 1_mood.up.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
--- 1_mood.down.sql
DROP TYPE mood;
--- 2_add_glad.up.sql
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad' BEFORE 'happy';
--- 2_add_glad.down.sql
SELECT 'PostgreSQL cannot remove a label';
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2 add_glad runs and changes nothing, although the up changed the schema
               --> migrations/2_add_glad.down.sql

               help: write the down, or declare in the attribute that there is no way back:

                     irreversible = [2]

        "#]],
    );
}

#[test]
fn a_label_that_stays_fails_a_strict_suite() {
    check_with(
        Stairway,
        r"
--- 1_mood.up.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (a int);
--- 1_mood.down.sql
DROP TABLE t;
DROP TYPE mood;
--- 2_add_glad.up.sql
ALTER TABLE t ADD COLUMN b int;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad' BEFORE 'happy';
--- 2_add_glad.down.sql
ALTER TABLE t DROP COLUMN b;
",
        |suite| suite.strict(true),
        expect![[r#"
            stairway: 1 finding

            1. the down of 2 add_glad leaves what PostgreSQL cannot undo, or what has no effect
               --> migrations/2_add_glad.down.sql

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, ok, glad, happy)
        "#]],
    );
}

#[test]
fn a_label_that_stays_is_a_finding_when_the_up_cannot_run_again() {
    check(
        Stairway,
        r"
--- 1_mood.up.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (a int);
--- 1_mood.down.sql
DROP TABLE t;
DROP TYPE mood;
--- 2_add_glad.up.sql
ALTER TABLE t ADD COLUMN b int;
ALTER TYPE mood ADD VALUE 'glad';
--- 2_add_glad.down.sql
ALTER TABLE t DROP COLUMN b;
--- 3_more.up.sql
CREATE TABLE more (mood mood DEFAULT 'glad');
--- 3_more.down.sql
DROP TABLE more;
",
        expect![[r#"
            stairway: 2 findings

            1. the down of 2 add_glad leaves residue
               --> migrations/2_add_glad.down.sql

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, ok, happy, glad)

            2. after its down, the up of 2 add_glad fails
               --> migrations/2_add_glad.up.sql:2:1
               2 | ALTER TYPE mood ADD VALUE 'glad';
                 | ^
               ERROR 42710: enum label "glad" already exists

               help: the down has to take back all that the up makes, so that the up can run again
        "#]],
    );
}

#[test]
fn labels_that_come_back_in_another_order() {
    check(
        Stairway,
        r"
--- 1_mood.up.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
--- 1_mood.down.sql
DROP TYPE mood;
--- 2_no_ok.up.sql
ALTER TYPE mood RENAME TO old_mood;
CREATE TYPE mood AS ENUM ('sad', 'happy');
DROP TYPE old_mood;
--- 2_no_ok.down.sql
ALTER TYPE mood ADD VALUE 'ok';
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2 no_ok leaves residue
               --> migrations/2_no_ok.down.sql

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, happy, ok)
        "#]],
    );
}

#[test]
fn if_exists_hides_a_wrong_name() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text);
--- 1_users.down.sql
DROP TABLE users;
--- 2_email_index.up.sql
CREATE INDEX IF NOT EXISTS idx_users_email ON users (email);
--- 2_email_index.down.sql
DROP INDEX IF EXISTS idx_user_email;
--- 3_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));
CREATE INDEX idx_orders_user_id ON orders (user_id);
ALTER TABLE users ADD COLUMN orders int;
--- 3_orders.down.sql
DROP TABLE IF EXISTS order_;
ALTER TABLE users DROP COLUMN orders;
",
        expect![[r#"
            stairway: 3 findings

            1. the down of 2 email_index runs and changes nothing, although the up changed the schema
               --> migrations/2_email_index.down.sql

               help: write the down, or declare in the attribute that there is no way back:

                     irreversible = [2]


            2. the down of 3 orders leaves residue
               --> migrations/3_orders.down.sql

               table orders is not expected
                 expected  (none)
                 actual    there

            3. after its down, the up of 3 orders fails
               --> migrations/3_orders.up.sql:1:1
               1 | CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));
                 | ^
               ERROR 42P07: relation "orders" already exists

               help: the down has to take back all that the up makes, so that the up can run again
        "#]],
    );
}

#[test]
fn a_down_that_is_missing_or_holds_nothing() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
--- 2_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY);
--- 2_orders.down.sql
-- nothing to do
--- 3_items.up.sql
CREATE TABLE items (id int PRIMARY KEY);
--- 4_seed.up.sql
INSERT INTO items VALUES (1);
--- 4_seed.down.sql
-- rows may stay
--- 5_notes.up.sql
CREATE TABLE notes (id int PRIMARY KEY);
--- 5_notes.down.sql
SELECT 1;
--- 6_last.up.sql
CREATE TABLE last (id int PRIMARY KEY);
--- 6_last.down.sql
DROP TABLE last;
",
        expect![[r#"
            stairway: 4 findings

            1. 1 users has a down script of no bytes
               --> migrations/1_users.down.sql

               help: write the down, or declare in the attribute that there is no way back:

                     irreversible = [1]


            2. 2 orders has a down script without a statement
               --> migrations/2_orders.down.sql

               help: write the down, or declare in the attribute that there is no way back:

                     irreversible = [2]


            3. 3 items has no down script
               --> migrations/3_items.down.sql

               help: write the down, or declare in the attribute that there is no way back:

                     irreversible = [3]


            4. the down of 5 notes runs and changes nothing, although the up changed the schema
               --> migrations/5_notes.down.sql

               help: write the down, or declare in the attribute that there is no way back:

                     irreversible = [5]

        "#]],
    );
}

#[test]
fn a_simple_history_has_no_way_back() {
    let files = r"
--- 1_users.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 2_orders.sql
CREATE TABLE orders (id int PRIMARY KEY);
";
    check(Stairway, files, expect![[r#"
        stairway: 1 finding

        1. none of the 2 versions has a down script, so there is no way back to check

           help: if the history only goes up, say so in the attribute; the ups are then checked alone:

                 irreversible = all

    "#]]);
    check_with(Stairway, files, |suite| suite.irreversible(Irreversible::All), expect![[r#"
        stairway: ok
    "#]]);
}

#[test]
fn declared_versions_are_applied_and_left_alone() {
    let files = r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE usres;
--- 2_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY);
--- 3_items.up.sql
CREATE TABLE items (id int PRIMARY KEY);
--- 3_items.down.sql
DROP TABLE items;
";
    check_with(
        Stairway,
        files,
        |suite| suite.irreversible(Irreversible::Versions(vec![1, 2])),
        expect![[r#"
            stairway: ok
        "#]],
    );
    check_with(Stairway, files, |suite| suite.downgrade_floor(2), expect![[r#"
        stairway: ok
    "#]]);
}

#[test]
fn a_down_that_raises_on_purpose() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_merge.up.sql
ALTER TABLE users ADD COLUMN name text;
--- 2_merge.down.sql
DO $$
BEGIN
    RAISE EXCEPTION 'the merge cannot be undone' USING HINT = 'restore a backup';
END
$$;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2 merge raises an error on purpose
               --> migrations/2_merge.down.sql:1:1
               1 | DO $$
                 | ^
               ERROR P0001: the merge cannot be undone
               HINT: restore a backup
               CONTEXT: PL/pgSQL function inline_code_block line 3 at RAISE

               help: if there is no way back, declare it in the attribute:

                     irreversible = [2]

        "#]],
    );
}

#[test]
fn downs_that_fail() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABEL users;
--- 2_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders (id));
--- 2_orders.down.sql
-- the wrong way round
DROP TABLE orders;
DROP TABLE items;
--- 3_index.up.sql
CREATE INDEX idx_items_order ON items (order_id);
--- 3_index.down.sql
DROP INDEX idx_items_orders;
",
        expect![[r#"
            stairway: 3 findings

            1. the down of 1 users fails
               --> migrations/1_users.down.sql:1:6
               1 | DROP TABEL users;
                 |      ^
               ERROR 42601: syntax error at or near "TABEL"

            2. the down of 2 orders fails
               --> migrations/2_orders.down.sql:2:1
               2 | DROP TABLE orders;
                 | ^
               ERROR 2BP01: cannot drop table orders because other objects depend on it
               DETAIL: constraint items_order_id_fkey on table items depends on table orders
               HINT: Use DROP ... CASCADE to drop the dependent objects too.

            3. the down of 3 index fails
               --> migrations/3_index.down.sql:1:1
               1 | DROP INDEX idx_items_orders;
                 | ^
               ERROR 42704: index "idx_items_orders" does not exist
        "#]],
    );
}

#[test]
fn an_up_that_fails_ends_the_walk() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
INSERT INTO users VALUES (1), (2);
--- 1_users.down.sql
DROP TABLE users;
--- 2_email.up.sql
ALTER TABLE users ADD COLUMN email text;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
--- 2_email.down.sql
ALTER TABLE users DROP COLUMN email;
--- 3_orders.up.sql
CREATE TABLE orders (id int);
--- 3_orders.down.sql
DROP TABLE orders;
--- 4_items.up.sql
CREATE TABLE items (id int);
--- 4_items.down.sql
DROP TABLE items;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2 email fails
               --> migrations/2_email.up.sql:2:1
               2 | ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                 | ^
               ERROR 23502: column "email" of relation "users" contains null values
               the 2 later versions were not reached
        "#]],
    );
}

#[test]
fn views_and_functions_come_back_different() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, active boolean NOT NULL DEFAULT true);
CREATE VIEW active_users AS SELECT id, email FROM users WHERE active;
CREATE FUNCTION initials(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    word text;
    result text := '';
BEGIN
    FOREACH word IN ARRAY string_to_array(name, ' ') LOOP
        result := result || left(word, 1);
    END LOOP;
    RETURN upper(result);
END
$$;
--- 1_users.down.sql
DROP FUNCTION initials;
DROP VIEW active_users;
DROP TABLE users;
--- 2_better_initials.up.sql
CREATE OR REPLACE FUNCTION initials(name text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT upper(left(name, 1)) $$;
DROP VIEW active_users;
CREATE VIEW active_users AS SELECT id, email, active FROM users WHERE active IS TRUE;
--- 2_better_initials.down.sql
DROP VIEW active_users;
CREATE VIEW active_users AS SELECT id, email FROM users;
CREATE OR REPLACE FUNCTION initials(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    word text;
    result text := '';
BEGIN
    FOREACH word IN ARRAY string_to_array(name, ' ') LOOP
        result := result || left(word, 1);
    END LOOP;
    RETURN result;
END
$$;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2 better_initials leaves residue
               --> migrations/2_better_initials.down.sql

               function initials(text): body
                 expected

                    DECLARE
                        word text;
                        result text := '';
                    BEGIN
                        FOREACH word IN ARRAY string_to_array(name, ' ') LOOP
                            result := result || left(word, 1);
                        END LOOP;
                        RETURN upper(result);
                    END
                 actual  

                    DECLARE
                        word text;
                        result text := '';
                    BEGIN
                        FOREACH word IN ARRAY string_to_array(name, ' ') LOOP
                            result := result || left(word, 1);
                        END LOOP;
                        RETURN result;
                    END
               view active_users: definition
                 expected
                     SELECT users.id,
                        users.email
                       FROM users
                      WHERE users.active;
                 actual  
                     SELECT users.id,
                        users.email
                       FROM users;
        "#]],
    );
}

#[test]
fn small_things_that_stay() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
CREATE INDEX idx_users_email ON users (email) WHERE email <> '';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
--- 1_users.down.sql
DROP TABLE users;
DROP FUNCTION touch;
--- 2_trigger.up.sql
ALTER TABLE users DISABLE TRIGGER touch;
UPDATE users SET email = lower(email);
--- 2_trigger.down.sql
UPDATE users SET email = lower(email);
--- 3_index.up.sql
DROP INDEX idx_users_email;
CREATE UNIQUE INDEX idx_users_email ON users (lower(email));
--- 3_index.down.sql
DROP INDEX idx_users_email;
CREATE INDEX idx_users_email ON users (email);
--- 4_comment.up.sql
COMMENT ON TABLE users IS 'people';
ALTER TABLE users ADD CONSTRAINT chk_users_id CHECK (id > 0);
--- 4_comment.down.sql
ALTER TABLE users DROP CONSTRAINT chk_users_id;
",
        expect![[r#"
            stairway: 3 findings

            1. the down of 2 trigger runs and changes nothing, although the up changed the schema
               --> migrations/2_trigger.down.sql

               help: write the down, or declare in the attribute that there is no way back:

                     irreversible = [2]


            2. the down of 3 index leaves residue
               --> migrations/3_index.down.sql

               index idx_users_email on users: predicate
                 expected  email <> ''::text
                 actual    (none)

            3. the down of 4 comment leaves residue
               --> migrations/4_comment.down.sql

               table users: comment
                 expected  (none)
                 actual    people
        "#]],
    );
}

#[test]
fn privileges_that_stay() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_grant.up.sql
GRANT SELECT ON users TO PUBLIC;
ALTER TABLE users ADD COLUMN a int;
--- 2_grant.down.sql
ALTER TABLE users DROP COLUMN a;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2 grant leaves residue
               --> migrations/2_grant.down.sql

               table users: grant.PUBLIC
                 expected  (none)
                 actual    SELECT
        "#]],
    );
}

#[test]
fn default_privileges_that_stay() {
    Case::new(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_grant.up.sql
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
ALTER TABLE users ADD COLUMN a int;
--- 2_grant.down.sql
ALTER TABLE users DROP COLUMN a;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 2 grant leaves residue
           --> migrations/2_grant.down.sql

           default privilege tables is not expected
             expected  (none)
             actual    there
    "#]]);
}

#[test]
fn if_not_exists_hides_that_the_second_up_differs() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text, name text);
--- 1_users.down.sql
DROP TABLE users;
--- 2_index.up.sql
CREATE INDEX IF NOT EXISTS idx_users ON users (email);
--- 2_index.down.sql
DROP INDEX idx_users;
CREATE INDEX idx_users ON users (name);
",
        expect![[r#"
            stairway: 2 findings

            1. the down of 2 index leaves residue
               --> migrations/2_index.down.sql

               index idx_users on users is not expected
                 expected  (none)
                 actual    CREATE INDEX idx_users ON users USING btree (name)

            2. after its down, the up of 2 index leads to another schema than the first time
               --> migrations/2_index.up.sql

               index idx_users on users: keys
                 expected  (email)
                 actual    (name)

               help: look for IF NOT EXISTS in the up, or for an object that the down forgets
        "#]],
    );
}

#[test]
fn column_order_is_a_note() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, nick text, email text NOT NULL);
--- 1_users.down.sql
DROP TABLE users;
--- 2_no_nick.up.sql
ALTER TABLE users DROP COLUMN nick;
--- 2_no_nick.down.sql
ALTER TABLE users ADD COLUMN nick text;
",
        expect![[r#"
            stairway: ok
            stairway: note: the down of 2 no_nick leaves what PostgreSQL cannot undo, or what has no effect
               --> migrations/2_no_nick.down.sql

               table users: column order
                 expected  (id, nick, email)
                 actual    (id, email, nick)
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
            stairway: ok
        "#]],
    );
}

#[test]
fn session_settings_are_notes_and_colour_nothing() {
    Case::new(
        Stairway,
        r"
--- 1_dump.up.sql
SELECT pg_catalog.set_config('search_path', '', false);
SET TimeZone = 'Asia/Tokyo';
SET default_tablespace = '';
--- 1_dump.down.sql
--- 2_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, at timestamptz DEFAULT '2024-01-01');
--- 2_users.down.sql
DROP TABLE users;
",
    )
    .expect(expect![[r#"
        stairway: ok
        stairway: note: the up of 1 dump leaves the session setting `TimeZone` changed
           --> migrations/1_dump.up.sql
           TimeZone
             expected  UTC
             actual    Asia/Tokyo

           help: use SET LOCAL, so that it ends with the migration's transaction
        stairway: note: the up of 1 dump leaves the session setting `search_path` changed
           --> migrations/1_dump.up.sql
           search_path
             expected  "$user", public
             actual    

           help: use SET LOCAL, so that it ends with the migration's transaction
    "#]]);
}

#[test]
fn a_role_that_stays_set_is_a_note() {
    Case::new(
        Stairway,
        r"
--- /setup.sql
DO $$ BEGIN CREATE ROLE gallery_app; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
--- 1_role.up.sql
SET ROLE gallery_app;
--- 1_role.down.sql
--- 2_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 2_users.down.sql
DROP TABLE users;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: ok
        stairway: note: the up of 1 role leaves the session setting `role` changed
           --> migrations/1_role.up.sql
           role
             expected  none
             actual    gallery_app

           help: use SET LOCAL, so that it ends with the migration's transaction
    "#]]);
}

#[test]
fn concurrent_indexes_run_outside_of_a_transaction() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text);
--- 1_users.down.sql
DROP TABLE users;
--- 2_index.up.sql
-- no-transaction
CREATE INDEX CONCURRENTLY idx_users_email ON users (email);
--- 2_index.down.sql
-- no-transaction
DROP INDEX CONCURRENTLY idx_users_email;
",
        expect![[r#"
            stairway: ok
        "#]],
    );
}

#[test]
fn a_concurrent_index_beside_another_statement_fails_as_in_production() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text);
--- 1_users.down.sql
DROP TABLE users;
--- 2_index.up.sql
-- no-transaction
SET lock_timeout = '5s';
CREATE INDEX CONCURRENTLY idx_users_email ON users (email);
--- 2_index.down.sql
-- no-transaction
DROP INDEX CONCURRENTLY idx_users_email;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2 index fails
               --> migrations/2_index.up.sql
               ERROR 25001: CREATE INDEX CONCURRENTLY cannot run inside a transaction block
        "#]],
    );
}

#[test]
fn a_whole_table_that_stays_is_one_line() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id bigserial PRIMARY KEY, email text UNIQUE NOT NULL, CHECK (email <> ''));
CREATE TABLE posts (id int PRIMARY KEY, user_id bigint REFERENCES users (id));
CREATE INDEX idx_posts_user_id ON posts (user_id);
CREATE VIEW post_counts AS SELECT user_id, count(*) FROM posts GROUP BY user_id;
--- 1_users.down.sql
DROP VIEW post_counts;
ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;
DROP TABLE users;
",
        expect![[r#"
            stairway: 2 findings

            1. the down of 1 users leaves residue
               --> migrations/1_users.down.sql

               table posts is not expected
                 expected  (none)
                 actual    there

            2. after its down, the up of 1 users fails
               --> migrations/1_users.up.sql:2:1
               2 | CREATE TABLE posts (id int PRIMARY KEY, user_id bigint REFERENCES users (id));
                 | ^
               ERROR 42P07: relation "posts" already exists

               help: the down has to take back all that the up makes, so that the up can run again
        "#]],
    );
}

#[test]
fn what_setup_made_is_part_of_base() {
    Case::new(
        Stairway,
        r"
--- /setup.sql
CREATE TABLE shim (id int);
--- 1_users.up.sql
DROP TABLE shim;
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
",
    )
    .expect(expect![[r#"
        stairway: 2 findings

        1. the down of 1 users leaves residue
           --> migrations/1_users.down.sql

           table shim is missing
             expected  there
             actual    (none)

        2. after its down, the up of 1 users fails
           --> migrations/1_users.up.sql:1:1
           1 | DROP TABLE shim;
             | ^
           ERROR 42P01: table "shim" does not exist

           help: the down has to take back all that the up makes, so that the up can run again
    "#]]);
}
