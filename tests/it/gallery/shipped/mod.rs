//! The defect gallery of `shipped`.

mod bytes;
mod changes;
mod lock;
mod new;
mod order;
mod places;

use expect_test::Expect;
use gauntlet_runtime::history::shipped::git;

use crate::support::Repository;

/// Two versions on `main`; the line ends are pinned, so that there is no note on that.
const SHIPPED: &str = r"
--- .gitattributes
*.sql text eol=lf
--- migrations/1_users.up.sql
CREATE TABLE users (id bigint PRIMARY KEY);
--- migrations/1_users.down.sql
DROP TABLE users;
--- migrations/3_add_email.up.sql
ALTER TABLE users ADD COLUMN email text;
--- migrations/3_add_email.down.sql
ALTER TABLE users DROP COLUMN email;
";

/// Compares the text of a repository in which `main` has shipped.
#[track_caller]
fn check(repository: &Repository, expected: Expect) {
    expected.assert_eq(&repository.text(|suite| suite.shipped(git("main"))));
}
