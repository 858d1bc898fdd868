//! The defect gallery of `compat`.

mod connections;
mod inserts;
mod old;
mod story;
mod types;

use expect_test::Expect;
use gauntlet_runtime::checks::Check::Compat;
use gauntlet_runtime::history::shipped::git;
use gauntlet_runtime::suite::Suite;

use crate::support::{Repository, expect_same, isolations};

/// What is deployed: the versions, and the queries of the program.
const SHIPPED: &str = "--- migrations/1_users.sql
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE users (id bigint PRIMARY KEY, old int, email text NOT NULL, age int, mood mood NOT NULL DEFAULT 'glad');
ALTER TABLE users DROP COLUMN old;
--- queries/users.sql
SELECT id, email, age, mood FROM users WHERE id = $1;
INSERT INTO users (id, email) VALUES ($1, $2);
--- queries/all.sql
SELECT * FROM users WHERE email = $1
";

/// The repository in which these files are new.
fn repository(new: &str) -> Repository {
    let repository = Repository::new(SHIPPED);
    repository.write(new);
    repository
}

/// Compares the text that a person reads, in both isolations.
#[track_caller]
fn check_in(repository: &Repository, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let text = |isolation| {
        let suite = repository.suite().queries("queries/*.sql").isolation(isolation);
        repository.text_of(&settings(suite).report(Compat))
    };
    expect_same(isolations(expected.data.len()), text, expected);
}

/// The same with what `main` has shipped.
#[track_caller]
fn check(new: &str, expected: Expect) {
    check_in(&repository(new), |suite| suite.shipped(git("main")), expected);
}
