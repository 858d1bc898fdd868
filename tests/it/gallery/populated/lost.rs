//! Rows that are not the same after down and up.

use expect_test::expect;
use gauntlet_runtime::finding::{Severity, Status};
use gauntlet_runtime::history::Irreversible;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::stage::Seed;
use gauntlet_runtime::suite::Suite;

use super::{check, check_ok, check_version, check_with, report};

#[test]
fn a_dropped_column() {
    let drop = "--- 2_new.up.sql
ALTER TABLE users DROP COLUMN nick;
--- 2_new.down.sql
ALTER TABLE users ADD COLUMN nick varchar(40);
";
    check(
        drop,
        expect![[r#"
        populated: 1 finding

        1. after the up and the down of 2_new, rows are not what they were
           --> migrations/2_new.down.sql
           column nick of table users differs in 22 rows, such as id 700001: 'a' became NULL

           help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

           help: or, if the loss is intended, declare that there is no way back (in the attribute):

                 irreversible = [2]

        note: judged 1 new version
    "#]],
    );
    check_with(
        drop,
        |suite| suite.irreversible(Irreversible::versions([2])),
        expect![[r#"
        populated: ok
        populated: note: judged 1 new version
    "#]],
    );
    check_ok(
        "ALTER TABLE users RENAME COLUMN nick TO old_nick;",
        "ALTER TABLE users RENAME COLUMN old_nick TO nick;",
    );
}

/// The last of more digits than a float has; and a scale, which is no part of a value.
#[test]
fn digits_of_large_numbers() {
    let wide = |up: &str, down: &str| {
        format!(
            "--- 2_wide.up.sql\nCREATE TABLE wide (n numeric PRIMARY KEY, m numeric);\n\
             --- 2_wide.down.sql\nDROP TABLE wide;\n\
             --- 3_type.up.sql\nALTER TABLE wide ALTER m TYPE {up};\n\
             --- 3_type.down.sql\nALTER TABLE wide ALTER m TYPE {down};\n"
        )
    };
    let seed = |suite: Suite| {
        let n = "123456789012345678901234567891";
        // Equal as floats.
        let rows = format!("INSERT INTO wide VALUES ({n}, {n}.5), ({n} + 1, {n})");
        suite.seed("3", Seed::sql(rows))
    };
    check_with(
        &wide("numeric(60, 0) USING trunc(m)", "numeric"),
        seed,
        expect![[r#"
        populated: 1 finding

        1. after the up and the down of 3_type, rows are not what they were
           --> migrations/3_type.down.sql
           column m of table wide differs in 1 row: n 123456789012345678901234567891: 123456789012345678901234567891.5 became 123456789012345678901234567891

           help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

           help: or, if the loss is intended, declare that there is no way back (in the attribute):

                 irreversible = [3]

        note: 1 new version has no seed: 2_wide

        note: judged 2 new versions
    "#]],
    );
    check_with(
        &wide("numeric(60, 4)", "numeric"),
        seed,
        expect![[r#"
        populated: ok
        populated: note: 1 new version has no seed: 2_wide

        populated: note: judged 2 new versions
    "#]],
    );
}

#[test]
fn a_dropped_table_and_rows() {
    check_version(
        "DROP TABLE orders;",
        "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users, price numeric(8,2) NOT NULL, note text,
  status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'sent')), updated_at timestamptz);",
        expect![[r#"
            populated: 1 finding

            1. after the up and the down of 2_new, rows are not what they were
               --> migrations/2_new.down.sql
               26 rows of table orders are gone, such as id 700001, note 'a', price -1, status 'sent', updated_at '0001-01-01T00:00:00+00:00', user_id 700009

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [2]

            note: judged 1 new version
        "#]],
    );
    check_version(
        "DELETE FROM orders WHERE price < 0;
ALTER TABLE orders ADD CHECK (price >= 0);",
        "ALTER TABLE orders DROP CONSTRAINT orders_price_check;",
        expect![[r#"
            populated: 1 finding

            1. after the up and the down of 2_new, rows are not what they were
               --> migrations/2_new.down.sql
               7 rows of table orders are gone, such as id 700001, note 'a', price -1, status 'sent', updated_at '0001-01-01T00:00:00+00:00', user_id 700009

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [2]

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn values() {
    check_version(
        "UPDATE orders SET price = price + 1;",
        "UPDATE orders SET price = price - 2;",
        expect![[r#"
            populated: 1 finding

            1. after the up and the down of 2_new, rows are not what they were
               --> migrations/2_new.down.sql
               column price of table orders differs in 26 rows, such as id 700001: -1 became -2

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [2]

            note: judged 1 new version
        "#]],
    );
    check_ok("UPDATE orders SET price = price + 1;", "UPDATE orders SET price = price - 1;");
    check_version(
        "CREATE TABLE pairs AS SELECT id, note FROM orders;
ALTER TABLE orders DROP COLUMN note;",
        "ALTER TABLE orders ADD COLUMN note text;
DROP TABLE pairs;",
        expect![[r#"
            populated: 1 finding

            1. after the up and the down of 2_new, rows are not what they were
               --> migrations/2_new.down.sql
               column note of table orders differs in 22 rows, such as id 700001: 'a' became NULL

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [2]

            note: judged 1 new version
        "#]],
    );
    check_ok(
        "CREATE TABLE pairs AS SELECT id, note FROM orders;
ALTER TABLE orders DROP COLUMN note;",
        "ALTER TABLE orders ADD COLUMN note text;
UPDATE orders SET note = pairs.note FROM pairs WHERE pairs.id = orders.id;
DROP TABLE pairs;",
    );
}

#[test]
fn an_up_that_only_changes_rows() {
    check_version(
        "UPDATE orders SET price = price + 1;",
        "SELECT 1;",
        expect![[r#"
            populated: 1 finding

            1. after the up and the down of 2_new, rows are not what they were
               --> migrations/2_new.down.sql
               column price of table orders differs in 26 rows, such as id 700001: -1 became 0

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [2]

            note: judged 1 new version
        "#]],
    );
    check_version(
        "UPDATE orders SET price = round(price);",
        "SELECT 1;",
        expect![[r#"
            populated: ok
            populated: note: after the up and the down of 2_new, rows are not what they were
               --> migrations/2_new.down.sql
               column price of table orders differs in 9 rows, such as id 700003: 0.01 became 0

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [2]

            populated: note: judged 1 new version
        "#]],
    );
    // The time is a different one each time.
    let new =
        "--- 2_new.up.sql\nUPDATE orders SET updated_at = now();\n--- 2_new.down.sql\nSELECT 1;\n";
    assert_eq!(report(new, Isolation::Database, |suite| suite).status(), Status::Passed);
}

#[test]
fn a_table_without_a_key() {
    check(
        "--- 2_log.up.sql
CREATE TABLE log (line text NOT NULL, level int);
--- 2_log.down.sql
DROP TABLE log;
--- 3_level.up.sql
UPDATE log SET level = coalesce(level, 0);
--- 3_level.down.sql
-- Nothing to undo.
SELECT 1;
",
        expect![[r#"
            populated: ok
            populated: note: after the up and the down of 3_level, rows are not what they were
               --> migrations/3_level.down.sql
               column level of table log differs in 3 rows, such as 0 instead of NULL

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [3]

            populated: note: judged 2 new versions
        "#]],
    );
}

#[test]
fn a_down_that_fails_on_rows() {
    check_version(
        "ALTER TABLE orders DROP COLUMN updated_at;",
        "ALTER TABLE orders ADD COLUMN updated_at timestamptz NOT NULL;",
        expect![[r#"
            populated: 1 finding

            1. the down of 2_new fails on rows that the schema allows
               --> migrations/2_new.down.sql:1:1
               1 | ALTER TABLE orders ADD COLUMN updated_at timestamptz NOT NULL;
                 | ^
               ERROR 23502: column "updated_at" of relation "orders" contains null values
               the row: id 700001, note 'a', price -1, status 'sent', user_id 700009

               help: give the column a DEFAULT, or add it without NOT NULL, fill it with UPDATE, and SET NOT NULL after that

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check_version(
        "CREATE TABLE notes AS SELECT id, note FROM orders WHERE note IS NOT NULL;",
        "ALTER TABLE notes RENAME TO old_notes;
ALTER TABLE old_notes ADD PRIMARY KEY (note);",
        expect![[r#"
            populated: 1 finding

            1. the down of 2_new fails on rows that the schema allows
               --> migrations/2_new.down.sql:2:1
               2 | ALTER TABLE old_notes ADD PRIMARY KEY (note);
                 | ^
               ERROR 23505: could not create unique index "old_notes_pkey"
               DETAIL: Key (note)=(a) is duplicated.

               help: make the rows different, or remove the ones too many, before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_trigger() {
    check(
        "--- 2_touch.up.sql
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = '2031-01-01'; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
--- 2_touch.down.sql
DROP TRIGGER touch ON orders;
DROP FUNCTION touch();
--- 3_currency.up.sql
ALTER TABLE orders ADD COLUMN currency text;
UPDATE orders SET currency = 'EUR';
--- 3_currency.down.sql
ALTER TABLE orders DROP COLUMN currency;
",
        expect![[r#"
            populated: ok
            populated: note: the up of 3_currency changes columns that it does not name: a trigger does
               --> migrations/3_currency.up.sql
               column updated_at of table orders differs in 26 rows, such as id 700001: '0001-01-01T00:00:00+00:00' became '2031-01-01T00:00:00+00:00'

               help: where that is not intended, disable the trigger around the statement: ALTER TABLE ... DISABLE TRIGGER

            populated: note: judged 2 new versions
        "#]],
    );
}

/// The second up writes the time once more, and nothing else: the down may be empty.
#[test]
fn rows_that_are_filled_under_a_trigger() {
    let new = "--- 2_touch.up.sql
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
--- 2_touch.down.sql
DROP TRIGGER touch ON orders;
DROP FUNCTION touch();
--- 3_fill.up.sql
UPDATE orders SET note = 'seen';
--- 3_fill.down.sql
-- Nothing is to be taken back.
";
    let lost = |new: &str| {
        let report = report(new, Isolation::Database, |suite| suite);
        let lost = report.findings.iter().find(|finding| finding.kind == "rows_lost");
        lost.map(|finding| finding.severity)
    };
    assert_eq!(lost(new), Some(Severity::Note));
    let twice = new.replace("note = 'seen'", "note = note || '!'");
    assert_eq!(lost(&twice), Some(Severity::Failure));
}

#[test]
fn rows_that_a_down_leaves() {
    check_version(
        "INSERT INTO users (email) SELECT 'admin@example.com' WHERE NOT EXISTS (SELECT FROM users WHERE email LIKE 'admin@%');",
        "SELECT 1;",
        expect![[r#"
            populated: ok
            populated: note: the down of 2_new leaves rows that the up has made
               --> migrations/2_new.down.sql
               table users has 1 row more, such as age NULL, email 'admin@example.com', id 700093, nick NULL

            populated: note: judged 1 new version
        "#]],
    );
}

/// The name that the tool itself gives to a table would be such a column's.
#[test]
fn a_column_that_is_called_t() {
    check(
        "--- 2_series.up.sql
CREATE TABLE series (id int PRIMARY KEY, t jsonb, v int NOT NULL);
--- 2_series.down.sql
DROP TABLE series;
--- 3_new.up.sql
UPDATE series SET v = 7;
--- 3_new.down.sql
SELECT 1;
",
        expect![[r#"
            populated: ok
            populated: note: after the up and the down of 3_new, rows are not what they were
               --> migrations/3_new.down.sql
               column v of table series differs in 21 rows, such as id 700001: -1 became 7

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [3]

            populated: note: judged 2 new versions
        "#]],
    );
}

/// The down undoes what the catalog shows. Neither of the two renames writes a row.
#[test]
fn a_column_that_is_overwritten_under_another_name() {
    check_version(
        "ALTER TABLE orders RENAME COLUMN price TO cents;
UPDATE orders SET cents = cents * 100;",
        "ALTER TABLE orders RENAME COLUMN cents TO price;",
        expect![[r#"
            populated: 1 finding

            1. after the up and the down of 2_new, rows are not what they were
               --> migrations/2_new.down.sql
               column price of table orders differs in 23 rows, such as id 700001: -1 became -100

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [2]

            note: judged 1 new version
        "#]],
    );
    check_ok(
        "ALTER TABLE orders RENAME COLUMN note TO remark;
UPDATE orders SET remark = remark || '!';",
        "UPDATE orders SET remark = left(remark, -1);
ALTER TABLE orders RENAME COLUMN remark TO note;",
    );
}
