//! Drift between head and the model, as a person sees it: for structs and enums, and for a SQL file.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes, clippy::too_many_lines)]

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use gauntlet::model::IntoModel;
use gauntlet::report::{self, Status};
use gauntlet::{Check, Suite, models};

use crate::model_shop::{Order, OrderStatus, Priority, User};

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

/// A crate with migrations, gone when the test ends.
pub(crate) struct Crate(PathBuf);

impl Crate {
    /// The migrations are simple ones, in this order.
    pub(crate) fn new(migrations: &[&str]) -> Crate {
        let name = format!("gauntlet-model-{}-{:p}", std::process::id(), &raw const migrations);
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(folder.join("migrations")).unwrap();
        for (number, sql) in (1..).zip(migrations) {
            fs::write(folder.join(format!("migrations/{number:04}_step.sql")), sql).unwrap();
        }
        Crate(folder)
    }

    pub(crate) fn file(self, name: &str, text: &str) -> Crate {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn suite(&self, model: impl IntoModel) -> Suite {
        Suite::new("shop", &self.0).db(gauntlet::db::embedded()).bless(false).model(model)
    }
}

impl Drop for Crate {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a check says; nothing when it has nothing to say.
pub(crate) fn said(suite: &Suite, check: Check) -> String {
    let report = suite.report(check);
    match report.status() {
        Status::Passed => report::render_notes(&report),
        Status::Failed | Status::Error => report::render(&report),
    }
}

fn shop() -> gauntlet::model::Models {
    models![User, Order, OrderStatus, Priority]
}

/// The shop's schema, then a change that the models do not know: what the structs say, and what the file says.
#[track_caller]
#[allow(clippy::needless_pass_by_value)]
fn check(drift: &str, structs: Expect, file: Expect) {
    let krate = Crate::new(&[SHOP, drift]).file("schema.sql", SHOP);
    structs.assert_eq(&said(&krate.suite(shop()), Check::UpToDate));
    file.assert_eq(&said(&krate.suite("schema.sql"), Check::UpToDate));
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
