//! The defect gallery of `stairway`: steps that are clean, missing, declared away, or that fail. Changes of the
//! schema are in the other galleries of this folder.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;
use gauntlet_runtime::history::Irreversible;
use gauntlet_runtime::isolation::Isolation;

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
            stairway: 5 findings

            1. 1_users has an empty down script
               --> migrations/1_users.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the rows of table 'users' are lost
                     DROP TABLE users;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [1]

            2. 2_orders has a down script without a statement
               --> migrations/2_orders.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the rows of table 'orders' are lost
                     DROP TABLE orders;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [2]

            3. 3_items has no down script
               --> migrations/3_items.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the rows of table 'items' are lost
                     DROP TABLE items;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [3]

            4. the up of 4_seed fails when it runs again after its down
               --> migrations/4_seed.up.sql:1:1
               1 | INSERT INTO items VALUES (1);
                 | ^
               ERROR 23505: duplicate key value violates unique constraint "items_pkey"
               DETAIL: Key (id)=(1) already exists.

               help: let the down script also restore the rows: the up needs some, or fails on some, that were not there before

            5. the down of 5_notes changes nothing, although the up changed the schema
               --> migrations/5_notes.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the rows of table 'notes' are lost
                     DROP TABLE notes;

               help: or declare the version irreversible (in the attribute):

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

               help: if the history only goes up, declare all of it irreversible; then only the ups are checked (in the attribute):

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
        |suite| suite.irreversible(Irreversible::versions([1, 2])),
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

               help: declare the version irreversible (in the attribute):

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

               help: declare the version irreversible (in the attribute):

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

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the rows of table 'users' are lost
                     DROP TABLE users;

            2. the down of 2_orders fails
               --> migrations/2_orders.down.sql:2:1
               2 | DROP TABLE orders;
                 | ^
               ERROR 2BP01: cannot drop table orders because other objects depend on it
               DETAIL: constraint items_order_id_fkey on table items depends on table orders
               HINT: Use DROP ... CASCADE to drop the dependent objects too.

               help: a down that restores the schema (a down may be edited even if it has shipped):

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

               help: a down that restores the schema (a down may be edited even if it has shipped):

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

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
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
fn a_command_of_psql_is_named_as_such() {
    check(
        Stairway,
        "--- 1_a.up.sql\n\\set ON_ERROR_STOP on\nCREATE TABLE a (id int);\n--- 1_a.down.sql\nDROP TABLE a;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_a fails
               --> migrations/1_a.up.sql:1:1
               1 | \set ON_ERROR_STOP on
                 | ^
               ERROR 42601: syntax error at or near "\"

               help: remove the line: `\set` is a command of psql, which sqlx sends to the server as SQL
        "#]],
    );
}

#[test]
fn rows_for_psql_are_named_as_such() {
    check(
        Stairway,
        "--- 1_a.up.sql\nCREATE TABLE a (id int);\nCOPY a (id) FROM stdin;\n1\n2\n\\.\n--- 1_a.down.sql\nDROP TABLE a;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_a fails
               --> migrations/1_a.up.sql:3:1
               3 | 1
                 | ^
               ERROR 42601: syntax error at or near "1"

               help: write the rows as INSERT: only psql sends the lines behind COPY ... FROM stdin as rows, and sqlx sends them as SQL
        "#]],
    );
    check(
        Stairway,
        "--- 1_a.up.sql\nCOPY a (id) TO stdout;\nSELEC 1;\n--- 1_a.down.sql\nDROP TABLE a;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_a fails
               --> migrations/1_a.up.sql:2:1
               2 | SELEC 1;
                 | ^
               ERROR 42601: syntax error at or near "SELEC"

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn a_label_that_is_used_in_the_version_that_adds_it() {
    let files = "
--- 1_job.up.sql
CREATE TYPE job AS ENUM ('open');
CREATE TABLE jobs (s job DEFAULT 'open');
--- 1_job.down.sql
DROP TABLE jobs;
DROP TYPE job;
--- 2_stale.up.sql
ALTER TYPE job ADD VALUE 'stale';
ALTER TABLE jobs ALTER COLUMN s SET DEFAULT 'stale';
--- 2_stale.down.sql
ALTER TABLE jobs ALTER COLUMN s SET DEFAULT 'open';
";
    let text = Case::new(Stairway, files).text(Isolation::Database);
    assert!(text.contains("ERROR 55P04"), "{text}");
    assert!(text.contains("help: give ADD VALUE a version of its own"), "{text}");
}
