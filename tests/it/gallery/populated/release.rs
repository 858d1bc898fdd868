//! Several new versions, which a deployed database gets as one release.

use expect_test::expect;

use super::{check, check_with};

/// The careful way to a foreign key, a version for each step.
const IN_STEPS: &str = "--- 2_column.up.sql
ALTER TABLE orders ADD COLUMN parent bigint;
--- 2_column.down.sql
ALTER TABLE orders DROP COLUMN parent;
--- 3_key.up.sql
ALTER TABLE orders ADD CONSTRAINT orders_parent FOREIGN KEY (parent) REFERENCES orders (id) NOT VALID;
--- 3_key.down.sql
ALTER TABLE orders DROP CONSTRAINT orders_parent;
--- 4_valid.up.sql
ALTER TABLE orders VALIDATE CONSTRAINT orders_parent;
--- 4_valid.down.sql
SELECT 1;
";

#[test]
fn nobody_writes_to_a_column_between_two_new_versions() {
    check(
        IN_STEPS,
        expect![[r#"
        populated: ok
        populated: note: the up of 4_valid fails on rows that the schema allows
           --> migrations/4_valid.up.sql:1:1
           1 | ALTER TABLE orders VALIDATE CONSTRAINT orders_parent;
             | ^
           ERROR 23503: insert or update on table "orders" violates foreign key constraint "orders_parent"
           DETAIL: Key (parent)=(1) is not present in table "orders".
           orders_parent is NOT VALID: rows from before it need not meet it
           no deployed database has such rows yet: it matters where the new versions are deployed one by one

        populated: note: judged 3 new versions
    "#]],
    );
    // With all versions on their own, somebody may have.
    check_with(
        IN_STEPS,
        |suite| suite.shipped(2),
        expect![[r#"
        populated: 1 finding

        1. the up of 4_valid fails on rows that the schema allows
           --> migrations/4_valid.up.sql:1:1
           1 | ALTER TABLE orders VALIDATE CONSTRAINT orders_parent;
             | ^
           ERROR 23503: insert or update on table "orders" violates foreign key constraint "orders_parent"
           DETAIL: Key (parent)=(2) is not present in table "orders".
           orders_parent is NOT VALID: rows from before it need not meet it

           help: correct the rows in a version before this one

           help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

           help: or, if this version may fail on such rows (in the attribute):

                 populated(allow = [4])

        note: judged 2 new versions
    "#]],
    );
}

/// What fails on the rows that there were fails in the release as well.
#[test]
fn rows_of_before_fail_in_a_later_version() {
    check(
        "--- 2_column.up.sql
ALTER TABLE orders ADD COLUMN total numeric(8,2);
--- 2_column.down.sql
ALTER TABLE orders DROP COLUMN total;
--- 3_required.up.sql
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
--- 3_required.down.sql
ALTER TABLE orders ALTER COLUMN total DROP NOT NULL;
",
        expect![[r#"
            populated: 1 finding

            1. the up of 3_required fails on rows that the schema allows
               --> migrations/3_required.up.sql:1:1
               1 | ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
                 | ^
               ERROR 23502: column "total" of relation "orders" contains null values
               the row: id 700001, note 'a', price -1, status 'sent', total NULL, updated_at '0001-01-01T00:00:00+00:00', user_id 700009

               help: fill the column with UPDATE before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 2 new versions
        "#]],
    );
}

/// A table of the release is empty; what a version does to its rows is told, and fails nothing.
#[test]
fn a_new_table_has_no_rows() {
    check(
        "--- 2_notes.up.sql
CREATE TABLE notes (id bigint PRIMARY KEY, body text, kind text);
--- 2_notes.down.sql
DROP TABLE notes;
--- 3_once.up.sql
CREATE UNIQUE INDEX notes_once ON notes (body);
ALTER TABLE notes DROP COLUMN kind;
--- 3_once.down.sql
ALTER TABLE notes ADD COLUMN kind text;
DROP INDEX notes_once;
",
        expect![[r#"
            populated: ok
            populated: note: the up of 3_once fails on rows that the schema allows
               --> migrations/3_once.up.sql:1:1
               1 | CREATE UNIQUE INDEX notes_once ON notes (body);
                 | ^
               ERROR 23505: could not create unique index "notes_once"
               DETAIL: Key (body)=(ABC) is duplicated.
               no deployed database has such rows yet: it matters where the new versions are deployed one by one

            populated: note: judged 2 new versions
        "#]],
    );
}
