//! Keys that are to be unique without regard to case, where rows differ only in case.

use expect_test::{Expect, expect};
use gauntlet_runtime::isolation::Isolation;

use super::{check_with, report};
use crate::support::printed;

/// Version 2 has shipped.
#[track_caller]
fn check(new: &str, expected: Expect) {
    check_with(new, |suite| suite.shipped(2), expected);
}

/// A history of which version 2 has a table, and version 3 is at stake.
fn accounts(columns: &str, up: &str) -> String {
    format!(
        "--- 2_accounts.up.sql\nCREATE TABLE accounts (id bigint PRIMARY KEY, {columns});\n--- 3_new.up.sql\n{up}\n"
    )
}

const INDEX: &str = "CREATE UNIQUE INDEX accounts_email ON accounts (lower(email));";

#[track_caller]
fn passes(columns: &str, up: &str) {
    check(
        &accounts(columns, up),
        expect![[r#"
            populated: ok
            populated: note: judged 1 new version
        "#]],
    );
}

#[test]
fn an_index_on_lower() {
    let columns = "email text NOT NULL UNIQUE";
    check(
        &accounts(columns, INDEX),
        expect![[r#"
        populated: 1 finding

        1. the up of 3_new fails on rows that the schema allows
           --> migrations/3_new.up.sql:1:1
           1 | CREATE UNIQUE INDEX accounts_email ON accounts (lower(email));
             | ^
           ERROR 23505: could not create unique index "accounts_email"
           DETAIL: Key (lower(email))=(qa key) is duplicated.

           help: make the rows different, or remove the ones too many, before the statement

           help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

           help: or, if this version may fail on such rows (in the attribute):

                 populated(allow = [3])

        note: judged 1 new version
    "#]],
    );
    passes(
        columns,
        &format!(
            "DELETE FROM accounts a USING accounts b WHERE lower(a.email) = lower(b.email) AND a.id > b.id;\n{INDEX}"
        ),
    );
    passes(
        columns,
        &format!(
            "UPDATE accounts a SET email = email || '-' || id
  WHERE EXISTS (SELECT FROM accounts b WHERE lower(a.email) = lower(b.email) AND a.id > b.id);\n{INDEX}"
        ),
    );
}

#[test]
fn a_key_of_two_columns() {
    let index = "CREATE UNIQUE INDEX accounts_email ON accounts (tenant, lower(email));";
    let columns = "tenant int NOT NULL, email varchar(60) NOT NULL, UNIQUE (tenant, email)";
    check(
        &accounts(columns, index),
        expect![[r#"
        populated: 1 finding

        1. the up of 3_new fails on rows that the schema allows
           --> migrations/3_new.up.sql:1:1
           1 | CREATE UNIQUE INDEX accounts_email ON accounts (tenant, lower(email));
             | ^
           ERROR 23505: could not create unique index "accounts_email"
           DETAIL: Key (tenant, lower(email::text))=(0, a) is duplicated.

           help: make the rows different, or remove the ones too many, before the statement

           help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

           help: or, if this version may fail on such rows (in the attribute):

                 populated(allow = [3])

        note: judged 1 new version
    "#]],
    );
}

#[test]
fn keys_in_one_case() {
    for columns in [
        "email text NOT NULL UNIQUE CHECK (email = lower(email))",
        "email text NOT NULL UNIQUE CHECK (email !~ '[A-Z]')",
        "email text NOT NULL, UNIQUE (email), EXCLUDE USING btree (lower(email) WITH =)",
        "email text UNIQUE CHECK (email IN ('ab', 'cd'))",
    ] {
        passes(columns, INDEX);
    }
    let new = format!(
        "--- 2_accounts.up.sql
CREATE DOMAIN address AS text CHECK (VALUE = lower(VALUE));
CREATE TABLE accounts (id bigint PRIMARY KEY, email address NOT NULL UNIQUE);
--- 3_new.up.sql
{INDEX}
"
    );
    check(
        &new,
        expect![[r#"
        populated: ok
        populated: note: judged 1 new version
    "#]],
    );
    let new = "--- 2_accounts.up.sql
CREATE TABLE countries (code char(2) PRIMARY KEY CHECK (code = upper(code)));
CREATE TABLE towns (id int PRIMARY KEY, country char(2) NOT NULL REFERENCES countries, name text NOT NULL, UNIQUE (country));
CREATE UNIQUE INDEX towns_name ON towns (lower(name));
--- 3_new.up.sql
CREATE UNIQUE INDEX towns_country ON towns (lower(country));
UPDATE towns SET name = lower(name);
";
    check(
        new,
        expect![[r#"
        populated: ok
        populated: note: judged 1 new version
    "#]],
    );
}

#[test]
fn a_type_without_regard_to_case() {
    let columns = "email text NOT NULL UNIQUE";
    let index = "CREATE EXTENSION citext;
ALTER TABLE accounts ALTER email TYPE citext;";
    let text = printed(&report(&accounts(columns, index), Isolation::Database, |suite| suite));
    expect![[r#"
        populated: ok
        populated: note: the up of 3_new fails on rows that the schema allows
           --> migrations/3_new.up.sql:2:1
           2 | ALTER TABLE accounts ALTER email TYPE citext;
             | ^
           ERROR 23505: could not create unique index "accounts_email_key"
           DETAIL: Key (email)=(qa key) is duplicated.
           no deployed database has such rows yet: it matters where the new versions are deployed one by one

        populated: note: judged 2 new versions
    "#]].assert_eq(&text);
    let new = "--- 2_accounts.up.sql
CREATE EXTENSION citext;
CREATE TABLE accounts (id bigint PRIMARY KEY, email citext NOT NULL UNIQUE);
--- 3_new.up.sql
CREATE UNIQUE INDEX accounts_email ON accounts (lower(email));
";
    let text = printed(&report(new, Isolation::Database, |suite| suite));
    expect![[r#"
        populated: ok
        populated: note: judged 2 new versions
    "#]]
    .assert_eq(&text);
}

/// Places that are moved by one meet the next row, as long as the constraint is not deferrable.
#[test]
fn places_that_move_by_one() {
    check(
        &accounts("pos int NOT NULL UNIQUE", "UPDATE accounts SET pos = pos + 1;"),
        expect![[r#"
            populated: 1 finding

            1. the up of 3_new fails on rows that the schema allows
               --> migrations/3_new.up.sql:1:1
               1 | UPDATE accounts SET pos = pos + 1;
                 | ^
               ERROR 23505: duplicate key value violates unique constraint "accounts_pos_key"
               DETAIL: Key (pos)=(700002) already exists.

               help: let the statement write values that no other row has at that moment; only a constraint that is DEFERRABLE is looked at when all rows are written

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 1 new version
        "#]],
    );
    passes(
        "pos int NOT NULL UNIQUE DEFERRABLE",
        "SET CONSTRAINTS ALL DEFERRED;\nUPDATE accounts SET pos = pos + 1;",
    );
}
