//! The defect gallery of `locks`.

mod held;
mod long;
mod oracle;
mod reads;
mod rules;
mod short;
mod ways;

use expect_test::Expect;
use gauntlet_runtime::checks::Check::Locks;
use gauntlet_runtime::finding::Report;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::suite::Suite;

use crate::support::{Project, embedded, expect_same, isolations, printed};

/// The version that has shipped.
const SHIPPED: &str = "--- 1_shop.sql
CREATE TABLE users (id bigint PRIMARY KEY, email text, age int);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, status text NOT NULL DEFAULT 'new');
CREATE TABLE settings (key text PRIMARY KEY, value text);
CREATE INDEX orders_by_status ON orders (status);
CREATE TABLE events (day int NOT NULL, what text) PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20);
CREATE MATERIALIZED VIEW totals AS SELECT user_id, count(*) AS n FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX totals_by_user ON totals (user_id);
";

/// More that has shipped: a domain, text with a limit, partitions of partitions.
const MORE: &str = "ALTER TABLE users ADD COLUMN name varchar(100);
CREATE INDEX users_of_age ON users (name) WHERE age > 17;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE UNIQUE INDEX users_by_age ON users (age);
CREATE TABLE notes (id bigint, note text);
CREATE UNIQUE INDEX notes_by_id ON notes (id);
CREATE INDEX events_by_what ON events (what);
CREATE SCHEMA shop;
CREATE TABLE shop.sales (at bigint NOT NULL, region int NOT NULL, item text) PARTITION BY RANGE (at);
CREATE TABLE shop.sales_1 PARTITION OF shop.sales FOR VALUES FROM (0) TO (10) PARTITION BY LIST (region);
CREATE TABLE shop.sales_1_1 PARTITION OF shop.sales_1 FOR VALUES IN (1);
CREATE TABLE shop.sales_2 PARTITION OF shop.sales FOR VALUES FROM (10) TO (20);
";

/// A history of which version 1 has shipped, with new files.
fn report(new: &str, isolation: Isolation, settings: impl Fn(Suite) -> Suite) -> Report {
    let project = Project::new(&format!("{SHIPPED}{new}"));
    let suite = project.suite().db(embedded()).isolation(isolation).shipped(1);
    settings(suite).report(Locks)
}

/// Compares the text that a person reads, in both isolations.
#[track_caller]
fn check_with(new: &str, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let text = |isolation| printed(&report(new, isolation, &settings));
    expect_same(isolations(new.len()), text, expected);
}

/// The text in a database with more in it. Its schemas are its own, so that it stands in no other isolation.
#[track_caller]
fn check_more(script: &str, expected: Expect) {
    let new = format!("{MORE}--- 2_new.sql\nSET LOCAL lock_timeout = '2s';\n{script}\n");
    expected.assert_eq(&printed(&report(&new, Isolation::Database, |suite| suite)));
}

/// The same without settings, for one new version.
#[track_caller]
fn check(script: &str, expected: Expect) {
    check_with(&format!("--- 2_new.sql\n{script}\n"), |suite| suite, expected);
}
