//! Cases from the histories of other projects, each reduced to a few lines.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{Naming, Stairway};

use crate::support::{Case, check};

#[test]
fn of_long_lists_only_what_differs_is_told() {
    check(
        Stairway,
        r"
--- 1_codes.up.sql
CREATE TYPE code AS ENUM ('aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'gg', 'hh', 'ii', 'jj', 'kk', 'll', 'mm', 'nn', 'oo', 'pp', 'qq', 'rr', 'ss', 'tt', 'uu', 'vv', 'ww', 'xx', 'yy', 'zz');
CREATE TABLE visits (id int, started_at timestamptz, ended_at timestamptz, address text, referrer text, device text, screen text, language text);
--- 1_codes.down.sql
DROP TABLE visits;
DROP TYPE code;
--- 2_one_more.up.sql
ALTER TYPE code ADD VALUE 'dx' AFTER 'dd';
--- 2_one_more.down.sql
SELECT 'nothing to do';
--- 3_fewer_columns.up.sql
ALTER TABLE visits DROP COLUMN ended_at;
--- 3_fewer_columns.down.sql
ALTER TABLE visits ADD COLUMN ended_at timestamptz;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_one_more does not restore the schema
               --> migrations/2_one_more.down.sql
               the up then fails when it runs again: migrations/2_one_more.up.sql:1:1
               ERROR 42710: enum label "dx" already exists

               enum code: labels
                 expected  (…, dd, ee, …)
                 actual    (…, dd, dx, ee, …)

               help: use ADD VALUE IF NOT EXISTS in the up script so that it can run again: PostgreSQL cannot remove a label

            note: the down of 3_fewer_columns restores columns in a different order: PostgreSQL adds a column at the end
               --> migrations/3_fewer_columns.down.sql

               table visits: column order
                 expected  (id, started_at, ended_at, address, referrer, device, screen, language)
                 actual    (id, started_at, address, referrer, device, screen, language, ended_at)
        "#]],
    );
}

#[test]
fn views_that_take_all_columns_follow_their_order() {
    check(
        Stairway,
        r"
--- 1_places.up.sql
CREATE TABLE places (id int, title text, town text);
CREATE VIEW all_places AS SELECT *, 1 AS rank FROM places UNION ALL SELECT *, NULL FROM places;
--- 1_places.down.sql
DROP VIEW all_places;
DROP TABLE places;
--- 2_no_title.up.sql
DROP VIEW all_places;
ALTER TABLE places DROP COLUMN title;
CREATE VIEW all_places AS SELECT *, 1 AS rank FROM places UNION ALL SELECT *, NULL FROM places;
--- 2_no_title.down.sql
DROP VIEW all_places;
ALTER TABLE places ADD COLUMN title text;
CREATE VIEW all_places AS SELECT *, 1 AS rank FROM places UNION ALL SELECT *, NULL FROM places;
",
        expect![[r#"
            stairway: ok
            stairway: note: the down of 2_no_title restores columns in a different order: PostgreSQL adds a column at the end
               --> migrations/2_no_title.down.sql

               table places: column order
                 expected  (id, title, town)
                 actual    (id, town, title)
               view all_places: definition (- expected, + actual)
                    SELECT places.id,
                 +     places.town,
                       places.title,
                 -     places.town,
                       1 AS rank
                      FROM places
                   UNION ALL
                    SELECT places.id,
                 +     places.town,
                       places.title,
                 -     places.town,
                       NULL::integer AS rank
                      FROM places;
        "#]],
    );
}

#[test]
fn a_key_that_comes_back_narrower() {
    check(
        Stairway,
        r"
--- 1_log.up.sql
CREATE TABLE log (id bigserial PRIMARY KEY, line text);
--- 1_log.down.sql
DROP TABLE log;
--- 2_no_key.up.sql
ALTER TABLE log DROP COLUMN id;
--- 2_no_key.down.sql
ALTER TABLE log ADD COLUMN id serial PRIMARY KEY;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_no_key does not restore the schema
               --> migrations/2_no_key.down.sql

               sequence log_id_seq: type
                 expected  bigint
                 actual    integer
               column log.id: type
                 expected  bigint
                 actual    integer

               help: add to the down script, which may be edited even if it has shipped:

                     ALTER TABLE log ALTER COLUMN id DROP DEFAULT;
                     ALTER SEQUENCE log_id_seq AS bigint;
                     ALTER TABLE log ALTER COLUMN id TYPE bigint USING id::bigint;
                     ALTER TABLE log ALTER COLUMN id SET DEFAULT nextval('log_id_seq'::regclass);

            note: the down of 2_no_key restores columns in a different order: PostgreSQL adds a column at the end
               --> migrations/2_no_key.down.sql

               table log: column order
                 expected  (id, line)
                 actual    (line, id)
        "#]],
    );
}

#[test]
fn an_extension_that_stays_may_be_meant() {
    Case::new(
        Stairway,
        r"
--- /setup.sql
DROP EXTENSION plpgsql;
--- 1_start.up.sql
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE TABLE users (id int);
--- 1_start.down.sql
DROP TABLE users;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 1_start does not restore the schema
           --> migrations/1_start.down.sql

           extension plpgsql: left behind

           help: add to the down script, which may be edited even if it has shipped:

                 DROP EXTENSION plpgsql;

           help: or, if extensions are to stay, ignore them in every comparison (in the attribute):

                 ignore(extensions)
    "#]]);
}

#[test]
fn a_history_with_names_of_its_own_is_shown_the_rule_for_them() {
    check(
        Naming,
        r"
--- 1_posts.sql
CREATE TABLE posts (id int PRIMARY KEY, author int, slug text, at date);
CREATE INDEX posts_author_index ON posts (author);
CREATE UNIQUE INDEX posts_slug_index ON posts (slug);
CREATE INDEX posts_at_index ON posts (at);
",
        expect![[r#"
            naming: ok
        "#]],
    );
}

#[test]
fn a_name_that_is_proposed_is_free() {
    check(
        Naming,
        r"
--- 1_posts.sql
CREATE TABLE posts (id int PRIMARY KEY, author int);
CREATE INDEX idx_posts_author ON posts (author);
CREATE INDEX by_author ON posts (author) WHERE author > 0;
CREATE INDEX of_author ON posts (author DESC);
",
        expect![[r#"
            naming: 1 finding

            1. 2 of 3 indexes break the naming rule: idx_… or uq_… or …_idx or …_pkey or …_key
               --> migrations/1_posts.sql:3:14
               by_author on posts, of_author on posts

               help: rename them in a migration:

                     ALTER INDEX by_author RENAME TO idx_posts_author_2;
                     ALTER INDEX of_author RENAME TO idx_posts_author_3;

               help: to accept the names that exist (in the attribute):

                     naming(except = ["by_author", "of_author"])
        "#]],
    );
}

#[test]
fn a_name_that_postgres_gave_before_a_renaming_is_right() {
    check(
        Naming,
        r"
--- 1_people.sql
CREATE TABLE people (id int PRIMARY KEY, age int CHECK (age > 0));
--- 2_users.sql
ALTER TABLE people RENAME TO users;
ALTER TABLE users RENAME COLUMN age TO years;
",
        expect![[r#"
            naming: ok
        "#]],
    );
}
