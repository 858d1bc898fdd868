//! The defect gallery of `interrupted`.

mod again;
mod alone;
mod oracle;
mod rules;
mod transaction;

use expect_test::Expect;
use gauntlet_runtime::checks::Check::Interrupted;
use gauntlet_runtime::engines::IntoEngine;
use gauntlet_runtime::finding::{Report, Severity};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::suite::Suite;

use crate::support::oracle::{Extent, extent};
use crate::support::{Project, embedded, printed};

/// The version that has shipped.
const SHIPPED: &str = "--- 1_shop.sql
CREATE TYPE status AS ENUM ('new', 'paid');
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, visits int NOT NULL DEFAULT 0);
CREATE INDEX users_by_visits ON users (visits);
CREATE TABLE events (day int NOT NULL, what text) PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
";

/// The check on a history of which version 1 has shipped, with new files.
fn report(new: &str, isolation: Isolation, settings: impl Fn(Suite) -> Suite) -> Report {
    let project = Project::new(&format!("{SHIPPED}{new}"));
    let suite = project.suite().db(embedded()).isolation(isolation).shipped(1);
    settings(suite).report(Interrupted)
}

/// The kinds of what was found, except for what only a database of its own shows.
fn kinds(report: &Report) -> Vec<(Severity, String)> {
    let of_two = ["second_migrator", "not_tried"];
    let findings = report.findings.iter().filter(|finding| !of_two.contains(&&*finding.kind));
    findings.map(|finding| (finding.severity, finding.kind.to_string())).collect()
}

/// Compares the text that a person reads, and what is found in the other isolation.
#[track_caller]
fn check_with(new: &str, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let first = report(new, Isolation::Database, &settings);
    expected.assert_eq(&printed(&first));
    let other = report(new, Isolation::Schema, &settings);
    assert_eq!(kinds(&other), kinds(&first), "schema isolation finds something else");
}

/// Compares the text that a person reads.
#[track_caller]
fn check_once(new: &str, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    if extent() == Extent::Sample {
        expected.assert_eq(&printed(&report(new, Isolation::Database, settings)));
    } else {
        check_with(new, settings, expected);
    }
}

/// The same for one new version, without settings.
#[track_caller]
fn check(script: &str, expected: Expect) {
    check_once(&format!("--- 2_new.sql\n{script}\n"), |suite| suite, expected);
}

/// The same for one that its engine sends a statement at a time.
#[track_caller]
fn check_alone(script: &str, expected: Expect) {
    let new = format!("--- 2_new.sql\n-- no-transaction\n{script}\n");
    check_once(&new, |suite| suite.migrations(alone::Alone::new().into_engine()), expected);
}
