//! Bytes and names of files.

use expect_test::expect;
use gauntlet_runtime::history::shipped::git;

use super::check;
use crate::support::Repository;

#[test]
fn line_ends_that_no_rule_pins() {
    let repository = Repository::new("--- migrations/1_users.sql\nCREATE TABLE users ();\n");
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: git may change the line ends of *.sql at a checkout

           help: add to .gitattributes in the top folder of the repository:

                 migrations/*.sql text eol=lf

        shipped: note: compared 1 version with main (…); none is new
    "#]],
    );
    repository.write("--- .gitattributes\nmigrations/*.sql text eol=lf\n");
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 1 version with main (…); none is new
    "#]],
    );
}

#[test]
fn crlf_in_a_new_script() {
    let repository = Repository::new("--- migrations/1_users.sql\nCREATE TABLE users ();\n");
    repository.write("--- migrations/2_orders.sql\nCREATE TABLE orders ();\r\n");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. the lines of a script end in CRLF, and others end in LF
           --> migrations/2_orders.sql
           the checksum is that of the bytes: a checkout with other line ends has a different one

           help: save new scripts with LF, and leave shipped ones as they are

        note: git may change the line ends of *.sql at a checkout

           help: add to .gitattributes in the top folder of the repository:

                 migrations/*.sql text eol=lf

        note: compared 1 version with main (…); 1 version is new
    "#]],
    );
    repository.write("--- .gitattributes\n*.sql -text\n");
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 1 version with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn crlf_in_shipped_scripts_only_is_a_note() {
    let repository = Repository::new(
        "--- migrations/1_users.sql\nCREATE TABLE users ();\r\n--- migrations/2_orders.sql\nCREATE TABLE orders ();\r\n",
    );
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: the lines of 2 scripts end in CRLF
           --> migrations/1_users.sql
               migrations/2_orders.sql
           the checksum is that of the bytes: a checkout with other line ends has a different one

           help: save new scripts with LF, and leave shipped ones as they are

        shipped: note: git may change the line ends of *.sql at a checkout

           help: add to .gitattributes in the top folder of the repository:

                 migrations/*.sql -text

        shipped: note: compared 2 versions with main (…); none is new
    "#]],
    );
    let text = repository.text(|suite| suite.shipped(git("main")).strict(true));
    expect![[r#"
        shipped: 2 findings

        1. the lines of 2 scripts end in CRLF
           --> migrations/1_users.sql
               migrations/2_orders.sql
           the checksum is that of the bytes: a checkout with other line ends has a different one

           help: save new scripts with LF, and leave shipped ones as they are

        2. git may change the line ends of *.sql at a checkout

           help: add to .gitattributes in the top folder of the repository:

                 migrations/*.sql -text

        note: compared 2 versions with main (…); none is new
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_byte_order_mark() {
    let repository = Repository::new(
        "--- .gitattributes\n*.sql -text\n--- migrations/1_users.sql\n\u{feff}-- shipped\nCREATE TABLE users ();\n",
    );
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: a script begins with a byte order mark
           --> migrations/1_users.sql
           PostgreSQL takes it for a part of the first word

           help: save new scripts without it, and leave shipped ones as they are

        shipped: note: compared 1 version with main (…); none is new
    "#]],
    );
    repository.write("--- migrations/2_orders.sql\n\u{feff}CREATE TABLE orders ();\n");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 2 scripts begin with a byte order mark
           --> migrations/1_users.sql
               migrations/2_orders.sql
           PostgreSQL takes it for a part of the first word

           help: save new scripts without it, and leave shipped ones as they are

        note: compared 1 version with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn names_that_differ_only_in_case() {
    let repository = Repository::new(
        "--- .gitattributes\n*.sql -text\n--- migrations/1_users.sql\nCREATE TABLE users ();\n",
    );
    repository.write("--- migrations/1_Users.sql\nCREATE TABLE users ();\n");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. the names of files differ only in case: a checkout on macOS or Windows has one of them only
           --> migrations/1_Users.sql
               migrations/1_users.sql

           help: rename one of them

        note: 1_users has shipped, and is called 1_Users now; the names differ only in case
           --> migrations/1_Users.sql

        note: compared 1 version with main (…); none is new
    "#]],
    );
}

#[test]
fn a_checkout_that_converts_line_ends_on_purpose_is_no_change() {
    let repository = Repository::new(
        "--- .gitattributes\n*.sql text eol=crlf\n--- migrations/1_users.sql\nCREATE TABLE users ();\n--- migrations/2_orders.sql\nCREATE TABLE orders ();\n",
    );
    let clone = repository.clone_with("--branch=work");
    assert_eq!(clone.read("migrations/1_users.sql"), "CREATE TABLE users ();\r\n");
    let text = clone.text(|suite| suite.shipped(git("origin/main")));
    expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with origin/main (…); none is new
    "#]]
    .assert_eq(&text);
}
