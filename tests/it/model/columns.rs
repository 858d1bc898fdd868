//! Drift between head and the model, as a person sees it: for structs and enums, and for a SQL file. Here of columns and
//! tables; labels and constraints have files of their own.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes, clippy::too_many_lines)]

use expect_test::{Expect, expect};
use gauntlet::{Check, models};

use crate::model::shop::{Order, OrderStatus, Priority, User};
use crate::support::{Project, printed};

/// The models and the structs.
const SHOP: &str = "\
CREATE TYPE order_status AS ENUM ('pending', 'paid', 'sent');
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    bio text,
    active boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status order_status NOT NULL DEFAULT 'pending',
    quantity integer NOT NULL CHECK (quantity > 0),
    priority smallint NOT NULL CHECK (priority IN (0, 1, 2)),
    note varchar(80)
);
CREATE INDEX orders_user_id_idx ON orders (user_id);
";

fn shop() -> gauntlet::model::Models {
    models![User, Order, OrderStatus, Priority]
}

/// The shop's schema, then a change that the models do not know: what the structs say, and what the file says.
#[track_caller]
#[allow(clippy::needless_pass_by_value)]
pub(crate) fn check(drift: &str, structs: Expect, file: Expect) {
    let project = Project::new(&format!(
        "--- 1_shop.sql\n{SHOP}--- 2_drift.sql\n{drift};\n--- /schema.sql\n{SHOP}"
    ));
    let suite = || project.suite().db(crate::support::embedded());
    structs.assert_eq(&printed(&suite().model(shop()).report(Check::UpToDate)));
    file.assert_eq(&printed(&suite().model("schema.sql").report(Check::UpToDate)));
}

#[test]
fn no_drift() {
    check(
        "SELECT 1",
        expect![[r#"
        up_to_date: ok
    "#]],
        expect![[r#"
        up_to_date: ok
    "#]],
    );
}

#[test]
fn a_type() {
    check(
        "ALTER TABLE orders ALTER COLUMN quantity TYPE bigint",
        expect![[r#"
            up_to_date: 1 finding

            1. column orders.quantity is bigint in the database, but `Order::quantity` is `i32`, which sqlx reads from integer: reading the column fails at run time
               --> tests/it/model/shop.rs:28:5
                 expected  integer
                 actual    bigint

               help: if the database is right, give `quantity` a type that sqlx reads from bigint, such as `i64`

               help: if the model is right, add a migration:

                     -- rows whose quantity does not fit integer need another value first
                     ALTER TABLE orders ALTER COLUMN quantity TYPE integer USING quantity::integer;
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               column orders.quantity: type
                 expected  integer
                 actual    bigint

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     -- rows whose quantity does not fit integer need another value first
                     ALTER TABLE orders ALTER COLUMN quantity TYPE integer USING quantity::integer;
        "#]],
    );
}

#[test]
fn a_type_that_reads_the_same_in_rust() {
    check(
        "ALTER TABLE orders ALTER COLUMN note TYPE text",
        expect![[r#"
            up_to_date: 1 finding

            1. column orders.note is text in the database, but `Order::note` states character varying(80)
               --> tests/it/model/shop.rs:31:5
                 expected  character varying(80)
                 actual    text

               help: if the model is right, add a migration:

                     -- rows whose note does not fit character varying(80) need another value first
                     ALTER TABLE orders ALTER COLUMN note TYPE character varying(80) USING note::character varying(80);
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               column orders.note: type
                 expected  character varying(80)
                 actual    text

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     -- rows whose note does not fit character varying(80) need another value first
                     ALTER TABLE orders ALTER COLUMN note TYPE character varying(80) USING note::character varying(80);
        "#]],
    );
}

#[test]
fn a_nullable_column_that_rust_reads_without_option() {
    check(
        "ALTER TABLE users ALTER COLUMN email DROP NOT NULL",
        expect![[r#"
            up_to_date: 1 finding

            1. column users.email is nullable in the database, but `User::email` is not an `Option`: reading a NULL fails at run time
               --> tests/it/model/shop.rs:12:5
                 expected  NOT NULL
                 actual    nullable

               help: if the model is right, add a migration:

                     -- rows in which email is null need a value first
                     ALTER TABLE users ALTER COLUMN email SET NOT NULL;

               help: if the migrations are right, read it into:

                     email: Option<String>
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               column users.email: nullability
                 expected  NOT NULL
                 actual    NULL

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     -- rows in which email is null need a value first
                     ALTER TABLE users ALTER COLUMN email SET NOT NULL;
        "#]],
    );
}

#[test]
fn a_not_null_column_that_rust_reads_with_option() {
    check(
        "ALTER TABLE users ALTER COLUMN bio SET NOT NULL",
        expect![[r#"
        up_to_date: 1 finding

        1. column users.bio is NOT NULL in the database, but `User::bio` is an `Option`: writing a `None` fails at run time
           --> tests/it/model/shop.rs:13:5
             expected  nullable
             actual    NOT NULL

           help: if the model is right, add a migration:

                 ALTER TABLE users ALTER COLUMN bio DROP NOT NULL;

           help: if the migrations are right, take the `Option` away; if the field is `None` for other reasons, put #[model(not_null)] on it
    "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               column users.bio: nullability
                 expected  NULL
                 actual    NOT NULL

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE users ALTER COLUMN bio DROP NOT NULL;
        "#]],
    );
}

/// A view on the column is made again.
#[test]
fn another_type_below_a_view() {
    check(
        "ALTER TABLE orders ALTER COLUMN note TYPE text;\nCREATE VIEW notes AS SELECT note FROM orders",
        expect![[r#"
            up_to_date: 1 finding

            1. column orders.note is text in the database, but `Order::note` states character varying(80)
               --> tests/it/model/shop.rs:31:5
                 expected  character varying(80)
                 actual    text

               help: if the model is right, add a migration:

                     DROP VIEW notes;
                     -- rows whose note does not fit character varying(80) need another value first
                     ALTER TABLE orders ALTER COLUMN note TYPE character varying(80) USING note::character varying(80);
                     CREATE VIEW notes AS
                      SELECT orders.note
                        FROM orders;
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               column orders.note: type
                 expected  character varying(80)
                 actual    text
               view notes: at head but not in the model
                 SELECT orders.note
                   FROM orders;

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     DROP VIEW notes;
                     -- rows whose note does not fit character varying(80) need another value first
                     ALTER TABLE orders ALTER COLUMN note TYPE character varying(80) USING note::character varying(80);
        "#]],
    );
}

#[test]
fn a_missing_column() {
    check(
        "ALTER TABLE users RENAME COLUMN bio TO biography",
        expect![[r#"
            up_to_date: 1 finding

            1. column users.bio does not exist at head, but `User::bio` reads it: the query fails at run time
               --> tests/it/model/shop.rs:13:5

               help: if column biography is meant, add to the field:

                     #[sqlx(rename = "biography")]

               help: if the model is right, add a migration:

                     ALTER TABLE users ADD COLUMN bio text;
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               column users.bio: named biography at head

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE users RENAME COLUMN biography TO bio;
        "#]],
    );
}

#[test]
fn a_default() {
    check(
        "ALTER TABLE users ALTER COLUMN active SET DEFAULT false",
        expect![[r#"
        up_to_date: 1 finding

        1. column users.active has another default than `User::active` states
           --> tests/it/model/shop.rs:15:5
             expected  true
             actual    false

           help: if the model is right, add a migration:

                 ALTER TABLE users ALTER COLUMN active SET DEFAULT true;
    "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               column users.active: default
                 expected  true
                 actual    false

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE users ALTER COLUMN active SET DEFAULT true;
        "#]],
    );
}

#[test]
fn a_lost_default() {
    check(
        "ALTER TABLE orders ALTER COLUMN status DROP DEFAULT",
        expect![[r#"
        up_to_date: 1 finding

        1. column orders.status has another default than `Order::status` states
           --> tests/it/model/shop.rs:26:5
             expected  'pending'::order_status
             actual    no default

           help: if the model is right, add a migration:

                 ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'::order_status;
    "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               column orders.status: default
                 expected  'pending'::order_status
                 actual    (none)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'::order_status;
        "#]],
    );
}

#[test]
fn a_table() {
    check(
        "ALTER TABLE users RENAME TO accounts",
        expect![[r#"
            up_to_date: 2 findings

            1. table users, which `User` reads, does not exist at head
               --> tests/it/model/shop.rs:9:19

               help: if the table has another name, add to the struct:

                     #[model(table = "...")]

               help: if the model is right, add a migration:

                     CREATE TABLE users (
                         id int8 NOT NULL,
                         email text NOT NULL,
                         bio text,
                         active bool DEFAULT true NOT NULL,
                         PRIMARY KEY (id)
                     );

            2. table accounts exists at head but no model mentions it

               help: derive `gauntlet::Model` on the struct that reads it, and list the struct in `models!`

               help: or, if no struct should, allow it:

                     gauntlet::models![User, Order, OrderStatus, Priority].allow(["accounts"])
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               table users: named accounts at head

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE accounts RENAME TO users;
        "#]],
    );
}
