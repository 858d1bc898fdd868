//! Versions that have a transaction.

use expect_test::expect;

use gauntlet_runtime::finding::Severity;
use gauntlet_runtime::isolation::Isolation;

use super::{check, kinds, report};
use crate::support::area::run;
use crate::support::database::{server, texts};
use crate::support::printed;

#[test]
fn nothing_is_left() {
    check(
        "CREATE TABLE a (id bigserial PRIMARY KEY);\nINSERT INTO a DEFAULT VALUES;\nUPDATE users SET visits = 1;",
        expect![[r#"
            interrupted: ok
            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_transaction_within_it() {
    check(
        "BEGIN;\nALTER TABLE users ADD COLUMN plan text;\nCOMMIT;",
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 2_new fails when it runs again
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE users ADD COLUMN plan text;
                 | ^
               WARNING: there is already a transaction in progress
               ERROR 42701: column "plan" of relation "users" already exists
               the run was cut off after its last statement, before it was recorded

               help: leave out the statements that begin and end transactions: the engine has one for the script and its record

            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_commit_in_the_middle() {
    check(
        "ALTER TYPE status ADD VALUE 'sent';\nCOMMIT;\nALTER TABLE users ADD COLUMN status status NOT NULL DEFAULT 'sent';",
        expect![[r#"
            interrupted: 1 finding

            1. after an interrupted run, 2_new fails when it runs again
               --> migrations/2_new.sql
               ERROR 42710: enum label "sent" already exists
               the run was cut off after COMMIT
               the same where it was cut off after its last statement, before it was recorded

               help: use ADD VALUE IF NOT EXISTS: PostgreSQL cannot remove a label

               help: or, if somebody watches over it (in the attribute):

                     interrupted(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check(
        "ALTER TYPE status ADD VALUE IF NOT EXISTS 'sent';\nCOMMIT;\nALTER TABLE users ADD COLUMN IF NOT EXISTS status status NOT NULL DEFAULT 'sent';",
        expect![[r#"
            interrupted: ok
            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn another_connection() {
    let has_dblink = run(async {
        let mut conn = server().await.connect().await.unwrap();
        let library = "SELECT EXISTS (SELECT FROM pg_ls_dir((SELECT setting FROM pg_config WHERE name = 'PKGLIBDIR')) f WHERE f LIKE 'dblink.%')::text";
        texts(&mut conn, library).await == ["true"]
    });
    // Not every package has it.
    if !has_dblink {
        return;
    }
    let new = "--- 2_dblink.sql
CREATE EXTENSION dblink;
--- 3_audit.sql
SELECT dblink_exec(
  format('host=%s port=%s dbname=%s user=%s', trim(split_part(current_setting('unix_socket_directories'), ',', 1), '\"'),
    current_setting('port'), current_database(), current_user),
  'CREATE TABLE IF NOT EXISTS audit (what text)');
";
    let text = printed(&report(new, Isolation::Database, |suite| suite));
    expect![[r#"
        interrupted: 1 finding

        1. 3_audit has a transaction, and leaves something behind when it is cut off before the commit
           --> migrations/3_audit.sql

           table audit: left behind
             (what text)

           help: do in its own session what the script does over another connection, so that it is one transaction

           help: or, if that is intended (in the attribute):

                 interrupted(allow = [3])

        note: judged 2 new versions
    "#]].assert_eq(&text);
}

/// The session that is ended is an administrator's, whatever role acts in it.
#[test]
fn with_a_role_for_the_migrations() {
    let new = "--- 2_new.sql
UPDATE users SET email = lower(email);
ALTER TABLE users ADD CONSTRAINT low CHECK (email = lower(email));
";
    for isolation in [Isolation::Database, Isolation::Schema] {
        let report = report(new, isolation, |suite| suite.as_role("interrupted_owner"));
        assert!(report.error.is_none(), "{}", printed(&report));
        assert_eq!(kinds(&report), [(Severity::Note, "judged".into())], "{}", printed(&report));
    }
}

#[test]
fn an_object_that_is_there_already() {
    check(
        "ALTER TABLE users ADD CONSTRAINT visited CHECK (visits >= 0);\nCOMMIT;\nCREATE TABLE a (id int);",
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 2_new fails when it runs again
               --> migrations/2_new.sql
               ERROR 42710: constraint "visited" for relation "users" already exists
               the run was cut off after COMMIT
               the same where it was cut off after its last statement, before it was recorded

               help: where that has happened, before the next run:

                     ALTER TABLE users DROP CONSTRAINT visited;

            interrupted: note: 2_new was cut off on tables without generated rows: it fails on them, which `populated` reports
               --> migrations/2_new.sql
               ERROR 23514: check constraint "visited" of relation "users" is violated by some row

            interrupted: note: judged 1 new version
        "#]],
    );
}
