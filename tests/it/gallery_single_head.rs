//! The defect gallery of `single_head`.

use expect_test::expect;
use gauntlet::checks::Check::SingleHead;
use gauntlet::migrations::Irreversible;

use crate::support::{Case, check, check_with};

const USERS: &str = r"
--- 1_users.up.sql
CREATE TABLE users (id int);
--- 1_users.down.sql
DROP TABLE users;
";

#[test]
fn one_line_passes() {
    check(
        SingleHead,
        USERS,
        expect![[r#"
        single_head: ok
    "#]],
    );
    check(
        SingleHead,
        "--- 1_a.sql\nSELECT 1;\n--- README.md\nHow to.\n--- 2_b.sql\nSELECT 1;\n",
        expect![[r#"
        single_head: ok
    "#]],
    );
}

#[test]
fn duplicate_versions() {
    check(
        SingleHead,
        &format!("{USERS}--- 1_orders.up.sql\nSELECT 1;\n--- 1_orders.down.sql\nSELECT 1;\n"),
        expect![[r#"
            single_head: 2 findings

            1. two scripts have version 1: sqlx fails on the second with a duplicate key
               --> migrations/1_users.up.sql
               the other is migrations/1_orders.up.sql
                 expected  one script
                 actual    two scripts

               help: give one of them a new, later version

            2. two scripts have version 1: sqlx fails on the second with a duplicate key
               --> migrations/1_users.down.sql
               the other is migrations/1_orders.down.sql
                 expected  one script
                 actual    two scripts

               help: give one of them a new, later version
        "#]],
    );
    check(
        SingleHead,
        "--- 1_a.sql\nSELECT 1;\n--- 01_b.sql\nSELECT 1;\n",
        expect![[r#"
        single_head: 1 finding

        1. two scripts have version 1: sqlx fails on the second with a duplicate key
           --> migrations/1_a.sql
           the other is migrations/01_b.sql
             expected  one script
             actual    two scripts

           help: give one of them a new, later version
    "#]],
    );
}

#[test]
fn downs_without_ups() {
    check(
        SingleHead,
        &format!("{USERS}--- 2_orders.down.sql\nSELECT 1;\n"),
        expect![[r#"
        single_head: 1 finding

        1. the down of 2_orders has no up: sqlx never runs it
           --> migrations/2_orders.down.sql

           help: delete the file, or give it the version of its up script
    "#]],
    );
}

#[test]
fn ups_without_downs() {
    let files = format!("{USERS}--- 2_orders.up.sql\nSELECT 1;\n");
    check(
        SingleHead,
        &files,
        expect![[r#"
        single_head: 1 finding

        1. 2_orders has no down script: `sqlx migrate revert` passes over it in silence
           --> migrations/2_orders.up.sql

           help: write the down script, or declare that there is no way back:

                 irreversible = [2]
    "#]],
    );
    check_with(
        SingleHead,
        &files,
        |suite| suite.irreversible(Irreversible::Versions(vec![2])),
        expect![[r#"
            single_head: ok
        "#]],
    );
}

#[test]
fn simple_and_reversible_mixed() {
    check(
        SingleHead,
        &format!(
            "{USERS}--- 2_a.sql\nSELECT 1;\n--- 3_b.up.sql\nSELECT 1;\n--- 3_b.down.sql\n--- 4_c.sql\nSELECT 1;\n"
        ),
        expect![[r#"
            single_head: 1 finding

            1. the history mixes simple and reversible migrations: 2 simple beside reversible ones
               --> migrations/2_a.sql
               also migrations/4_c.sql

               help: rename to .up.sql and add .down.sql, so that `sqlx migrate revert` knows what it can undo
        "#]],
    );
    check(
        SingleHead,
        &format!(
            "{USERS}--- 2_a.sql\nSELECT 1;\n--- 3_b.sql\nSELECT 1;\n--- 3_b.down.sql\n--- 4_c.sql\nSELECT 1;\n"
        ),
        expect![[r#"
            single_head: 1 finding

            1. the history mixes simple and reversible migrations: 1 reversible beside simple ones
               --> migrations/1_users.up.sql

               help: rename to .sql, so that `sqlx migrate revert` knows what it can undo
        "#]],
    );
}

#[test]
fn misnamed_files() {
    check(
        SingleHead,
        &format!(
            "{USERS}--- 2-orders.up.sql\n--- 3_items.dwn.sql\n--- 4_ITEMS.SQL\n--- schema.sql\n--- 5_x.UP.sql\n--- 6_x.sql.bak\n"
        ),
        expect![[r#"
            single_head: 6 findings

            1. sqlx does not run this file as it seems meant: there is no `_` behind a version
               --> migrations/2-orders.up.sql

               help: name it <VERSION>_<NAME>.up.sql, .down.sql or .sql, or move it out of the folder

            2. sqlx does not run this file as it seems meant: sqlx takes it for a simple migration named `items.dwn`; `.down.sql` is meant, it seems
               --> migrations/3_items.dwn.sql

               help: name it <VERSION>_<NAME>.up.sql, .down.sql or .sql, or move it out of the folder

            3. sqlx does not run this file as it seems meant: the suffix is not lower-case `.sql`
               --> migrations/4_ITEMS.SQL

               help: name it <VERSION>_<NAME>.up.sql, .down.sql or .sql, or move it out of the folder

            4. sqlx does not run this file as it seems meant: sqlx takes it for a simple migration named `x.UP`; `.up.sql` is meant, it seems
               --> migrations/5_x.UP.sql

               help: name it <VERSION>_<NAME>.up.sql, .down.sql or .sql, or move it out of the folder

            5. sqlx does not run this file as it seems meant: there is no `_` behind a version
               --> migrations/schema.sql

               help: name it <VERSION>_<NAME>.up.sql, .down.sql or .sql, or move it out of the folder

            6. the history mixes simple and reversible migrations: 1 reversible beside simple ones
               --> migrations/1_users.up.sql

               help: rename to .sql, so that `sqlx migrate revert` knows what it can undo
        "#]],
    );
    check(
        SingleHead,
        &format!("{USERS}--- v2_orders.up.sql\n--- 99999999999999999999_x.sql\n--- _x.sql\n"),
        expect![[r#"
            single_head: 3 findings

            1. `99999999999999999999` is no version number: sqlx refuses the whole folder
               --> migrations/99999999999999999999_x.sql

               help: begin the name with an integer and `_`, or move the file out of the folder

            2. `` is no version number: sqlx refuses the whole folder
               --> migrations/_x.sql

               help: begin the name with an integer and `_`, or move the file out of the folder

            3. `v2` is no version number: sqlx refuses the whole folder
               --> migrations/v2_orders.up.sql

               help: begin the name with an integer and `_`, or move the file out of the folder
        "#]],
    );
}

#[test]
fn a_file_that_is_no_text() {
    Case::new(SingleHead, USERS)
        .bytes("2_latin.up.sql", b"-- gr\xfc\xdfe\nSELECT 1;\n")
        .bytes("2_latin.down.sql", b"SELECT 1;\n")
        .expect(expect![[r#"
            single_head: 2 findings

            1. the file cannot be read: not UTF-8 at byte 5
               --> migrations/2_latin.up.sql

               help: save it as UTF-8 and make it readable

            2. the down of 2_latin has no up: sqlx never runs it
               --> migrations/2_latin.down.sql

               help: delete the file, or give it the version of its up script
        "#]]);
}

#[test]
fn a_version_with_a_digit_too_many() {
    check(
        SingleHead,
        r"
--- 20240101000000_a.sql
SELECT 1;
--- 20240102000000_b.sql
SELECT 1;
--- 202401015000000_c.sql
SELECT 1;
",
        expect![[r#"
            single_head: ok
            single_head: note: 202401015000000_c has 15 digits and the others 14: sqlx orders by number, not by file name
               --> migrations/202401015000000_c.sql

               help: make sure that it runs where you mean it to
        "#]],
    );
}

#[test]
fn declarations_that_fit_no_version() {
    check_with(
        SingleHead,
        "--- 20240101000000_a.sql\nSELECT 1;\n--- 20240102000000_b.sql\nSELECT 1;\n",
        |suite| {
            suite
                .irreversible(Irreversible::Versions(vec![20_240_101, 20_240_102_000_000]))
                .downgrade_floor(20_240_103_000_000)
        },
        expect![[r#"
            single_head: 2 findings

            1. `irreversible` names version 20240101, which the history does not have

               help: correct the number in the attribute

            2. `downgrade_floor` names version 20240103000000, which the history does not have
               no version fits "20240103000000"; the nearest are:
                 20240101000000_a
                 20240102000000_b

               help: correct the number in the attribute
        "#]],
    );
}

#[test]
fn no_migration_and_no_folder() {
    check(
        SingleHead,
        "--- README.md\nNothing yet.\n",
        expect![[r#"
        single_head: 1 finding

        1. there is no migration in migrations

           help: name the folder with `migrations = "..."`, relative to the crate's Cargo.toml
    "#]],
    );
    check_with(
        SingleHead,
        USERS,
        |suite| suite.migrations("db/migrations"),
        expect![[r#"
        single_head could not look:

           failed to read the migrations folder /tmp/gauntlet-testwDdyRi/db/migrations: No such file or directory (os error 2)
    "#]],
    );
}
