//! The defect gallery of `downgrade_all_the_way`.

use expect_test::expect;
use gauntlet_runtime::checks::Check::DowngradeAllTheWay;
use gauntlet_runtime::history::Irreversible;

use crate::support::{check, check_with};

const THREE: &str = r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY);
--- 2_orders.down.sql
DROP TABLE orders;
--- 3_items.up.sql
CREATE TABLE items (id int PRIMARY KEY);
--- 3_items.down.sql
DROP TABLE items;
";

#[test]
fn a_clean_history_passes() {
    check(
        DowngradeAllTheWay,
        THREE,
        expect![[r#"
        downgrade_all_the_way: ok
    "#]],
    );
}

#[test]
fn what_two_downs_leave_is_told_with_its_origin() {
    check(
        DowngradeAllTheWay,
        r"
--- 1_users.up.sql
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE users (id int PRIMARY KEY, mood mood);
--- 1_users.down.sql
DROP TABLE users;
--- 2_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY);
CREATE SEQUENCE order_numbers;
--- 2_orders.down.sql
DROP TABLE orders;
",
        expect![[r#"
            downgrade_all_the_way: 2 findings

            1. 1_users is not undone on the way down from head to base
               --> migrations/1_users.down.sql

               enum mood: left behind
                 (ok)

               help: add to one of the down scripts:

                     DROP TYPE mood;

            2. 2_orders is not undone on the way down from head to base
               --> migrations/2_orders.down.sql

               sequence order_numbers: left behind

               help: add to one of the down scripts:

                     DROP SEQUENCE order_numbers;
        "#]],
    );
}

#[test]
fn a_down_that_fails_only_on_the_way_down() {
    check(
        DowngradeAllTheWay,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY REFERENCES users (id));
--- 2_orders.down.sql
SELECT 1;
",
        expect![[r#"
            downgrade_all_the_way: 1 finding

            1. 2_orders is not undone on the way down from head, and the down of 1_users fails on what is left
               --> migrations/2_orders.down.sql
               ERROR 2BP01: cannot drop table users because other objects depend on it
               DETAIL: constraint orders_id_fkey on table orders depends on table users
               HINT: Use DROP ... CASCADE to drop the dependent objects too.
               the way down from head ends here: 1 of 2 versions were reverted

               table orders: left behind
                 (id integer)

               help: add to the down script:

                     ALTER TABLE orders DROP CONSTRAINT orders_id_fkey;
                     -- the rows of table 'orders' are lost
                     DROP TABLE orders;
        "#]],
    );
}

#[test]
fn a_down_that_is_missing_ends_the_way() {
    check(
        DowngradeAllTheWay,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_orders.up.sql
CREATE TABLE orders (id int PRIMARY KEY);
--- 3_items.up.sql
CREATE TABLE items (id int PRIMARY KEY);
--- 3_items.down.sql
DROP TABLE items;
",
        expect![[r#"
            downgrade_all_the_way: 1 finding

            1. 2_orders has no down script
               --> migrations/2_orders.down.sql
               the way down from head ends here: 1 of 3 versions were reverted

               help: write the down script, or declare the version irreversible (in the attribute):

                     irreversible = [2]
        "#]],
    );
}

#[test]
fn a_column_that_one_down_restores_otherwise() {
    check_with(
        DowngradeAllTheWay,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x');
--- 2_no_name.up.sql
ALTER TABLE users DROP COLUMN name;
--- 2_no_name.down.sql
ALTER TABLE users ADD COLUMN name varchar(20);
--- 3_name.up.sql
ALTER TABLE users ADD COLUMN nick text;
--- 3_name.down.sql
ALTER TABLE users DROP COLUMN nick;
",
        |suite| suite.downgrade_floor(1),
        expect![[r#"
            downgrade_all_the_way: 1 finding

            1. 2_no_name is not undone on the way down from head to 1_users
               --> migrations/2_no_name.down.sql

               column users.name: default
                 expected  'x'::text
                 actual    (none)
               column users.name: nullability
                 expected  NOT NULL
                 actual    NULL
               column users.name: type
                 expected  text
                 actual    character varying(20)

               help: add to one of the down scripts:

                     ALTER TABLE users ALTER COLUMN name TYPE text USING name::text;
                     ALTER TABLE users ALTER COLUMN name SET DEFAULT 'x'::text;
                     -- rows in which name is null need a value first
                     ALTER TABLE users ALTER COLUMN name SET NOT NULL;
        "#]],
    );
}

#[test]
fn declared_versions_end_the_way() {
    check_with(
        DowngradeAllTheWay,
        THREE,
        |suite| suite.irreversible(Irreversible::versions([2])),
        expect![[r#"
            downgrade_all_the_way: ok
        "#]],
    );
    check_with(
        DowngradeAllTheWay,
        THREE,
        |suite| suite.downgrade_floor(2),
        expect![[r#"
        downgrade_all_the_way: ok
    "#]],
    );
}

#[test]
fn nothing_to_revert_is_told() {
    check_with(
        DowngradeAllTheWay,
        THREE,
        |suite| suite.irreversible(Irreversible::versions([3])),
        expect![[r#"
            downgrade_all_the_way: 1 finding

            1. nothing is reverted: the last version, 3_items, is declared to stay
               --> migrations/3_items.up.sql

               help: skip this check until a reversible version follows:

                     #[gauntlet(skip = "downgrade_all_the_way")]
        "#]],
    );
    check_with(
        DowngradeAllTheWay,
        THREE,
        |suite| suite.irreversible(Irreversible::All),
        expect![[r#"
            downgrade_all_the_way: 1 finding

            1. nothing is reverted: the last version, 3_items, is declared to stay
               --> migrations/3_items.up.sql

               help: skip this check until a reversible version follows:

                     #[gauntlet(skip = "downgrade_all_the_way")]
        "#]],
    );
    check(
        DowngradeAllTheWay,
        "--- 1_users.sql\nCREATE TABLE users (id int);\n",
        expect![[r#"
            downgrade_all_the_way: 1 finding

            1. the only version has no down script, so there is no way back to check

               help: if the history only goes up, declare all of it irreversible; then only the ups are checked (in the attribute):

                     irreversible = all
        "#]],
    );
    check(
        DowngradeAllTheWay,
        "--- README.md\nNothing yet.\n",
        expect![[r#"
            downgrade_all_the_way: 1 finding

            1. the folder migrations holds no migration

               help: name the folder, relative to the crate's Cargo.toml (in the attribute):

                     migrations = "..."
        "#]],
    );
}

#[test]
fn an_up_that_fails_is_told() {
    check(
        DowngradeAllTheWay,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_orders.up.sql
CREATE TABLE orders (id int REFERENCES user (id));
--- 2_orders.down.sql
DROP TABLE orders;
",
        expect![[r#"
            downgrade_all_the_way could not run:

               failed to run the up of 2_orders
                 --> migrations/2_orders.up.sql:1:40
                 1 | CREATE TABLE orders (id int REFERENCES user (id));
                   |                                        ^
                 ERROR 42601: syntax error at or near "user"
        "#]],
    );
}
