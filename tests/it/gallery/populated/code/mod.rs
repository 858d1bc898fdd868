//! Functions and triggers of the database that a new version breaks, and those that it does not.

mod functions;
mod since;
mod writes;

use expect_test::Expect;
use gauntlet_runtime::checks::Check::Populated;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::suite::Suite;

use crate::support::{Project, embedded, expect_same, isolations, printed};

const TABLES: &str = "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, nick text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users, status text NOT NULL);
CREATE TABLE changes (what text);
";

const RENAMES: &str = "--- 2_rename.up.sql
ALTER TABLE users RENAME nick TO nickname;
--- 2_rename.down.sql
ALTER TABLE users RENAME nickname TO nick;
";

/// Keeps a column in lower case.
const LOWER: &str = "CREATE FUNCTION lower_nick() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.nick := lower(NEW.nick);
  RETURN NEW;
END $$;
CREATE TRIGGER lower_nick BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION lower_nick();
";

fn text(code: &str, new: &str, isolation: Isolation, settings: impl Fn(Suite) -> Suite) -> String {
    let old = format!("--- 1_old.up.sql\n{TABLES}{code}--- 1_old.down.sql\nSELECT 1;\n");
    let project = Project::new(&format!("{old}{new}"));
    let suite = project.suite().db(embedded()).isolation(isolation).shipped(1);
    printed(&settings(suite).report(Populated))
}

/// Compares what a person reads, in both isolations: `code` has shipped with the tables, `new` has not.
#[track_caller]
fn check_with(code: &str, new: &str, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let text = |isolation| text(code, new, isolation, &settings);
    expect_same(isolations(code.len() + new.len()), text, expected);
}

#[track_caller]
fn check(code: &str, new: &str, expected: Expect) {
    check_with(code, new, |suite| suite, expected);
}

/// The same where nothing is found.
#[track_caller]
fn check_ok(code: &str, new: &str) {
    for isolation in isolations(code.len() + new.len()) {
        let text = text(code, new, *isolation, |suite| suite);
        let rest = text.strip_prefix("populated: ok\npopulated: note: judged ");
        assert!(rest.is_some_and(|rest| rest.lines().count() == 1), "{text}");
    }
}
