//! What the generated rows hold: what the schema allows, and of JSON what a default says.

use expect_test::expect;

use super::{check_ok, check_version, check_with};

/// Nothing says that one of two columns has a value, nor that two rows differ in columns that are NULL.
#[test]
fn rows_without_values() {
    check_version(
        "ALTER TABLE users ADD COLUMN called text;
UPDATE users SET called = coalesce(nick, age::text);
ALTER TABLE users ALTER COLUMN called SET NOT NULL;",
        "ALTER TABLE users DROP COLUMN called;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql:3:1
               3 | ALTER TABLE users ALTER COLUMN called SET NOT NULL;
                 | ^
               ERROR 23502: column "called" of relation "users" contains null values
               the row: age NULL, called NULL, email 'O'Brien; -- "x" \ %', id 700092, nick NULL

               help: fill the column with UPDATE before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
    check_with(
        "--- 2_links.up.sql
CREATE TABLE links (id bigint PRIMARY KEY, org int NOT NULL, ext text, UNIQUE (org, ext));
--- 2_links.down.sql
DROP TABLE links;
--- 3_once.up.sql
CREATE UNIQUE INDEX links_once ON links (org, coalesce(ext, ''));
--- 3_once.down.sql
DROP INDEX links_once;
",
        |suite| suite.shipped(2),
        expect![[r#"
            populated: 1 finding

            1. the up of 3_once fails on rows that the schema allows
               --> migrations/3_once.up.sql:1:1
               1 | CREATE UNIQUE INDEX links_once ON links (org, coalesce(ext, ''));
                 | ^
               ERROR 23505: could not create unique index "links_once"
               DETAIL: Key (org, COALESCE(ext, ''::text))=(0, ) is duplicated.

               help: make the rows different, or remove the ones too many, before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 1 new version
        "#]],
    );
    check_ok(
        "ALTER TABLE users ADD COLUMN called text;
UPDATE users SET called = coalesce(nick, age::text, '');
ALTER TABLE users ALTER COLUMN called SET NOT NULL;",
        "ALTER TABLE users DROP COLUMN called;",
    );
}

/// Values of JSON are of the sort of the default.
#[test]
fn what_a_default_of_json_says() {
    let prefs = "--- 2_prefs.up.sql
CREATE TABLE prefs (id bigint PRIMARY KEY, data jsonb NOT NULL DEFAULT '{}', tags jsonb DEFAULT '[]', free jsonb);
--- 2_prefs.down.sql
DROP TABLE prefs;
";
    check_with(
        &format!(
            r#"{prefs}--- 3_new.up.sql
UPDATE prefs SET data = jsonb_set(data, '{{theme}}', '"dark"') - 'size', tags = tags || '"new"';
ALTER TABLE prefs ADD CHECK (jsonb_typeof(data) = 'object' AND jsonb_typeof(tags) = 'array');
--- 3_new.down.sql
SELECT 1;
"#
        ),
        |suite| suite.shipped(2),
        expect![[r#"
            populated: 1 finding

            1. after the up and the down of 3_new, rows are not what they were
               --> migrations/3_new.down.sql
               column data of table prefs differs in 26 rows, such as id 700001: {"{}": 1} became {"{}": 1, "theme": "dark"}
               column tags of table prefs differs in 16 rows, such as id 700001: [{"a": null}] became [{"a": null}, "new"]

               help: keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops

               help: or, if the loss is intended, declare that there is no way back (in the attribute):

                     irreversible = [3]

            note: judged 1 new version
        "#]],
    );
    check_with(
        &format!(
            r#"{prefs}--- 3_new.up.sql
UPDATE prefs SET free = jsonb_set(free, '{{theme}}', '"dark"');
--- 3_new.down.sql
SELECT 1;
"#
        ),
        |suite| suite.shipped(2),
        expect![[r#"
            populated: 1 finding

            1. the up of 3_new fails on rows that the schema allows
               --> migrations/3_new.up.sql:1:1
               1 | UPDATE prefs SET free = jsonb_set(free, '{theme}', '"dark"');
                 | ^
               ERROR 22023: cannot set path in scalar

               help: write the expression so that it holds for such a value, or correct the rows before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [3])

            note: judged 1 new version
        "#]],
    );
}

/// What came before the statement cannot be done again to look for the row.
#[test]
fn no_row_is_looked_for_behind_the_end_of_a_transaction() {
    check_version(
        "ALTER TABLE users ADD COLUMN called text;
UPDATE users SET called = coalesce(nick, age::text);
COMMIT;
BEGIN;
ALTER TABLE users ALTER COLUMN called SET NOT NULL;",
        "ALTER TABLE users DROP COLUMN IF EXISTS called;",
        expect![[r#"
            populated: 1 finding

            1. the up of 2_new fails on rows that the schema allows
               --> migrations/2_new.up.sql
               ERROR 23502: column "called" of relation "users" contains null values

               help: fill the column with UPDATE before the statement

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2])

            note: judged 1 new version
        "#]],
    );
}
