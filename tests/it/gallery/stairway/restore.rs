//! The defect gallery of `stairway`: tables, columns, indexes, views and functions that a down leaves behind or brings back
//! different.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;

use crate::support::{Case, check};

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
               the up then fails when it runs again: migrations/2_email_index.up.sql:1:1
               ERROR 42P07: relation "idx_users_email" already exists

               index idx_users_email on users: left behind
                 CREATE INDEX idx_users_email ON users USING btree (email)

               help: add to the down script, which may be edited even if it has shipped:

                     DROP INDEX idx_users_email;
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
               the up then fails when it runs again: migrations/1_users.up.sql:2:1
               ERROR 42P07: relation "posts" already exists

               table posts: left behind
                 (id integer, user_id bigint)

               help: add to the down script, which may be edited even if it has shipped:

                     -- the rows of table 'posts' are lost
                     DROP TABLE posts;
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

               help: add to the down script, which may be edited even if it has shipped:

                     -- rows whose email does not fit character varying(100) need another value first
                     ALTER TABLE users ALTER COLUMN email TYPE character varying(100);

            2. the down of 3_no_score does not restore the schema
               --> migrations/3_no_score.down.sql

               column users.score: default
                 expected  10
                 actual    (none)
               column users.score: nullability
                 expected  NOT NULL
                 actual    NULL

               help: add to the down script, which may be edited even if it has shipped:

                     ALTER TABLE users ALTER COLUMN score SET DEFAULT 10;
                     -- rows in which score is null need a value first
                     ALTER TABLE users ALTER COLUMN score SET NOT NULL;

            3. the down of 4_optional_email does not restore the schema
               --> migrations/4_optional_email.down.sql

               column users.email: nullability
                 expected  NOT NULL
                 actual    NULL
               column users.note: default
                 expected  'none'::text
                 actual    '-'::text

               help: add to the down script, which may be edited even if it has shipped:

                     -- rows in which email is null need a value first
                     ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                     ALTER TABLE users ALTER COLUMN note SET DEFAULT 'none'::text;

            note: the down of 3_no_score restores columns in a different order: PostgreSQL adds a column at the end
               --> migrations/3_no_score.down.sql

               table users: column order
                 expected  (id, email, score, note)
                 actual    (id, email, note, score)
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
            stairway: note: the down of 2_no_nick restores columns in a different order: PostgreSQL adds a column at the end
               --> migrations/2_no_nick.down.sql

               table users: column order
                 expected  (id, nick, email)
                 actual    (id, email, nick)
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

               help: add to the down script, which may be edited even if it has shipped:

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

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     DROP INDEX idx_users_email;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [2]

            2. the down of 3_orders does not restore the schema
               --> migrations/3_orders.down.sql
               the up then fails when it runs again: migrations/3_orders.up.sql:1:1
               ERROR 42P07: relation "orders" already exists

               table orders: left behind
                 (id integer, user_id integer)

               help: add to the down script, which may be edited even if it has shipped:

                     ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
                     -- the rows of table 'orders' are lost
                     DROP TABLE orders;
        "#]],
    );
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
               the up then creates a different schema when it runs again:
                 index idx_users on users: key columns: (email) the first time, (name) the second

               index idx_users on users: left behind
                 CREATE INDEX idx_users ON users USING btree (name)

               help: add to the down script, which may be edited even if it has shipped:

                     DROP INDEX idx_users;
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
           the up then fails when it runs again: migrations/1_users.up.sql:1:1
           ERROR 42P01: table "shim" does not exist

           table shim: not restored
             (id integer)

           help: add to the down script, which may be edited even if it has shipped:

                 CREATE TABLE shim (
                     id integer
                 );
    "#]]);
}
