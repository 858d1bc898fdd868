//! The defect gallery of `populated`.

mod code;
mod generated;
mod letter_case;
mod lost;
mod not_valid;
mod release;
mod rules;
mod seeds;
mod sequences;
mod ups;

use expect_test::Expect;
use gauntlet_runtime::checks::Check::Populated;
use gauntlet_runtime::finding::Report;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::suite::Suite;

use crate::support::{Project, embedded, expect_same, isolations, printed};

/// The version that has shipped.
const SHIPPED: &str = "--- 1_shop.up.sql
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, age int, nick varchar(40));
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users, price numeric(8,2) NOT NULL, note text,
  status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'sent')), updated_at timestamptz);
--- 1_shop.down.sql
DROP TABLE orders;
DROP TABLE users;
";

/// A history of which version 1 has shipped, with new files.
fn report(new: &str, isolation: Isolation, settings: impl Fn(Suite) -> Suite) -> Report {
    let project = Project::new(&format!("{SHIPPED}{new}"));
    let suite = project.suite().db(embedded()).isolation(isolation).shipped(1);
    settings(suite).report(Populated)
}

/// Compares the text that a person reads, in both isolations.
#[track_caller]
fn check_with(new: &str, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let text = |isolation| printed(&report(new, isolation, &settings));
    expect_same(isolations(new.len()), text, expected);
}

/// The same without settings.
#[track_caller]
fn check(new: &str, expected: Expect) {
    check_with(new, |suite| suite, expected);
}

/// The same for one new version and its down.
#[track_caller]
fn check_version(up: &str, down: &str, expected: Expect) {
    check(&format!("--- 2_new.up.sql\n{up}\n--- 2_new.down.sql\n{down}\n"), expected);
}

/// The same for an up that passes, with its down.
#[track_caller]
fn check_ok(up: &str, down: &str) {
    let new = format!("--- 2_new.up.sql\n{up}\n--- 2_new.down.sql\n{down}\n");
    for isolation in isolations(new.len()) {
        let text = printed(&report(&new, *isolation, |suite| suite));
        assert_eq!(text, "populated: ok\npopulated: note: judged 1 new version\n", "{up}");
    }
}
