//! Where an error is: file, line and column, and all that PostgreSQL says.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;
use gauntlet_runtime::history::Irreversible;

use crate::support::Case;

#[track_caller]
fn fails(up: &str, expected: expect_test::Expect) {
    Case::new(Stairway, "--- 1_first.sql\nCREATE TABLE users (id int PRIMARY KEY, email text);\n")
        .bytes("2_second.sql", up.as_bytes())
        .with(|suite| suite.irreversible(Irreversible::All))
        .expect(expected);
}

#[test]
fn a_syntax_error() {
    fails(
        "CREATE TABLE a (id int);\n\nCREATE TABLE b (\n    id int,,\n    name text\n);\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:4:12
               4 |     id int,,
                 |            ^
               ERROR 42601: syntax error at or near ","

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn a_name_error() {
    fails(
        "SELECT 1;\n  SELECT emial FROM users;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:2:10
               2 |   SELECT emial FROM users;
                 |          ^
               ERROR 42703: column "emial" does not exist
               HINT: Perhaps you meant to reference the column "users.email".

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn an_error_of_execution_without_position() {
    fails(
        "CREATE TABLE a (id int);\n  CREATE TABLE users (id int);\nSELECT 1;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:2:3
               2 |   CREATE TABLE users (id int);
                 |   ^
               ERROR 42P07: relation "users" already exists

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn detail_and_hint() {
    fails(
        "INSERT INTO users VALUES (1, 'a');\nINSERT INTO users\nVALUES (1, 'b');\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:2:1
               2 | INSERT INTO users
                 | ^
               ERROR 23505: duplicate key value violates unique constraint "users_pkey"
               DETAIL: Key (id)=(1) already exists.

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
    fails(
        "DROP TABLE users CASCADE;\nSELECT lenght('abc');\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:2:8
               2 | SELECT lenght('abc');
                 |        ^
               ERROR 42883: function lenght(unknown) does not exist
               HINT: No function matches the given name and argument types. You might need to add explicit type casts.

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn characters_of_several_bytes() {
    fails(
        "-- Größe, 日本語\nSELECT 'ä', 'ö', 'ü'; SELECT nämlich FROM users;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:2:30
               2 | SELECT 'ä', 'ö', 'ü'; SELECT nämlich FROM users;
                 |                              ^
               ERROR 42703: column "nämlich" does not exist

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark() {
    fails(
        "SELECT 1;\r\n\r\nDROP TABLE nothing;\r\nSELECT 2;\r\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:3:1
               3 | DROP TABLE nothing;
                 | ^
               ERROR 42P01: table "nothing" does not exist

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
    fails(
        "\u{feff}SELECT 1;\nDROP TABLE nothing;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:1:1
               1 | SELECT 1;
                 | ^
               ERROR 42601: syntax error at or near "﻿SELECT"

               help: the file begins with a byte order mark, which PostgreSQL takes for a part of the first word; save it without
        "#]],
    );
}

#[test]
fn a_tab_before_the_error() {
    fails(
        "SELECT 1;\n\tALTER TABLE users\tADD COLUMN email text;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:2:2
               2 | 	ALTER TABLE users	ADD COLUMN email text;
                 | 	^
               ERROR 42701: column "email" of relation "users" already exists

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn inside_of_a_block() {
    fails(
        "SELECT 1;\n\nDO $$\nBEGIN\n    PERFORM 1;\n    INSERT INTO users VALUES (1, 'a'), (1, 'b');\nEND\n$$;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:6:5
               6 |     INSERT INTO users VALUES (1, 'a'), (1, 'b');
                 |     ^
               ERROR 23505: duplicate key value violates unique constraint "users_pkey"
               DETAIL: Key (id)=(1) already exists.
               CONTEXT: SQL statement "INSERT INTO users VALUES (1, 'a'), (1, 'b')"
                        PL/pgSQL function inline_code_block line 4 at SQL statement

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
    fails(
        "DO $body$ BEGIN\n    PERFORM nothing();\nEND $body$;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:2:5
               2 |     PERFORM nothing();
                 |     ^
               ERROR 42883: function nothing() does not exist
               HINT: No function matches the given name and argument types. You might need to add explicit type casts.
               CONTEXT: PL/pgSQL function inline_code_block line 2 at PERFORM

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
    fails(
        "DO $$\nBEGIN\n    IF true THE\n    END IF;\nEND\n$$;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:4:11
               4 |     END IF;
                 |           ^
               ERROR 42601: missing "THEN" at end of SQL expression

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn inside_of_a_function() {
    fails(
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n    SELECT emial FROM users\n$$;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:2:12
               2 |     SELECT emial FROM users
                 |            ^
               ERROR 42703: column "emial" does not exist
               HINT: Perhaps you meant to reference the column "users.email".

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
    fails(
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n    INSERT INTO users VALUES (NULL);\nEND\n$$;\nSELECT f();\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:6:1
               6 | SELECT f();
                 | ^
               ERROR 23502: null value in column "id" of relation "users" violates not-null constraint
               DETAIL: Failing row contains (null, null).
               CONTEXT: SQL statement "INSERT INTO users VALUES (NULL)"
                        PL/pgSQL function f() line 3 at SQL statement

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn a_script_with_transactions_of_its_own() {
    fails(
        "BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE users (id int);\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql
               WARNING: there is already a transaction in progress
               ERROR 42P07: relation "users" already exists

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn a_deferred_constraint_fails_at_commit() {
    fails(
        "CREATE TABLE a (id int REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO a VALUES (7);\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql
               ERROR 23503: insert or update on table "a" violates foreign key constraint "a_id_fkey"
               DETAIL: Key (id)=(7) is not present in table "users".

               help: no statement of the script fails, but the end of its transaction does: check for deferred constraints
        "#]],
    );
}

#[test]
fn outside_of_a_transaction() {
    fails(
        "-- no-transaction\nCREATE TABLE a (id int);\nCREATE TABLE users (id int);\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:3:1
               3 | CREATE TABLE users (id int);
                 | ^
               ERROR 42P07: relation "users" already exists

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
    fails(
        "VACUUM users;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:1:1
               1 | VACUUM users;
                 | ^
               ERROR 25001: VACUUM cannot run inside a transaction block

               help: give the statement a migration of its own, whose first line is `-- no-transaction`
        "#]],
    );
}

/// The script's own transaction is not in the way of finding the statement.
#[test]
fn an_error_in_a_transaction_of_the_script() {
    fails(
        "BEGIN;\nCREATE TABLE a (id int);\nCREATE TABLE users (id int);\nCOMMIT;\n",
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_second fails
               --> migrations/2_second.sql:3:1
               3 | CREATE TABLE users (id int);
                 | ^
               WARNING: there is already a transaction in progress
               ERROR 42P07: relation "users" already exists

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}
