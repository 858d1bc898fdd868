//! What changed since it shipped.

use std::fs;

use expect_test::expect;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::history::Irreversible;
use gauntlet_runtime::history::shipped::git;

use super::{SHIPPED, check};
use crate::support::Repository;

#[test]
fn a_branch_that_only_adds_passes() {
    let repository = Repository::new(SHIPPED);
    repository.write("--- migrations/4_orders.up.sql\nCREATE TABLE orders ();\n--- migrations/4_orders.down.sql\nDROP TABLE orders;\n");
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn an_up_that_changed() {
    let repository = Repository::new(SHIPPED);
    repository
        .write("--- migrations/3_add_email.up.sql\nALTER TABLE users ADD COLUMN email citext;\n");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 3_add_email has shipped, and its up script has changed
           --> migrations/3_add_email.up.sql:1:1
             - ALTER TABLE users ADD COLUMN email text;
             + ALTER TABLE users ADD COLUMN email citext;
           at deployment: sqlx fails with VersionMismatch(3), and the service does not start

           help: bring the script back, and make the change in a new version:

                 git restore --source=main -- migrations/3_add_email.up.sql

           help: or, if its checksum is corrected in every deployed database, declare it (in the attribute):

                 shipped(git = "main", healed = [3])

        note: compared 2 versions with main (…); none is new
    "#]],
    );
    // The first help brings it back.
    let report = repository.suite().shipped(git("main")).report(Check::Shipped);
    repository.do_what_helps(&report);
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); none is new
    "#]],
    );
}

#[test]
fn white_space_line_ends_and_marks_are_named_as_such() {
    let repository = Repository::new(SHIPPED);
    repository.write(
        "--- migrations/1_users.up.sql\nCREATE TABLE users (\n    id bigint PRIMARY KEY\n);\n",
    );
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 1_users has shipped, and its up script has changed in white space only
           --> migrations/1_users.up.sql
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: bring the script back:

                 git restore --source=main -- migrations/1_users.up.sql

        note: compared 2 versions with main (…); none is new
    "#]],
    );
    repository
        .write("--- migrations/1_users.up.sql\nCREATE TABLE users (id bigint PRIMARY KEY);\n");
    repository.write("--- migrations/1_users.up.sql\nCREATE  TABLE users (id bigint PRIMARY KEY);\n--- migrations/3_add_email.up.sql\nALTER TABLE users ADD COLUMN email text;\n\n");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 2 versions have shipped, and their up scripts have changed in white space only
           --> migrations/1_users.up.sql
               migrations/3_add_email.up.sql
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: bring the scripts back:

                 git restore --source=main -- migrations/1_users.up.sql migrations/3_add_email.up.sql

        note: compared 2 versions with main (…); none is new
    "#]],
    );
    repository.write("--- migrations/1_users.up.sql\n\u{feff}CREATE TABLE users (id bigint PRIMARY KEY);\n--- migrations/3_add_email.up.sql\nALTER TABLE users ADD COLUMN email text;\r\n");
    check(
        &repository,
        expect![[r#"
        shipped: 2 findings

        1. 1_users has shipped, and its up script has changed in its byte order mark only
           --> migrations/1_users.up.sql
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: bring the script back:

                 git restore --source=main -- migrations/1_users.up.sql

        2. 3_add_email has shipped, and its up script has changed in the ends of its lines only
           --> migrations/3_add_email.up.sql
           at deployment: sqlx fails with VersionMismatch(3), and the service does not start

           help: bring the script back:

                 git restore --source=main -- migrations/3_add_email.up.sql

        note: a script begins with a byte order mark
           --> migrations/1_users.up.sql
           PostgreSQL takes it for a part of the first word

           help: save new scripts without it, and leave shipped ones as they are

        note: compared 2 versions with main (…); none is new
    "#]],
    );
}

#[test]
fn a_heal_is_declared() {
    let repository = Repository::new(SHIPPED);
    repository.write(
        "--- migrations/3_add_email.up.sql\nALTER TABLE users ADD COLUMN email text DEFAULT '';\n",
    );
    let text = repository.text(|suite| suite.shipped(git("main").healed([3, 1, 9])));
    expect![[r#"
        shipped: 1 finding

        1. `healed` names version 9, which the history does not have

           help: correct the version

        note: 3_add_email has shipped, and was changed on purpose
           --> migrations/3_add_email.up.sql
           checksum that has shipped: 38ea8677c01d4accc49fc031cbdfde02d2797cd3e27a89fbe8e3637c563b4a985cc7e91a863f7a2793e9762ba3628ec5
           checksum of today:         0d598563cd9313974424809e2eb94a2cc8e25b0e519b62de2e4c5a68625e5f779d7dd4ccccbf089c9cfdd0c60c992c96

           help: run in every deployed database, before the deployment:

                 UPDATE _sqlx_migrations
                    SET checksum = '\x0d598563cd9313974424809e2eb94a2cc8e25b0e519b62de2e4c5a68625e5f779d7dd4ccccbf089c9cfdd0c60c992c96'
                  WHERE version = 3
                    AND checksum = '\x38ea8677c01d4accc49fc031cbdfde02d2797cd3e27a89fbe8e3637c563b4a985cc7e91a863f7a2793e9762ba3628ec5';

        note: `healed` names 1_users, which is as it has shipped

           help: remove it

        note: compared 2 versions with main (…); none is new
    "#]].assert_eq(&text);
}

#[test]
fn a_version_that_is_gone() {
    let repository = Repository::new(SHIPPED);
    fs::remove_file(repository.path().join("migrations/3_add_email.up.sql")).unwrap();
    fs::remove_file(repository.path().join("migrations/3_add_email.down.sql")).unwrap();
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 3_add_email has shipped, and does not exist any more
           --> migrations/3_add_email.up.sql
           at deployment: sqlx fails with VersionMissing(3), and the service does not start

           help: bring it back:

                 git restore --source=main -- migrations/3_add_email.up.sql migrations/3_add_email.down.sql

        note: compared 2 versions with main (…); none is new
    "#]],
    );
    let report = repository.suite().shipped(git("main")).report(Check::Shipped);
    repository.do_what_helps(&report);
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); none is new
    "#]],
    );
}

#[test]
fn a_version_that_has_another_number() {
    let repository = Repository::new(SHIPPED);
    repository.git("mv migrations/3_add_email.up.sql migrations/5_add_email.up.sql");
    repository.git("mv migrations/3_add_email.down.sql migrations/5_add_email.down.sql");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 3_add_email has shipped, and is 5_add_email now
           --> migrations/5_add_email.up.sql
           at deployment: sqlx fails with VersionMissing(3), and the service does not start; if it ignores missing versions, it runs the script again as 5

           help: give it back its number:

                 mv migrations/5_add_email.up.sql migrations/3_add_email.up.sql
                 mv migrations/5_add_email.down.sql migrations/3_add_email.down.sql

        note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
    let report = repository.suite().shipped(git("main")).report(Check::Shipped);
    repository.do_what_helps(&report);
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); none is new
    "#]],
    );
}

#[test]
fn a_number_that_the_shipped_side_gave_to_another_file() {
    let repository = Repository::new(SHIPPED);
    // Both branches take the number 4; `main` is deployed first.
    repository.git("switch --quiet main");
    repository.write("--- migrations/4_orders.up.sql\nCREATE TABLE orders ();\n--- migrations/4_orders.down.sql\nDROP TABLE orders;\n");
    repository.commit("orders");
    repository.git("switch --quiet work");
    repository.write("--- migrations/4_invoices.up.sql\nCREATE TABLE invoices ();\n--- migrations/4_invoices.down.sql\nDROP TABLE invoices;\n");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 4_invoices has the number of 4_orders, which has shipped
           --> migrations/4_invoices.up.sql
           at deployment: sqlx fails with VersionMismatch(4), and the service does not start; 4_invoices never runs

           help: put it on top of what has shipped:

                 mv migrations/4_invoices.up.sql migrations/5_invoices.up.sql
                 mv migrations/4_invoices.down.sql migrations/5_invoices.down.sql

        note: compared 3 versions with main (…); 1 version is new
    "#]],
    );
    let report = repository.suite().shipped(git("main")).report(Check::Shipped);
    repository.do_what_helps(&report);
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: this branch does not have 4_orders of main yet

           help: bring the branch up to date before it is deployed:

                 git merge main

        shipped: note: compared 3 versions with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn downs_and_names_are_notes() {
    let repository = Repository::new(SHIPPED);
    repository.write("--- migrations/1_users.down.sql\nDROP TABLE IF EXISTS users;\n");
    repository.git("mv migrations/3_add_email.up.sql migrations/3_Add_Email.up.sql");
    repository.git("mv migrations/3_add_email.down.sql migrations/3_Add_Email.down.sql");
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: 3_add_email has shipped, and is called 3_Add_Email now; the names differ only in case
           --> migrations/3_Add_Email.up.sql

        shipped: note: 1_users has shipped, and its down script has changed
           --> migrations/1_users.down.sql

        shipped: note: compared 2 versions with main (…); none is new
    "#]],
    );
    repository.write(
        "--- migrations/3_Add_Email.down.sql\nALTER TABLE users DROP COLUMN IF EXISTS email;\n",
    );
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: 3_add_email has shipped, and is called 3_Add_Email now; the names differ only in case
           --> migrations/3_Add_Email.up.sql

        shipped: note: 2 versions have shipped, and their down scripts have changed
           --> migrations/1_users.down.sql
               migrations/3_Add_Email.down.sql

        shipped: note: compared 2 versions with main (…); none is new
    "#]],
    );
}

#[test]
fn a_simple_migration_that_became_reversible() {
    let repository = Repository::new(
        "--- .gitattributes\n*.sql -text\n--- migrations/0001_users.sql\nCREATE TABLE users ();\n",
    );
    repository.git("mv migrations/0001_users.sql migrations/0001_users.up.sql");
    repository.write("--- migrations/0001_users.down.sql\nDROP TABLE users;\n");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 1_users has shipped as a simple migration, and is reversible now
           --> migrations/0001_users.up.sql
           at deployment: sqlx starts; `sqlx migrate revert` then reverts a version that it has skipped until now

           help: give the script back its name, and leave shipped versions as they are:

                 mv migrations/0001_users.up.sql migrations/0001_users.sql

           help: or, if it is meant, declare it (in the attribute):

                 shipped(git = "main", healed = [1])

        note: compared 1 version with main (…); none is new
    "#]],
    );
    let text = repository.text(|suite| suite.shipped(git("main").healed([1])));
    expect![[r#"
        shipped: ok
        shipped: note: 1_users has shipped, and was changed on purpose
           --> migrations/0001_users.up.sql

        shipped: note: compared 1 version with main (…); none is new
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_branch_that_is_behind_is_not_at_fault() {
    let repository = Repository::new(SHIPPED);
    repository.git("switch --quiet main");
    repository.write("--- migrations/4_orders.up.sql\nCREATE TABLE orders ();\n--- migrations/4_orders.down.sql\nDROP TABLE orders;\n");
    repository.commit("orders");
    repository.git("switch --quiet work");
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: this branch does not have 4_orders of main yet

           help: bring the branch up to date before it is deployed:

                 git merge main

        shipped: note: compared 3 versions with main (…); none is new
    "#]],
    );
    repository.git("switch --quiet main");
    repository.write("--- migrations/1_users.up.sql\nCREATE TABLE users (id bigint);\n");
    repository.commit("heal");
    repository.git("switch --quiet work");
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: this branch is behind main: 2 versions are missing or older here
           1_users
           4_orders

           help: bring the branch up to date before it is deployed:

                 git merge main

        shipped: note: compared 3 versions with main (…); none is new
    "#]],
    );
    let report = repository.suite().shipped(git("main")).report(Check::Shipped);
    repository.do_what_helps(&report);
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 3 versions with main (…); none is new
    "#]],
    );
}

#[test]
fn a_version_says_only_what_has_shipped() {
    let repository = Repository::new(SHIPPED);
    expect![[r#"
        shipped: ok
        shipped: note: 1 version at or below version 1; 1 version is new
           a version says what has shipped, not with which text: edited scripts are not found
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(1)));
    expect![[r#"
        shipped: 1 finding

        1. `shipped` names version 2, which the history does not have

           help: correct the version; the nearest is 1_users

        note: 1 version at or below version 2; 1 version is new
           a version says what has shipped, not with which text: edited scripts are not found
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(2)));
    expect![[r#"
        shipped: ok
        shipped: note: ignored, no `shipped` given: nothing was compared

           help: say what has shipped, or leave the check out with `checks` (in the attribute):

                 shipped = git("origin/main")
    "#]]
    .assert_eq(&repository.text(|suite| suite.irreversible(Irreversible::All)));
}
