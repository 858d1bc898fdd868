//! The SQL that a finding proposes for a down, tried before it is shown.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;

use crate::support::check;

/// What each of these needs is not planned. The proposal says so.
#[test]
fn a_proposal_that_fails() {
    check(
        Stairway,
        r"
--- 1_row.up.sql
CREATE TABLE a (id int);
CREATE TABLE b (one a);
--- 1_row.down.sql
DROP TABLE b, a;
--- 2_wide.up.sql
DROP TABLE b;
ALTER TABLE a ALTER COLUMN id TYPE bigint;
CREATE TABLE b (one a);
--- 2_wide.down.sql
SELECT 1;
--- 3_half.up.sql
CREATE TABLE c (id int);
CREATE FUNCTION one(c int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT id FROM c WHERE id = one.c; END;
CREATE VIEW v AS SELECT one(id) AS id FROM c;
CREATE POLICY p ON c USING (one(id) > 0);
--- 3_half.down.sql
DROP VIEW v
",
        expect![[r#"
            stairway: 2 findings

            1. the down of 2_wide changes nothing, although the up changed the schema
               --> migrations/2_wide.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- this fails as it stands, and is to be finished by hand: ERROR 0A000: cannot alter table "a" because column "b.one" uses its row type
                     -- rows whose id does not fit integer need another value first
                     ALTER TABLE a ALTER COLUMN id TYPE integer USING id::integer;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [2]

            2. the down of 3_half does not restore the schema
               --> migrations/3_half.down.sql
               the up then fails when it runs again: migrations/3_half.up.sql:1:1
               ERROR 42P07: relation "c" already exists

               function one(integer): left behind
               table c: left behind
                 (id integer)

               help: add to the down script, which may be edited even if it has shipped:

                     ;
                     -- this fails as it stands, and is to be finished by hand: ERROR 2BP01: cannot drop function one(integer) because other objects depend on it
                     DROP FUNCTION one(integer);
                     -- the rows of table 'c' are lost
                     DROP TABLE c;
        "#]],
    );
}

/// Keys of two tables that have exchanged their names.
#[test]
fn names_that_step_aside() {
    check(
        Stairway,
        r"
--- 1_keys.up.sql
CREATE TABLE a (id int CONSTRAINT first PRIMARY KEY);
CREATE TABLE b (id int CONSTRAINT second PRIMARY KEY);
--- 1_keys.down.sql
DROP TABLE a, b;
--- 2_swap.up.sql
ALTER INDEX first RENAME TO aside;
ALTER INDEX second RENAME TO first;
ALTER INDEX aside RENAME TO second;
--- 2_swap.down.sql
SELECT 1;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_swap changes nothing, although the up changed the schema
               --> migrations/2_swap.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     ALTER TABLE a RENAME CONSTRAINT second TO second_aside;
                     ALTER TABLE b RENAME CONSTRAINT first TO second;
                     ALTER TABLE a RENAME CONSTRAINT second_aside TO first;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [2]
        "#]],
    );
}

/// A table that was set aside for a copy: the copy stands for it.
#[test]
fn a_copy_that_was_swapped_in() {
    let case = |down: &str| {
        format!(
            "--- 1_orders.up.sql
CREATE TABLE orders (id int CONSTRAINT orders_key PRIMARY KEY, note text);
--- 1_orders.down.sql
DROP TABLE orders;
--- 2_copy.up.sql
CREATE TABLE orders_new (id bigint CONSTRAINT orders_new_key PRIMARY KEY, note text);
INSERT INTO orders_new SELECT * FROM orders;
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_new RENAME TO orders;
--- 2_copy.down.sql
{down}
"
        )
    };
    check(
        Stairway,
        &case("SELECT 1;"),
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_copy changes nothing, although the up changed the schema
               --> migrations/2_copy.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the rows of table 'orders_old' are lost
                     DROP TABLE orders_old;
                     ALTER TABLE orders RENAME CONSTRAINT orders_new_key TO orders_key;
                     -- rows whose id does not fit integer need another value first
                     ALTER TABLE orders ALTER COLUMN id TYPE integer USING id::integer;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [2]
        "#]],
    );
    check(
        Stairway,
        &case("DROP TABLE orders;\nALTER TABLE orders_old RENAME TO orders;"),
        expect![[r#"
            stairway: ok
        "#]],
    );
}

/// What the columns of a table have is renamed with it.
#[test]
fn a_table_with_an_identity() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);
--- 1_users.down.sql
DROP TABLE users;
--- 2_accounts.up.sql
ALTER TABLE users RENAME TO accounts;
--- 2_accounts.down.sql
SELECT 1;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_accounts changes nothing, although the up changed the schema
               --> migrations/2_accounts.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     ALTER TABLE accounts RENAME TO users;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [2]
        "#]],
    );
}
