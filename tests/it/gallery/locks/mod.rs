//! The defect gallery of `locks`.

mod held;
mod long;
mod oracle;
mod rules;
mod short;
mod ways;

use expect_test::Expect;
use gauntlet_runtime::checks::Check::Locks;
use gauntlet_runtime::finding::Report;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::suite::Suite;

use crate::support::{Project, embedded, printed};

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
    let first = text(Isolation::Database);
    expected.assert_eq(&first);
    assert_eq!(text(Isolation::Schema), first, "the text is different in schema isolation");
}

/// The same without settings, for one new version.
#[track_caller]
fn check(script: &str, expected: Expect) {
    check_with(&format!("--- 2_new.sql\n{script}\n"), |suite| suite, expected);
}
