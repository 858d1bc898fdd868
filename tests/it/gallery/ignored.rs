//! Differences that a suite ignores, and rules that ignore nothing.

use expect_test::expect;
use gauntlet_runtime::catalog::Kind;
use gauntlet_runtime::checks::Check::{CheckConstraints, DowngradeAllTheWay, Stairway, UpToDate};
use gauntlet_runtime::finding::Status;

use crate::support::{Project, printed};

#[test]
fn what_is_ignored_is_counted_and_what_ignores_nothing_is_told() {
    let files = "
--- 1_users.sql
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE events_2024_1 (id integer);
COMMENT ON TABLE users IS 'who';
CREATE INDEX idx_users_email ON users (email);
CREATE SEQUENCE numbers;
ALTER TABLE users ALTER COLUMN email SET STORAGE external;
--- /schema.sql
CREATE TABLE users (id integer PRIMARY KEY, email text);
";
    let project = Project::new(files);
    let suite = || project.suite().model("schema.sql");
    assert_eq!(suite().report(UpToDate).status(), Status::Failed);
    // Nothing to be strict about.
    let strict = suite().strict(true).ignore_tables(["events_20??_*"]).ignore_kinds([
        "comments",
        "indexes",
        "columns.storage",
        "sequences",
    ]);
    assert_eq!(strict.report(UpToDate).status(), Status::Passed);
    let ignored = suite()
        .ignore_tables(["events_20??_*", "spatial_ref_sys"])
        .ignore_kinds(["comments", "indexes", "columns.storage", "grants"])
        .ignore(|difference| difference.object.kind == Kind::Sequence);
    expect![[r#"
        up_to_date: ok
        up_to_date: note: the rule `ignore_tables = "events_20??_*"` ignored 1 thing

           4 more notes of this kind:
             the rule `ignore(comments)` ignored 1 thing
             the rule `ignore(indexes)` ignored 1 thing
             the rule `ignore(columns.storage)` ignored 1 thing
             the rule `ignore = <function>` ignored 1 thing

        up_to_date: note: the rule `ignore_tables = "spatial_ref_sys"` ignores nothing

           help: remove it, or correct it if it is misspelt

        up_to_date: note: the rule `ignore(grants)` ignores nothing

           help: remove it, or correct it if it is misspelt
    "#]]
    .assert_eq(&printed(&ignored.report(UpToDate)));
}

const UNDONE: &str = "
--- 1_users.up.sql
CREATE TABLE users (id integer PRIMARY KEY);
COMMENT ON TABLE users IS 'who';
--- 1_users.down.sql
DROP TABLE users;
--- /schema.sql
CREATE TABLE users (id integer PRIMARY KEY);
";

#[test]
fn a_rule_that_one_check_needs_fails_no_other() {
    let project = Project::new(UNDONE);
    let strict = project.suite().model("schema.sql").strict(true);
    let suite = strict.ignore_kinds(["comments", "column_order"]);
    for check in [Stairway, UpToDate, CheckConstraints, DowngradeAllTheWay] {
        assert_eq!(
            suite.report(check).status(),
            Status::Passed,
            "{}",
            printed(&suite.report(check))
        );
    }
}

#[test]
fn a_glob_that_matches_no_table_is_idle() {
    let project = Project::new(UNDONE);
    let suite = project.suite().model("schema.sql").strict(true);
    let suite = suite.ignore_tables(["legacy_*"]).ignore_kinds(["comments"]);
    assert_eq!(suite.report(Stairway).status(), Status::Passed);
    expect![[r#"
        up_to_date: 1 finding

        1. the rule `ignore_tables = "legacy_*"` ignores nothing

           help: remove it, or correct it if it is misspelt

        note: the rule `ignore(comments)` ignored 1 thing
    "#]]
    .assert_eq(&printed(&suite.report(UpToDate)));
}

/// What is ignored is in no comparison, and in the way of the second up.
#[test]
fn what_is_ignored_and_stays_fails_the_second_up() {
    let project = Project::new(
        "--- 1_users.up.sql
CREATE TABLE users (id integer PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_index.up.sql
CREATE INDEX users_by_id ON users (id);
--- 2_index.down.sql
SELECT 1;
",
    );
    expect![[r#"
        stairway: 1 finding

        1. the up of 2_index fails when it runs again after its down
           --> migrations/2_index.up.sql:1:1
           1 | CREATE INDEX users_by_id ON users (id);
             | ^
           ERROR 42P07: relation "users_by_id" already exists

           help: let the down script drop it, or write IF NOT EXISTS in the up: what an argument ignores, or no check compares, is there as well

        note: the rule `ignore(indexes)` ignored 2 things
    "#]].assert_eq(&printed(&project.suite().ignore_kinds(["indexes"]).report(Stairway)));
}
