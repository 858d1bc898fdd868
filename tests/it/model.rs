//! Drift between head and the model, as a person sees it: for structs and enums, and for a SQL file.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes, clippy::too_many_lines)]

use expect_test::{Expect, expect};
use gauntlet::{Check, models};

use crate::model_shop::{Order, OrderStatus, Priority, User};
use crate::support::{Project, told};

/// What the models and the structs say.
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
fn check(drift: &str, structs: Expect, file: Expect) {
    let project = Project::new(&format!(
        "--- 1_shop.sql\n{SHOP}--- 2_drift.sql\n{drift};\n--- /schema.sql\n{SHOP}"
    ));
    let suite = || project.suite().db(gauntlet::db::embedded());
    structs.assert_eq(&told(&suite().model(shop()).report(Check::UpToDate)));
    file.assert_eq(&told(&suite().model("schema.sql").report(Check::UpToDate)));
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
           --> tests/it/model_shop.rs:28:5
             expected  integer
             actual    bigint

           help: if the model is right, add a migration:

                 ALTER TABLE orders ALTER COLUMN quantity TYPE integer;
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           column orders.quantity: type
             expected  integer
             actual    bigint

           help: if the model is right, add a migration:

                 ALTER TABLE orders ALTER COLUMN quantity TYPE integer USING quantity::integer;

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
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
           --> tests/it/model_shop.rs:31:5
             expected  character varying(80)
             actual    text

           help: if the model is right, add a migration:

                 ALTER TABLE orders ALTER COLUMN note TYPE character varying(80);
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           column orders.note: type
             expected  character varying(80)
             actual    text

           help: if the model is right, add a migration:

                 ALTER TABLE orders ALTER COLUMN note TYPE character varying(80) USING note::character varying(80);

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
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
           --> tests/it/model_shop.rs:12:5
             expected  NOT NULL
             actual    nullable

           help: if the model is right, add a migration:

                 ALTER TABLE users ALTER COLUMN email SET NOT NULL;

           help: if the migrations are right, make the field:

                 Option<String>
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           column users.email: not null
             expected  yes
             actual    no

           help: if the model is right, add a migration:

                 ALTER TABLE users ALTER COLUMN email SET NOT NULL;

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
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
           --> tests/it/model_shop.rs:13:5
             expected  nullable
             actual    NOT NULL

           help: if the model is right, add a migration:

                 ALTER TABLE users ALTER COLUMN bio DROP NOT NULL;

           help: if the migrations are right, take the `Option` away; if the field is `None` for other reasons, put #[model(not_null)] on it
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           column users.bio: not null
             expected  no
             actual    yes

           help: if the model is right, add a migration:

                 ALTER TABLE users ALTER COLUMN bio DROP NOT NULL;

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
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
           --> tests/it/model_shop.rs:13:5

           help: if the model is right, add a migration:

                 ALTER TABLE users ADD COLUMN bio text;
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           column users.bio: called biography at head

           help: if the model is right, add a migration:

                 ALTER TABLE users RENAME COLUMN biography TO bio;

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]],
    );
}

#[test]
fn a_missing_label() {
    check(
        "ALTER TABLE orders ALTER status DROP DEFAULT, ALTER status TYPE text; DROP TYPE order_status; \
         CREATE TYPE order_status AS ENUM ('pending', 'sent'); \
         ALTER TABLE orders ALTER status TYPE order_status USING status::order_status, ALTER status SET DEFAULT 'pending'",
        expect![[r#"
            up_to_date: 1 finding

            1. enum order_status has no label 'paid', which `OrderStatus::Paid` writes: the query fails at run time
               --> tests/it/model_shop.rs:38:5
                 expected  (pending, paid, sent)
                 actual    (pending, sent)

               help: if the model is right, add a migration:

                     ALTER TYPE order_status ADD VALUE 'paid' AFTER 'pending';
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               enum order_status: labels
                 expected  (pending, paid, sent)
                 actual    (pending, sent)

               help: if the model is right, add a migration:

                     ALTER TYPE order_status ADD VALUE 'paid' AFTER 'pending';

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn a_label_that_rust_does_not_know() {
    check(
        "ALTER TYPE order_status ADD VALUE 'returned'",
        expect![[r#"
        up_to_date: 1 finding

        1. enum order_status has a label 'returned', which `OrderStatus` does not know: reading it fails at run time
           --> tests/it/model_shop.rs:36:17
             expected  (pending, paid, sent)
             actual    (pending, paid, sent, returned)

           help: add a variant; PostgreSQL cannot take a label away, only make the type anew
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           enum order_status: labels
             expected  (pending, paid, sent)
             actual    (pending, paid, sent, returned)

           help: if the model is right, add a migration:

                 ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
                 ALTER TYPE order_status RENAME TO order_status_old;
                 CREATE TYPE order_status AS ENUM (
                     'pending',
                     'paid',
                     'sent'
                 );
                 ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::text::order_status;
                 ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'::order_status;
                 DROP TYPE order_status_old;

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]],
    );
}

#[test]
fn the_order_of_labels() {
    check(
        "ALTER TYPE order_status RENAME VALUE 'paid' TO 'x'; ALTER TYPE order_status RENAME VALUE 'sent' TO 'paid'; \
         ALTER TYPE order_status RENAME VALUE 'x' TO 'sent'",
        expect![[r#"
            up_to_date: 1 finding

            1. enum order_status has its labels in another order than `OrderStatus`: ORDER BY and < follow the database, #[derive(PartialOrd)] follows the enum
               --> tests/it/model_shop.rs:36:17
                 expected  (pending, paid, sent)
                 actual    (pending, sent, paid)

               help: put the variants into the database's order; PostgreSQL cannot reorder labels, only make the type anew
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               enum order_status: labels
                 expected  (pending, paid, sent)
                 actual    (pending, sent, paid)

               help: if the model is right, add a migration:

                     ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
                     ALTER TYPE order_status RENAME TO order_status_old;
                     CREATE TYPE order_status AS ENUM (
                         'pending',
                         'paid',
                         'sent'
                     );
                     ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::text::order_status;
                     ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'::order_status;
                     DROP TYPE order_status_old;

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
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
           --> tests/it/model_shop.rs:15:5
             expected  true
             actual    false

           help: if the model is right, add a migration:

                 ALTER TABLE users ALTER COLUMN active SET DEFAULT true;
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           column users.active: default
             expected  true
             actual    false

           help: if the model is right, add a migration:

                 ALTER TABLE users ALTER COLUMN active SET DEFAULT true;

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
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
           --> tests/it/model_shop.rs:26:5
             expected  'pending'::order_status
             actual    no default

           help: if the model is right, add a migration:

                 ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'::order_status;
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           column orders.status: default
             expected  'pending'::order_status
             actual    (none)

           help: if the model is right, add a migration:

                 ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'::order_status;

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]],
    );
}

#[test]
fn a_check() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_quantity_check, ADD CONSTRAINT orders_quantity_check CHECK (quantity >= 0)",
        expect![[r#"
            up_to_date: 1 finding

            1. no CHECK of orders says what `Order` states
               --> tests/it/model_shop.rs:27:21
                 expected  CHECK ((quantity > 0))
                 actual    CHECK ((quantity >= 0))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_quantity_check;
                     ALTER TABLE orders ADD CHECK (quantity > 0);
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               constraint orders_quantity_check on orders: definition
                 expected  CHECK ((quantity > 0))
                 actual    CHECK ((quantity >= 0))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_quantity_check;
                     ALTER TABLE orders ADD CONSTRAINT orders_quantity_check CHECK ((quantity > 0));

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn a_check_that_guards_an_enum_of_numbers() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_priority_check, ADD CONSTRAINT orders_priority_check CHECK (priority BETWEEN 0 AND 3)",
        expect![[r#"
            up_to_date: 1 finding

            1. the CHECK of column orders.priority admits more than `Priority` knows, such as 3: reading that fails at run time
               --> tests/it/model_shop.rs:29:5
                 expected  CHECK (priority IN (0, 1, 2))
                 actual    CHECK (((priority >= 0) AND (priority <= 3)))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_priority_check;
                     ALTER TABLE orders ADD CHECK (priority IN (0, 1, 2));

               help: if the column is guarded otherwise, put #[model(unguarded)] on the field
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               constraint orders_priority_check on orders: definition
                 expected  CHECK ((priority = ANY (ARRAY[0, 1, 2])))
                 actual    CHECK (((priority >= 0) AND (priority <= 3)))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_priority_check;
                     ALTER TABLE orders ADD CONSTRAINT orders_priority_check CHECK ((priority = ANY (ARRAY[0, 1, 2])));

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn a_check_that_guards_too_much() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_priority_check, ADD CONSTRAINT orders_priority_check CHECK (priority IN (0, 1))",
        expect![[r#"
            up_to_date: 1 finding

            1. the CHECK of column orders.priority does not admit 2, which `Priority` writes: the query fails at run time
               --> tests/it/model_shop.rs:29:5
                 expected  CHECK (priority IN (0, 1, 2))
                 actual    CHECK ((priority = ANY (ARRAY[0, 1])))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_priority_check;
                     ALTER TABLE orders ADD CHECK (priority IN (0, 1, 2));

               help: if the column is guarded otherwise, put #[model(unguarded)] on the field
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               constraint orders_priority_check on orders: definition
                 expected  CHECK ((priority = ANY (ARRAY[0, 1, 2])))
                 actual    CHECK ((priority = ANY (ARRAY[0, 1])))

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_priority_check;
                     ALTER TABLE orders ADD CONSTRAINT orders_priority_check CHECK ((priority = ANY (ARRAY[0, 1, 2])));

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn a_guard_that_is_gone() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_priority_check",
        expect![[r#"
        up_to_date: 1 finding

        1. no CHECK holds column orders.priority to the values that `Priority` knows: reading another one fails at run time
           --> tests/it/model_shop.rs:29:5
             expected  CHECK (priority IN (0, 1, 2))
             actual    no CHECK

           help: if the model is right, add a migration:

                 ALTER TABLE orders ADD CHECK (priority IN (0, 1, 2));

           help: if the column is guarded otherwise, put #[model(unguarded)] on the field
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           constraint orders_priority_check on orders: in the model, missing at head
             CHECK ((priority = ANY (ARRAY[0, 1, 2])))

           help: if the model is right, add a migration:

                 ALTER TABLE orders ADD CONSTRAINT orders_priority_check CHECK ((priority = ANY (ARRAY[0, 1, 2])));

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]],
    );
}

#[test]
fn a_foreign_key() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey, ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)",
        expect![[r#"
            up_to_date: 1 finding

            1. no foreign key of orders is the one that `Order` states
               --> tests/it/model_shop.rs:23:33
                 expected  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
                 actual    FOREIGN KEY (user_id) REFERENCES users(id)

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
                     ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               constraint orders_user_id_fkey on orders: definition
                 expected  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
                 actual    FOREIGN KEY (user_id) REFERENCES users(id)

               help: if the model is right, add a migration:

                     ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
                     ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn an_index() {
    check(
        "DROP INDEX orders_user_id_idx",
        expect![[r#"
        up_to_date: 1 finding

        1. no index of orders begins with user_id, as `Order` states
           --> tests/it/model_shop.rs:23:13
             expected  (user_id)
             actual    no index

           help: if the model is right, add a migration:

                 CREATE INDEX ON orders (user_id);
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           index orders_user_id_idx on orders: in the model, missing at head
             CREATE INDEX orders_user_id_idx ON orders USING btree (user_id)

           help: if the model is right, add a migration:

                 CREATE INDEX orders_user_id_idx ON orders (user_id);

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]],
    );
}

#[test]
fn a_unique_index() {
    check(
        "DROP INDEX users_email_key; CREATE UNIQUE INDEX users_email_key ON users (email)",
        expect![[r#"
            up_to_date: 1 finding

            1. no unique index of users is the one that `User` states
               --> tests/it/model_shop.rs:8:35
                 expected  btree (lower(email))
                 actual    users_email_key: btree (email)

               help: if the model is right, add a migration:

                     CREATE UNIQUE INDEX ON users (lower(email));
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               index users_email_key on users: key columns
                 expected  (lower(email))
                 actual    (email)

               help: if the model is right, add a migration:

                     DROP INDEX users_email_key;
                     CREATE UNIQUE INDEX users_email_key ON users (lower(email));

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn a_primary_key() {
    check(
        "ALTER TABLE users ADD tenant bigint NOT NULL DEFAULT 0; ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey; \
         ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (tenant, id)",
        expect![[r#"
            up_to_date: 2 findings

            1. the primary key of users is not the one that `User` states
               --> tests/it/model_shop.rs:11:5
                 expected  (id)
                 actual    (tenant, id)

               help: if the model is right, add a migration:

                     ALTER TABLE users DROP CONSTRAINT users_pkey;
                     ALTER TABLE users ADD PRIMARY KEY (id);

            2. the foreign key that `Order` states cannot be made on orders as it is at head: users(id) ON DELETE CASCADE
               --> tests/it/model_shop.rs:23:33
               ERROR 42830: there is no unique constraint matching given keys for referenced table "users"
        "#]],
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               constraint orders_user_id_fkey on orders: in the model, missing at head
                 FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
               column users.tenant: at head, not in the model
                 bigint NOT NULL DEFAULT 0
               constraint users_pkey on users: definition
                 expected  PRIMARY KEY (id)
                 actual    PRIMARY KEY (tenant, id)

               help: if the model is right, add a migration:

                     ALTER TABLE users DROP CONSTRAINT users_pkey;
                     -- the values of column 'users.tenant' are lost
                     ALTER TABLE users DROP COLUMN tenant;
                     ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
                     ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn a_table() {
    check(
        "ALTER TABLE users RENAME TO accounts",
        expect![[r#"
        up_to_date: 3 findings

        1. there is no table users at head, which `User` reads
           --> tests/it/model_shop.rs:9:19

           help: the table's name is the struct's in snake case; if it has another one, put on the struct:

                 #[model(table = "...")]

           help: if the model is right, add a migration:

                 CREATE TABLE users (
                     id int8 NOT NULL,
                     email text NOT NULL,
                     bio text,
                     active bool NOT NULL
                 );

        2. the foreign key that `Order` states cannot be made on orders as it is at head: users(id) ON DELETE CASCADE
           --> tests/it/model_shop.rs:23:33
           ERROR 42P01: relation "users" does not exist

        3. table accounts is there at head, and no model mentions it

           help: derive `gauntlet::Model` on the struct that reads it, and list the struct in `models!`

           help: if no struct should, allow it:

                 gauntlet::models![User, Order, OrderStatus, Priority].allow(["accounts"])
    "#]],
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head is not the model's

           table accounts: at head, not in the model
             (id bigint, email text, bio text, active boolean)
           constraint orders_user_id_fkey on orders: definition
             expected  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
             actual    FOREIGN KEY (user_id) REFERENCES accounts(id) ON DELETE CASCADE
           table users: in the model, missing at head
             (id bigint, email text, bio text, active boolean)

           help: if the model is right, add a migration:

                 ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
                 -- the rows of table 'accounts' are lost
                 DROP TABLE accounts;
                 CREATE TABLE users (
                     id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
                     email text NOT NULL,
                     bio text,
                     active boolean DEFAULT true NOT NULL,
                     CONSTRAINT users_pkey PRIMARY KEY (id)
                 );
                 ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
                 CREATE UNIQUE INDEX users_email_key ON users (lower(email));

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]],
    );
}
