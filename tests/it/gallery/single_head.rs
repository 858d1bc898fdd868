//! The defect gallery of `single_head`.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{self, SingleHead};
use gauntlet_runtime::history::Irreversible;
use gauntlet_runtime::isolation::Isolation;

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
            single_head: 1 finding

            1. several scripts have version 1: sqlx runs one, and fails on the next
               --> migrations/1_orders.up.sql
                   migrations/1_users.up.sql
                   migrations/1_orders.down.sql
                   migrations/1_users.down.sql

               help: give one of them a version of its own, later than the last
        "#]],
    );
    check(
        SingleHead,
        "--- 1_a.sql\nSELECT 1;\n--- 01_b.sql\nSELECT 1;\n",
        expect![[r#"
            single_head: 1 finding

            1. several scripts have version 1: sqlx runs one, and fails on the next
               --> migrations/01_b.sql
                   migrations/1_a.sql

               help: give one of them a version of its own, later than the last
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

            1. 2_orders has no down script: `sqlx migrate revert` skips it and reverts 1_users instead
               --> migrations/2_orders.up.sql

               help: write the down script, or declare the version irreversible (in the attribute):

                     irreversible = [2]
        "#]],
    );
    check_with(
        SingleHead,
        &files,
        |suite| suite.irreversible(Irreversible::versions([2])),
        expect![[r#"
            single_head: ok
        "#]],
    );
}

/// Each by itself while any version has a down, and one sentence where none has.
#[test]
fn several_ups_without_downs() {
    let later = "--- 2_orders.up.sql\nSELECT 1;\n--- 3_items.up.sql\nSELECT 1;\n";
    check(
        SingleHead,
        &format!("{USERS}{later}"),
        expect![[r#"
            single_head: 2 findings

            1. 2_orders has no down script: `sqlx migrate revert` skips it and reverts 1_users instead
               --> migrations/2_orders.up.sql

               help: write the down script, or declare the version irreversible (in the attribute):

                     irreversible = [2]

            2. 3_items has no down script: `sqlx migrate revert` skips it and reverts 1_users instead
               --> migrations/3_items.up.sql

               help: write the down script, or declare the version irreversible (in the attribute):

                     irreversible = [3]
        "#]],
    );
    check(
        SingleHead,
        later,
        expect![[r#"
            single_head: 1 finding

            1. none of the 2 versions has a down script, so there is no way back to check

               help: if the history only goes up, declare all of it irreversible; then only the ups are checked (in the attribute):

                     irreversible = all
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

            1. the history mixes 2 simple migrations and 2 reversible ones: `sqlx migrate revert` skips the simple ones
               --> migrations/2_a.sql
                   migrations/4_c.sql

               help: rename the simple ones to .up.sql, and write a .down.sql for each
        "#]],
    );
    check(
        SingleHead,
        &format!(
            "{USERS}--- 2_a.sql\nSELECT 1;\n--- 3_b.sql\nSELECT 1;\n--- 3_b.down.sql\n--- 4_c.sql\nSELECT 1;\n"
        ),
        expect![[r#"
            single_head: 1 finding

            1. the history mixes 3 simple migrations and 1 reversible one: `sqlx migrate revert` skips the simple ones
               --> migrations/1_users.up.sql

               help: rename the simple ones to .up.sql and write a .down.sql for each, or make all of them simple
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
            single_head: 5 findings

            1. sqlx skips this file: its name has no `_` after a version
               --> migrations/2-orders.up.sql

               help: rename it to 2_orders.up.sql

            2. sqlx takes this file for a migration named `items.dwn`, which goes up and never down
               --> migrations/3_items.dwn.sql

               help: rename it to 3_items.down.sql

            3. sqlx skips this file: its name does not end in lower-case `.sql`
               --> migrations/4_ITEMS.SQL

               help: rename it to 4_ITEMS.sql

            4. sqlx takes this file for a migration named `x.UP`, which goes up and never down
               --> migrations/5_x.UP.sql

               help: rename it to 5_x.up.sql

            5. sqlx skips this file: its name has no `_` after a version
               --> migrations/schema.sql

               help: name it <VERSION>_<NAME>.sql, or move it out of the folder
        "#]],
    );
    check(
        SingleHead,
        &format!("{USERS}--- v2_orders.up.sql\n--- 99999999999999999999_x.sql\n--- _x.sql\n"),
        expect![[r#"
            single_head: 3 findings

            1. 99999999999999999999 is too large for a version: sqlx refuses the whole folder
               --> migrations/99999999999999999999_x.sql

               help: begin the name with an integer and `_`, or move the file out of the folder

            2. there is no version before the `_`: sqlx refuses the whole folder
               --> migrations/_x.sql

               help: begin the name with an integer and `_`, or move the file out of the folder

            3. `v2` is not a version: sqlx refuses the whole folder
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
            single_head: 1 finding

            1. a script cannot be read: it is not UTF-8, and sqlx refuses the whole folder
               --> migrations/2_latin.up.sql:1:6

               help: save it as UTF-8, readable by the user who runs the migrations
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
            single_head: note: 202401015000000_c has 15 digits where the others have 14: sqlx runs it after 20240102000000_b
               --> migrations/202401015000000_c.sql

               help: correct the number if the order is wrong; sqlx orders by number, not by file name
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
                .irreversible(Irreversible::versions([20_240_101_i64, 20_240_102_000_000]))
                .downgrade_floor(20_240_103_000_000_i64)
        },
        expect![[r#"
            single_head: 2 findings

            1. `irreversible` names version 20240101, which the history does not have

               help: correct the version; did you mean 20240101000000?

            2. `downgrade_floor` names version 20240103000000, which the history does not have

               help: correct the version; the nearest are 20240102000000_b
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

            1. the folder migrations holds no migration

               help: name the folder, relative to the crate's Cargo.toml (in the attribute):

                     migrations = "..."
        "#]],
    );
    check_with(
        SingleHead,
        USERS,
        |suite| suite.migrations("db/migrations"),
        expect![[r#"
            single_head could not run:

               failed to read the migrations folder …/db/migrations: No such file or directory (os error 2)
                 name the folder with `migrations = "..."`, relative to the crate's Cargo.toml
        "#]],
    );
}

#[test]
fn a_compiled_migrator_is_judged_alike() {
    use sqlx::migrate::{Migration, MigrationType, Migrator};
    use sqlx::{AssertSqlSafe, SqlSafeStr};

    let migration = |version, name: &'static str, kind| {
        let sql = AssertSqlSafe("SELECT 1").into_sql_str();
        Migration::new(version, name.into(), kind, sql, false)
    };
    let migrator = move || {
        Migrator::with_migrations(vec![
            migration(1, "first step", MigrationType::ReversibleUp),
            migration(1, "first step", MigrationType::ReversibleDown),
            migration(2, "second step", MigrationType::ReversibleUp),
            migration(2, "another", MigrationType::Simple),
            migration(3, "third", MigrationType::ReversibleDown),
        ])
    };
    check_with(
        SingleHead,
        USERS,
        move |suite| suite.migrations(migrator()),
        expect![[r#"
            single_head: 3 findings

            1. several scripts have version 2: sqlx runs one, and fails on the next
               --> 2_another.sql
                   2_second_step.up.sql

               help: give one of them a version of its own, later than the last

            2. the history mixes 1 simple migration and 1 reversible one: `sqlx migrate revert` skips the simple ones
               --> 2_another.sql

               help: rename the simple ones to .up.sql, and write a .down.sql for each

            3. the down of 3_third has no up: sqlx never runs it
               --> 3_third.down.sql

               help: delete the file, or give it the version of its up script
        "#]],
    );
}

#[test]
fn other_checks_do_not_run_what_sqlx_refuses() {
    Case::new(gauntlet_runtime::checks::Check::Stairway, USERS)
        .bytes("2_latin.up.sql", b"SELECT '\xfc';\n")
        .bytes("1_again.sql", b"SELECT 1;\n")
        .expect(expect![[r#"
            stairway could not run:

               failed to run the migrations: migrations/2_latin.up.sql cannot be read: it is not UTF-8
                 several scripts have version 1: migrations/1_again.sql, migrations/1_users.up.sql
                 the check `single_head` reports the details
        "#]]);
}

#[test]
fn a_history_without_migrations_passes_no_check() {
    for check in Check::ALL.iter().copied().filter(|check| *check != SingleHead) {
        let case = Case::new(check, "--- README.md\nNothing yet.\n--- /schema.sql\nSELECT 1;\n");
        let text = format!(
            "{}: 1 finding\n\n1. the folder migrations holds no migration\n\n   help: name the folder, relative to the crate's \
             Cargo.toml (in the attribute):\n\n         migrations = \"...\"\n",
            check.name()
        );
        assert_eq!(case.text(Isolation::Database), text);
    }
}

#[test]
fn a_folder_of_another_tool_is_named_as_such() {
    check(
        SingleHead,
        "--- 2024-01-01-000000_users/up.sql\nSELECT 1;\n--- 2024-01-01-000000_users/down.sql\nSELECT 1;\n",
        expect![[r#"
            single_head: 1 finding

            1. this is laid out for Diesel (a folder with up.sql): sqlx finds no migration here
               --> migrations/2024-01-01-000000_users

               help: write <VERSION>_<NAME>.up.sql and <VERSION>_<NAME>.down.sql for each version
        "#]],
    );
    check(
        SingleHead,
        "--- m20240101_000001_create_users.rs\nuse sea_orm;\n",
        expect![[r#"
            single_head: 1 finding

            1. this is laid out for SeaORM (m<DATE>_<NAME>.rs): sqlx finds no migration here
               --> migrations/m20240101_000001_create_users.rs

               help: write <VERSION>_<NAME>.up.sql and <VERSION>_<NAME>.down.sql for each version
        "#]],
    );
    check(
        SingleHead,
        "--- V1__users.sql\nSELECT 1;\n--- V2__orders.sql\nSELECT 1;\n",
        expect![[r#"
            single_head: 1 finding

            1. this is laid out for Flyway or refinery (V<VERSION>__<NAME>.sql): sqlx finds no migration here
               --> migrations/V1__users.sql

               help: write <VERSION>_<NAME>.up.sql and <VERSION>_<NAME>.down.sql for each version
        "#]],
    );
    check(
        SingleHead,
        "--- 1_users.sql\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n",
        expect![[r#"
            single_head: 1 finding

            1. this is laid out for goose (-- +goose Up): sqlx runs the whole file as the up, also the part that is meant for the down
               --> migrations/1_users.sql

               help: write <VERSION>_<NAME>.up.sql and <VERSION>_<NAME>.down.sql for each version
        "#]],
    );
}

#[test]
fn layouts_that_one_file_shows() {
    let printed = |files: &str| {
        let text = Case::new(SingleHead, files).text(Isolation::Database);
        text.lines().find_map(|line| line.strip_prefix("1. ")).unwrap_or_default().to_owned()
    };
    let files = [
        "sqitch.plan",
        "alembic.ini",
        "0001_initial.py",
        "20240101120000_create_users.rb",
        "20240101120000_create_users.exs",
        "2024_01_01_120000_create_users.php",
        "20240101120000-create-users.ts",
        "db.changelog-master.xml",
        "1_a.py",
    ];
    let texts: Vec<String> = files.iter().map(|file| printed(&format!("--- {file}\n"))).collect();
    expect![[r#"
        this is laid out for Sqitch (sqitch.plan): sqlx finds no migration here
        this is laid out for Alembic (env.py and a folder versions): sqlx finds no migration here
        this is laid out for Django (<NUMBER>_<NAME>.py): sqlx finds no migration here
        this is laid out for Rails (<DATE>_<NAME>.rb): sqlx finds no migration here
        this is laid out for Ecto (<DATE>_<NAME>.exs): sqlx finds no migration here
        this is laid out for Laravel (<DATE>_<NAME>.php): sqlx finds no migration here
        this is laid out for Knex, Sequelize or TypeORM (<DATE>_<NAME>.js or .ts): sqlx finds no migration here
        this is laid out for Liquibase (a file changelog): sqlx finds no migration here
        the folder migrations holds no migration"#]].assert_eq(&texts.join("\n"));
}

#[test]
fn names_of_other_tools_that_sqlx_runs_are_fine() {
    let files = "--- 000001_users.up.sql\nSELECT 1;\n--- 000001_users.down.sql\nSELECT 1;\n";
    Case::new(SingleHead, files).expect_ok();
}
