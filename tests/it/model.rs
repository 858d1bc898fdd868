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
    check("SELECT 1", expect![""], expect![""]);
}

#[test]
fn a_type() {
    check("ALTER TABLE orders ALTER COLUMN quantity TYPE bigint", expect![""], expect![""]);
}

#[test]
fn a_type_that_reads_the_same_in_rust() {
    check("ALTER TABLE orders ALTER COLUMN note TYPE text", expect![""], expect![""]);
}

#[test]
fn a_nullable_column_that_rust_reads_without_option() {
    check("ALTER TABLE users ALTER COLUMN email DROP NOT NULL", expect![""], expect![""]);
}

#[test]
fn a_not_null_column_that_rust_reads_with_option() {
    check("ALTER TABLE users ALTER COLUMN bio SET NOT NULL", expect![""], expect![""]);
}

#[test]
fn a_missing_column() {
    check("ALTER TABLE users RENAME COLUMN bio TO biography", expect![""], expect![""]);
}

#[test]
fn a_missing_label() {
    check(
        "ALTER TABLE orders ALTER status DROP DEFAULT, ALTER status TYPE text; DROP TYPE order_status; \
         CREATE TYPE order_status AS ENUM ('pending', 'sent'); \
         ALTER TABLE orders ALTER status TYPE order_status USING status::order_status, ALTER status SET DEFAULT 'pending'",
        expect![""],
        expect![""],
    );
}

#[test]
fn a_label_that_rust_does_not_know() {
    check("ALTER TYPE order_status ADD VALUE 'returned'", expect![""], expect![""]);
}

#[test]
fn the_order_of_labels() {
    check(
        "ALTER TYPE order_status RENAME VALUE 'paid' TO 'x'; ALTER TYPE order_status RENAME VALUE 'sent' TO 'paid'; \
         ALTER TYPE order_status RENAME VALUE 'x' TO 'sent'",
        expect![""],
        expect![""],
    );
}

#[test]
fn a_default() {
    check("ALTER TABLE users ALTER COLUMN active SET DEFAULT false", expect![""], expect![""]);
}

#[test]
fn a_lost_default() {
    check("ALTER TABLE orders ALTER COLUMN status DROP DEFAULT", expect![""], expect![""]);
}

#[test]
fn a_check() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_quantity_check, ADD CONSTRAINT orders_quantity_check CHECK (quantity >= 0)",
        expect![""],
        expect![""],
    );
}

#[test]
fn a_check_that_guards_an_enum_of_numbers() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_priority_check, ADD CONSTRAINT orders_priority_check CHECK (priority BETWEEN 0 AND 3)",
        expect![""],
        expect![""],
    );
}

#[test]
fn a_check_that_guards_too_much() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_priority_check, ADD CONSTRAINT orders_priority_check CHECK (priority IN (0, 1))",
        expect![""],
        expect![""],
    );
}

#[test]
fn a_guard_that_is_gone() {
    check("ALTER TABLE orders DROP CONSTRAINT orders_priority_check", expect![""], expect![""]);
}

#[test]
fn a_foreign_key() {
    check(
        "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey, ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)",
        expect![""],
        expect![""],
    );
}

#[test]
fn an_index() {
    check("DROP INDEX orders_user_id_idx", expect![""], expect![""]);
}

#[test]
fn a_unique_index() {
    check(
        "DROP INDEX users_email_key; CREATE UNIQUE INDEX users_email_key ON users (email)",
        expect![""],
        expect![""],
    );
}

#[test]
fn a_primary_key() {
    check(
        "ALTER TABLE users ADD tenant bigint NOT NULL DEFAULT 0; ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey; \
         ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (tenant, id)",
        expect![""],
        expect![""],
    );
}

#[test]
fn a_table() {
    check("ALTER TABLE users RENAME TO accounts", expect![""], expect![""]);
}
