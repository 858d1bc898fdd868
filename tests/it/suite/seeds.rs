//! A folder of seeds: one file a version, and what is wrong with files that no version has.

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::stage::SeedFolder;
use gauntlet_runtime::suite::Suite;

use crate::support::{Project, printed};

const HISTORY: &str = "
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text);
--- 1_users.down.sql
DROP TABLE users;
--- 2_email_required.up.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
--- 2_email_required.down.sql
ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
--- 3_posts.up.sql
CREATE TABLE posts (id int PRIMARY KEY);
--- 3_posts.down.sql
DROP TABLE posts;
";

#[track_caller]
fn check(check: Check, files: &str, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let project = Project::new(&format!("{HISTORY}{files}"));
    let suite = settings(project.suite().db(crate::support::embedded()));
    let text = printed(&suite.report(check)).replace(&project.path().display().to_string(), "…");
    expected.assert_eq(&text);
}

#[test]
fn a_file_is_planted_right_after_its_version_or_before_it() {
    let seeds = |suite: Suite| suite.seeds("seeds");
    let good =
        "--- /seeds/1_users.sql\nINSERT INTO users VALUES (1, 'a');\n--- /seeds/README.md\nnotes\n";
    check(Check::Stairway, good, seeds, expect![["stairway: ok\n"]]);
    let null = "--- /seeds/1_users.sql\nINSERT INTO users VALUES (1, NULL);\n";
    check(
        Check::Stairway,
        null,
        seeds,
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_email_required fails
               --> migrations/2_email_required.up.sql:1:1
               1 | ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                 | ^
               ERROR 23502: column "email" of relation "users" contains null values
               the version after it was not reached

               help: correct the up script so that it works on such rows, or correct the seeds; if a deployed database has applied it already, leave it as it is and heal the rows where it is still to run
        "#]],
    );
    let before = "--- /seeds/email_required.before.sql\nINSERT INTO users VALUES (1, NULL);\n";
    check(
        Check::Stairway,
        before,
        seeds,
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_email_required fails
               --> migrations/2_email_required.up.sql:1:1
               1 | ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                 | ^
               ERROR 23502: column "email" of relation "users" contains null values
               the version after it was not reached

               help: correct the up script so that it works on such rows, or correct the seeds; if a deployed database has applied it already, leave it as it is and heal the rows where it is still to run
        "#]],
    );
    let broken = "--- /seeds/3.sql\nINSERT INTO posts VALUES (1, 2);\n";
    check(
        Check::Stairway,
        broken,
        seeds,
        expect![[r#"
        stairway: 1 finding

        1. the seed at 3_posts fails
           --> seeds/3.sql:1:30
           1 | INSERT INTO posts VALUES (1, 2);
             |                              ^
           ERROR 42601: INSERT has more expressions than target columns

           help: correct the seed, or use it at another version
    "#]],
    );
}

#[test]
fn a_stale_file_is_an_error_that_names_it() {
    let seeds = |suite: Suite| suite.seeds("seeds");
    let stale = "--- /seeds/7_user.sql\nSELECT 1;\n";
    check(
        Check::Stairway,
        stale,
        seeds,
        expect![[r#"
        stairway could not run:

           the seed seeds/7_user.sql looks for the version 7_user: no version fits "7_user"; the nearest are:
             1_users
           name the file after its version, or remove it
    "#]],
    );
    check(
        Check::Stairway,
        "",
        seeds,
        expect![[r#"
        stairway could not run:

           failed to read the folder of seeds seeds: No such file or directory (os error 2)
    "#]],
    );
}

#[test]
fn versions_that_have_to_have_a_file() {
    let one = "--- /seeds/1_users.sql\nINSERT INTO users VALUES (1, 'a');\n";
    let from = |suite: Suite| suite.seeds(SeedFolder::new("seeds").required_from(3));
    check(
        Check::SingleHead,
        one,
        from,
        expect![[r#"
        single_head: 1 finding

        1. 3_posts has no seed, and `seeds` requires one
           --> seeds/3_posts.sql

           help: write the file with rows for the tables of its version; a file with a comment alone says that none are needed
    "#]],
    );
    let all = |suite: Suite| suite.seeds(SeedFolder::new("seeds").required());
    check(
        Check::SingleHead,
        one,
        all,
        expect![[r#"
        single_head: 1 finding

        1. 2 versions have no seed, and `seeds` requires one of each
           --> seeds/2_email_required.sql
           2_email_required, 3_posts

           help: write the file with rows for the tables of its version; a file with a comment alone says that none are needed
    "#]],
    );
    let both = format!("{one}--- /seeds/3_posts.sql\n-- none\n");
    check(Check::SingleHead, &both, from, expect![["single_head: ok\n"]]);
}
