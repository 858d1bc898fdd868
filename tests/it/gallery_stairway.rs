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
            stairway: 1 finding

            1. the down of 2_email_index does not restore the schema
               --> migrations/2_email_index.down.sql
               so the up fails when it runs again, at migrations/2_email_index.up.sql:1:1:
               ERROR 42P07: relation "idx_users_email" already exists

               index idx_users_email on users: left behind
                 CREATE INDEX idx_users_email ON users USING btree (email)

               help: add to the down script:

                     DROP INDEX idx_users_email;
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

            1. the down of 2_email_as_text does not restore the schema
               --> migrations/2_email_as_text.down.sql

               column users.email: type
                 expected  character varying(100)
                 actual    character varying(255)

               help: add to the down script:

                     ALTER TABLE users ALTER COLUMN email TYPE character varying(100);

            2. the down of 3_no_score does not restore the schema
               --> migrations/3_no_score.down.sql

               column users.score: default
                 expected  10
                 actual    (none)
               column users.score: not null
                 expected  yes
                 actual    no

               help: add to the down script:

                     ALTER TABLE users ALTER COLUMN score SET DEFAULT 10;
                     ALTER TABLE users ALTER COLUMN score SET NOT NULL;

            3. the down of 4_optional_email does not restore the schema
               --> migrations/4_optional_email.down.sql

               column users.email: not null
                 expected  yes
                 actual    no
               column users.note: default
                 expected  'none'::text
                 actual    '-'::text

               help: add to the down script:

                     ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                     ALTER TABLE users ALTER COLUMN note SET DEFAULT 'none'::text;

            note: the down of 3_no_score restores columns in another order: PostgreSQL adds a column at the end
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
            stairway: ok
            stairway: note: the down of 2_add_glad leaves glad in enum mood: PostgreSQL cannot remove a label
               --> migrations/2_add_glad.down.sql

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, ok, glad, happy)
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

            1. the down of 2_add_glad leaves glad in enum mood: PostgreSQL cannot remove a label
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
            stairway: 1 finding

            1. the down of 2_add_glad does not restore the schema
               --> migrations/2_add_glad.down.sql
               so the up fails when it runs again, at migrations/2_add_glad.up.sql:2:1:
               ERROR 42710: enum label "glad" already exists

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, ok, happy, glad)

               help: PostgreSQL cannot remove a label; write ADD VALUE IF NOT EXISTS in the up, so that it can run again
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
--- 3_more.up.sql
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';
--- 3_more.down.sql
-- a label cannot be removed
--- 4_most.up.sql
ALTER TYPE mood ADD VALUE 'ecstatic';
--- 4_most.down.sql
-- a label cannot be removed
",
        expect![[r#"
            stairway: 2 findings

            1. the down of 2_no_ok does not restore the schema
               --> migrations/2_no_ok.down.sql

               enum mood: labels
                 expected  (sad, ok, happy)
                 actual    (sad, happy, ok)

               help: add to the down script:

                     DROP TYPE mood;
                     CREATE TYPE mood AS ENUM (
                         'sad',
                         'ok',
                         'happy'
                     );

            2. the down of 4_most does not restore the schema
               --> migrations/4_most.down.sql
               so the up fails when it runs again, at migrations/4_most.up.sql:1:1:
               ERROR 42710: enum label "ecstatic" already exists

               enum mood: labels
                 expected  (sad, happy, glad)
                 actual    (sad, happy, glad, ecstatic)

               help: PostgreSQL cannot remove a label; write ADD VALUE IF NOT EXISTS in the up, so that it can run again

            note: the down of 3_more leaves glad in enum mood: PostgreSQL cannot remove a label
               --> migrations/3_more.down.sql

               enum mood: labels
                 expected  (sad, happy)
                 actual    (sad, happy, glad)
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
            stairway: 2 findings

            1. the down of 2_email_index changes nothing, although the up changed the schema
               --> migrations/2_email_index.down.sql

               help: a down that restores the schema:

                     DROP INDEX idx_users_email;

               help: or declare in the attribute that there is no way back:

                     irreversible = [2]

            2. the down of 3_orders does not restore the schema
               --> migrations/3_orders.down.sql
               so the up fails when it runs again, at migrations/3_orders.up.sql:1:1:
               ERROR 42P07: relation "orders" already exists

               table orders: left behind
                 (id integer, user_id integer)

               help: add to the down script:

                     ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
                     -- the rows of table 'orders' are lost
                     DROP TABLE orders;
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

            1. 1_users has an empty down script
               --> migrations/1_users.down.sql

               help: a down that restores the schema:

                     -- the rows of table 'users' are lost
                     DROP TABLE users;

               help: or declare in the attribute that there is no way back:

                     irreversible = [1]

            2. 2_orders has a down script without a statement
               --> migrations/2_orders.down.sql

               help: a down that restores the schema:

                     -- the rows of table 'orders' are lost
                     DROP TABLE orders;

               help: or declare in the attribute that there is no way back:

                     irreversible = [2]

            3. 3_items has no down script
               --> migrations/3_items.down.sql

               help: a down that restores the schema:

                     -- the rows of table 'items' are lost
                     DROP TABLE items;

               help: or declare in the attribute that there is no way back:

                     irreversible = [3]

            4. the down of 5_notes changes nothing, although the up changed the schema
               --> migrations/5_notes.down.sql

               help: a down that restores the schema:

                     -- the rows of table 'notes' are lost
                     DROP TABLE notes;

               help: or declare in the attribute that there is no way back:

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
    check(
        Stairway,
        files,
        expect![[r#"
        stairway: 1 finding

        1. none of the 2 versions has a down script, so there is no way back to check

           help: if the history only goes up, say so in the attribute; the ups are then checked alone:

                 irreversible = all
    "#]],
    );
    check_with(
        Stairway,
        files,
        |suite| suite.irreversible(Irreversible::All),
        expect![[r#"
        stairway: ok
    "#]],
    );
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
    check_with(
        Stairway,
        files,
        |suite| suite.downgrade_floor(2),
        expect![[r#"
        stairway: ok
    "#]],
    );
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

            1. the down of 2_merge raises an error on purpose
               --> migrations/2_merge.down.sql:3:5
               3 |     RAISE EXCEPTION 'the merge cannot be undone' USING HINT = 'restore a backup';
                 |     ^
               ERROR P0001: the merge cannot be undone
               HINT: restore a backup
               CONTEXT: PL/pgSQL function inline_code_block line 3 at RAISE

               help: if there is no way back, declare it in the attribute:

                     irreversible = [2]
        "#]],
    );
}

#[test]
fn a_down_that_raises_with_a_code_of_its_own() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DO 'BEGIN
    RAISE feature_not_supported USING MESSAGE = $m$there is no way back$m$;
END';
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 1_users raises an error on purpose
               --> migrations/1_users.down.sql:2:5
               2 |     RAISE feature_not_supported USING MESSAGE = $m$there is no way back$m$;
                 |     ^
               ERROR 0A000: there is no way back
               CONTEXT: PL/pgSQL function inline_code_block line 2 at RAISE

               help: if there is no way back, declare it in the attribute:

                     irreversible = [1]
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

            1. the down of 1_users fails
               --> migrations/1_users.down.sql:1:6
               1 | DROP TABEL users;
                 |      ^
               ERROR 42601: syntax error at or near "TABEL"

               help: a down that restores the schema:

                     -- the rows of table 'users' are lost
                     DROP TABLE users;

            2. the down of 2_orders fails
               --> migrations/2_orders.down.sql:2:1
               2 | DROP TABLE orders;
                 | ^
               ERROR 2BP01: cannot drop table orders because other objects depend on it
               DETAIL: constraint items_order_id_fkey on table items depends on table orders
               HINT: Use DROP ... CASCADE to drop the dependent objects too.

               help: a down that restores the schema:

                     ALTER TABLE items DROP CONSTRAINT items_order_id_fkey;
                     -- the rows of table 'items' are lost
                     DROP TABLE items;
                     -- the rows of table 'orders' are lost
                     DROP TABLE orders;

            3. the down of 3_index fails
               --> migrations/3_index.down.sql:1:1
               1 | DROP INDEX idx_items_orders;
                 | ^
               ERROR 42704: index "idx_items_orders" does not exist

               help: a down that restores the schema:

                     DROP INDEX idx_items_order;
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

            1. the up of 2_email fails
               --> migrations/2_email.up.sql:2:1
               2 | ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                 | ^
               ERROR 23502: column "email" of relation "users" contains null values
               the 2 versions after it were not reached

               help: correct the up: it fails in every database that has the versions before it
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
CREATE TABLE posts (id int PRIMARY KEY, user_id int NOT NULL);
CREATE VIEW authors AS SELECT u.id, u.email FROM users u JOIN posts p ON p.user_id = u.id WHERE u.active;
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
DROP VIEW authors;
DROP TABLE users, posts;
--- 2_better_initials.up.sql
CREATE OR REPLACE FUNCTION initials(name text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT upper(left(name, 1)) $$;
DROP VIEW authors;
CREATE VIEW authors AS SELECT u.id, u.email FROM users u;
--- 2_better_initials.down.sql
DROP VIEW authors;
CREATE VIEW authors AS SELECT u.id, u.email FROM users u JOIN posts p ON p.user_id = u.id;
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

            1. the down of 2_better_initials does not restore the schema
               --> migrations/2_better_initials.down.sql

               function initials(text): body (- expected, + actual)
                           result := result || left(word, 1);
                       END LOOP;
                 -     RETURN upper(result);
                 +     RETURN result;
                   END
               view authors: definition (- expected, + actual)
                      u.email
                     FROM (users u
                 -     JOIN posts p ON ((p.user_id = u.id)))
                 -  WHERE u.active;
                 +     JOIN posts p ON ((p.user_id = u.id)));

               help: add to the down script:

                     CREATE OR REPLACE FUNCTION initials(name text)
                     RETURNS text
                     LANGUAGE plpgsql
                     IMMUTABLE
                     AS $$
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
                     CREATE OR REPLACE VIEW authors AS
                      SELECT u.id,
                         u.email
                        FROM (users u
                          JOIN posts p ON ((p.user_id = u.id)))
                       WHERE u.active;
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

            1. the down of 2_trigger changes nothing, although the up changed the schema
               --> migrations/2_trigger.down.sql

               help: a down that restores the schema:

                     ALTER TABLE users ENABLE TRIGGER touch;

               help: or declare in the attribute that there is no way back:

                     irreversible = [2]

            2. the down of 3_index does not restore the schema
               --> migrations/3_index.down.sql

               index idx_users_email on users: predicate
                 expected  email <> ''::text
                 actual    (none)

               help: add to the down script:

                     DROP INDEX idx_users_email;
                     CREATE INDEX idx_users_email ON users (email) WHERE email <> ''::text;

            3. the down of 4_comment does not restore the schema
               --> migrations/4_comment.down.sql

               table users: comment
                 expected  (none)
                 actual    people

               help: add to the down script:

                     COMMENT ON TABLE users IS NULL;
        "#]],
    );
}

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

            1. the up of 2_audit makes another schema when it runs again after its down
               --> migrations/2_audit.up.sql

               table audit: not made the second time
                 (id integer)

               help: look in the up for what depends on rows, on the time or on names that are free

            2. the up of 3_unique fails when it runs again after its down
               --> migrations/3_unique.up.sql:1:1
               1 | INSERT INTO settings VALUES ('locale');
                 | ^
               ERROR 23505: duplicate key value violates unique constraint "settings_pkey"
               DETAIL: Key (key)=(locale) already exists.

               help: the down restores the schema, but not the rows that the up needs or must not find
        "#]],
    );
}

#[test]
fn a_role_that_stays() {
    check(
        Stairway,
        r"
--- 1_reader.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE ROLE gallery_reader;
--- 1_reader.down.sql
DROP TABLE users;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 1_reader leaves role gallery_reader on the server
               --> migrations/1_reader.down.sql
               a role belongs to all databases of a server, and stays when this one is dropped
               so the up fails when it runs again, at migrations/1_reader.up.sql:2:1:
               ERROR 42710: role "gallery_reader" already exists

               help: add to the down script:

                     DROP ROLE "gallery_reader";
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

            1. the down of 2_grant does not restore the schema
               --> migrations/2_grant.down.sql

               table users: privileges of PUBLIC
                 expected  (none)
                 actual    SELECT

               help: add to the down script:

                     REVOKE SELECT ON TABLE users FROM PUBLIC;
        "#]],
    );
}

#[test]
fn a_trigger_that_stays_disabled() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
--- 1_users.down.sql
DROP TABLE users;
DROP FUNCTION touch;
--- 2_email.up.sql
ALTER TABLE users DISABLE TRIGGER touch;
ALTER TABLE users ADD COLUMN email text;
--- 2_email.down.sql
ALTER TABLE users DROP COLUMN email;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_email does not restore the schema
               --> migrations/2_email.down.sql

               trigger touch on users: enabled
                 expected  yes
                 actual    no

               help: add to the down script:

                     ALTER TABLE users ENABLE TRIGGER touch;
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

        1. the down of 2_grant does not restore the schema
           --> migrations/2_grant.down.sql

           default privilege tables: left behind
             SELECT to PUBLIC

           help: add to the down script:

                 ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC;
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
            stairway: 1 finding

            1. the down of 2_index does not restore the schema
               --> migrations/2_index.down.sql
               so the up makes another schema when it runs again:
                 index idx_users on users: keys: (email) the first time, (name) the second

               index idx_users on users: left behind
                 CREATE INDEX idx_users ON users USING btree (name)

               help: add to the down script:

                     DROP INDEX idx_users;
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
            stairway: note: the down of 2_no_nick restores columns in another order: PostgreSQL adds a column at the end
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
            stairway: 1 finding

            1. the up of 3_email fails
               --> migrations/3_email.up.sql:1:1
               1 | ALTER TABLE users ADD COLUMN email text NOT NULL;
                 | ^
               ERROR 23502: column "email" of relation "users" contains null values

               help: correct the up: it fails in every database that has the versions before it
        "#]],
    );
}

const SETTINGS: &str = r"
--- 1_dump.up.sql
SELECT pg_catalog.set_config('search_path', '', false);
SET TimeZone = 'Asia/Tokyo';
SET default_tablespace = '';
--- 1_dump.down.sql
--- 2_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, at timestamptz DEFAULT '2024-01-01');
--- 2_users.down.sql
DROP TABLE users;
";

#[test]
fn session_settings_are_notes_and_colour_nothing() {
    Case::new(Stairway, SETTINGS).database_only().expect(expect![[r#"
        stairway: ok
        stairway: note: the up of 1_dump leaves the session setting TimeZone changed, also for the versions after it
           --> migrations/1_dump.up.sql
             expected  UTC
             actual    Asia/Tokyo

           help: use SET LOCAL, or put it back at the end of the script:

                 RESET TimeZone;

        stairway: note: the up of 1_dump leaves the session setting search_path changed, also for the versions after it
           --> migrations/1_dump.up.sql
             expected  "$user", public
             actual    (empty)

           help: use SET LOCAL, or put it back at the end of the script:

                 RESET search_path;
    "#]]);
    Case::new(Stairway, SETTINGS).schema_only().expect(expect![[r#"
        stairway: ok
        stairway: note: the up of 1_dump leaves the session setting TimeZone changed, also for the versions after it
           --> migrations/1_dump.up.sql
             expected  UTC
             actual    Asia/Tokyo

           help: use SET LOCAL, or put it back at the end of the script:

                 RESET TimeZone;

        stairway: note: the up of 1_dump leaves the session setting search_path changed, also for the versions after it
           --> migrations/1_dump.up.sql
             expected  "gauntlet_…","public"
             actual    (empty)

           help: use SET LOCAL, or put it back at the end of the script:

                 RESET search_path;
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
        stairway: note: the up of 1_role leaves the session setting role changed, also for the versions after it
           --> migrations/1_role.up.sql
             expected  none
             actual    gallery_app

           help: use SET LOCAL, or put it back at the end of the script:

                 RESET ROLE;
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

            1. the up of 2_index fails
               --> migrations/2_index.up.sql:3:1
               3 | CREATE INDEX CONCURRENTLY idx_users_email ON users (email);
                 | ^
               ERROR 25001: CREATE INDEX CONCURRENTLY cannot run inside a transaction block

               help: sqlx sends the whole file as one query, and PostgreSQL runs its statements in one transaction; give this one a migration of its own
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
            stairway: 1 finding

            1. the down of 1_users does not restore the schema
               --> migrations/1_users.down.sql
               so the up fails when it runs again, at migrations/1_users.up.sql:2:1:
               ERROR 42P07: relation "posts" already exists

               table posts: left behind
                 (id integer, user_id bigint)

               help: add to the down script:

                     -- the rows of table 'posts' are lost
                     DROP TABLE posts;
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
        stairway: 1 finding

        1. the down of 1_users does not restore the schema
           --> migrations/1_users.down.sql
           so the up fails when it runs again, at migrations/1_users.up.sql:1:1:
           ERROR 42P01: table "shim" does not exist

           table shim: not restored
             (id integer)

           help: add to the down script:

                 CREATE TABLE shim (
                     id integer
                 );
    "#]]);
}
