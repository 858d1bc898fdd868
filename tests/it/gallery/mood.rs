//! A history and the model that equals it, for the galleries of the checks that compare with a model.

use crate::support::Case;
use gauntlet_runtime::checks::Check;

pub(super) const HISTORY: &str = r"
--- 1_users.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    mood mood NOT NULL DEFAULT 'ok',
    CONSTRAINT chk_users_email CHECK (email LIKE '%@%')
);
CREATE INDEX idx_users_email ON users (lower(email));
CREATE VIEW happy_users AS SELECT u.id, u.email FROM users u CROSS JOIN users v WHERE u.mood = 'happy';
";

/// The history with a model.
pub(super) fn with_model(model: &str) -> String {
    format!("{HISTORY}--- /schema.sql\n{model}")
}

pub(super) const EQUAL: &str = r"
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE users (
    id int8 GENERATED ALWAYS AS IDENTITY,
    email text NOT NULL CONSTRAINT chk_users_email CHECK (email ~~ '%@%'),
    mood mood DEFAULT 'ok'::mood NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX idx_users_email ON users USING btree (lower(email));
CREATE VIEW happy_users AS SELECT u.id, u.email FROM users u, users v WHERE u.mood = 'happy';
";

/// The example of each of these checks that passes.
#[track_caller]
pub(super) fn an_equal_model_passes(check: Check) {
    let equal = EQUAL.replace("users u, users v", "users u CROSS JOIN users v");
    Case::new(check, &with_model(&equal)).expect_ok();
}
