//! The version since which code is broken.

use expect_test::expect;
use gauntlet_runtime::suite::PopulatedRules;

use super::{LOWER, RENAMES, check, check_ok, check_with};

#[test]
fn what_a_later_version_corrects() {
    let corrected =
        LOWER.replace("NEW.nick", "NEW.nickname").replace("CREATE", "CREATE OR REPLACE");
    let new =
        format!("{RENAMES}--- 3_correct.up.sql\n{corrected}--- 3_correct.down.sql\nSELECT 1;\n");
    check_ok(LOWER, &new);
}

/// Under another name too.
#[test]
fn what_was_broken_before() {
    let broken = format!("{LOWER}ALTER TABLE users RENAME nick TO nickname;\n");
    let more = "--- 2_more.up.sql
ALTER TABLE orders ADD more int;
--- 2_more.down.sql
ALTER TABLE orders DROP more;
--- 3_people.up.sql
ALTER TABLE users RENAME TO people;
--- 3_people.down.sql
ALTER TABLE people RENAME TO users;
";
    check_ok(&broken, more);
}

#[test]
fn the_version_since_which_it_is_broken() {
    // The first one is applied without rows; the second breaks what rows are inserted with, and the third mends nothing.
    let new = "--- 2_strict.up.sql
ALTER TABLE orders ADD price int NOT NULL;
--- 2_strict.down.sql
ALTER TABLE orders DROP price;
--- 3_rename.up.sql
ALTER TABLE users RENAME nick TO nickname;
ALTER TABLE orders ADD more int NOT NULL;
--- 3_rename.down.sql
ALTER TABLE orders DROP more;
ALTER TABLE users RENAME nickname TO nick;
--- 4_other.up.sql
ALTER TABLE users ADD other int;
--- 4_other.down.sql
ALTER TABLE users DROP other;
";
    let code = LOWER.replace("BEFORE UPDATE", "BEFORE INSERT OR UPDATE");
    check_with(
        &code,
        new,
        |suite| suite.populated(PopulatedRules::new().allow([2])),
        expect![[r#"
            populated: 2 findings

            1. the up of 3_rename fails on rows that the schema allows
               --> migrations/3_rename.up.sql:2:1
               2 | ALTER TABLE orders ADD more int NOT NULL;
                 | ^
               ERROR 23502: column "more" of relation "orders" contains null values
               the row: id 700001, price 1, status 'a', user_id 700009

               help: give the column a DEFAULT, or add it without NOT NULL, fill it with UPDATE, and SET NOT NULL after that

               help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

               help: or, if this version may fail on such rows (in the attribute):

                     populated(allow = [2, 3])

            2. after the up of 3_rename, INSERT on table users fails in code of the database
               --> migrations/3_rename.up.sql
               ERROR 42703: record "new" has no field "nick"
               CONTEXT: PL/pgSQL assignment "NEW.nick := lower(NEW.nick)"
                        PL/pgSQL function lower_nick() line 3 at assignment

               help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

               help: or, if nothing writes like this before it is corrected (in the attribute):

                     populated(allow = [2, 3])

            note: the up of 2_strict fails on rows that the schema allows
               --> migrations/2_strict.up.sql:1:1
               1 | ALTER TABLE orders ADD price int NOT NULL;
                 | ^
               ERROR 23502: column "price" of relation "orders" contains null values
               the row: id 700001, status 'a', user_id 700009

            note: no row was found for 1 table, so that the versions met none there
               table users: record "new" has no field "nick"

               help: seed them with rows of your own (in the attribute):

                     seeds = "seeds"

            note: judged 3 new versions
        "#]],
    );
}

/// The table gets another name after that.
#[test]
fn the_version_of_several() {
    let new = format!(
        "--- 2_more.up.sql
ALTER TABLE orders ADD more int;
--- 2_more.down.sql
ALTER TABLE orders DROP more;
{}--- 4_people.up.sql
ALTER TABLE users RENAME TO people;
--- 4_people.down.sql
ALTER TABLE people RENAME TO users;
",
        RENAMES.replace("2_", "3_")
    );
    check(
        LOWER,
        &new,
        expect![[r#"
        populated: 1 finding

        1. after the up of 3_rename, UPDATE on table people fails in code of the database
           --> migrations/3_rename.up.sql
           ERROR 42703: record "new" has no field "nick"
           CONTEXT: PL/pgSQL assignment "NEW.nick := lower(NEW.nick)"
                    PL/pgSQL function lower_nick() line 3 at assignment

           help: correct the function in the same version, with CREATE OR REPLACE FUNCTION, or drop its trigger where it is not needed any more

           help: or, if nothing writes like this before it is corrected (in the attribute):

                 populated(allow = [3])

        note: judged 3 new versions
    "#]],
    );
}

#[test]
fn an_allowed_version() {
    check_with(
        LOWER,
        RENAMES,
        |suite| suite.populated(PopulatedRules::new().allow([2])),
        expect![[r#"
            populated: ok
            populated: note: after the up of 2_rename, UPDATE on table users fails in code of the database
               --> migrations/2_rename.up.sql
               ERROR 42703: record "new" has no field "nick"
               CONTEXT: PL/pgSQL assignment "NEW.nick := lower(NEW.nick)"
                        PL/pgSQL function lower_nick() line 3 at assignment

            populated: note: judged 1 new version
        "#]],
    );
}
