//! Which versions are judged, and what is excepted.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Locks;
use gauntlet_runtime::suite::LockRules;

use super::{SHIPPED, check_with};
use crate::support::{Project, embedded, printed};

const SLOW: &str = "--- 2_slow.sql\nSET LOCAL lock_timeout = '1s';\nCREATE INDEX settings_value ON settings (value);\n";

/// A compiled `Migrator`, whose scripts are in no file.
#[test]
fn without_files() {
    use sqlx::migrate::{Migration, MigrationType, Migrator};
    use sqlx::{AssertSqlSafe, SqlSafeStr};
    let migration = |version, name: &'static str, sql: &'static str| {
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    };
    let migrator = Migrator::with_migrations(vec![
        migration(1, "settings", "CREATE TABLE settings (key text, value text);"),
        migration(2, "slow", "SELECT 1;\nCREATE INDEX settings_value ON settings (value);"),
    ]);
    let project = Project::new("--- /.keep\n");
    let suite = project.suite().db(embedded()).migrations(migrator).shipped(1);
    expect![[r#"
        locks: 1 finding

        1. CREATE INDEX scans table settings and blocks writes of it meanwhile
           --> 2_slow (compiled in):2:1
           2 | CREATE INDEX settings_value ON settings (value);
             | ^
           it holds SHARE on table settings: writes wait

           help: build it in a version of its own, while others write:

                 -- no-transaction
                 CREATE INDEX CONCURRENTLY settings_value ON settings (value);

           help: or, if it stays small (in the attribute):

                 locks(allow = ["settings"])

        note: judged 1 new version
    "#]]
    .assert_eq(&printed(&suite.report(Locks)));
}

#[test]
fn an_allowed_table() {
    check_with(
        SLOW,
        |suite| suite,
        expect![[r#"
        locks: 1 finding

        1. CREATE INDEX scans table settings and blocks writes of it meanwhile
           --> migrations/2_slow.sql:2:1
           2 | CREATE INDEX settings_value ON settings (value);
             | ^
           it holds SHARE on table settings: writes wait

           help: build it in a version of its own, while others write:

                 -- no-transaction
                 CREATE INDEX CONCURRENTLY settings_value ON settings (value);

           help: or, if it stays small (in the attribute):

                 locks(allow = ["settings"])

        note: judged 1 new version
    "#]],
    );
    check_with(
        SLOW,
        |suite| suite.locks(LockRules::new().allow(["sett*"])),
        expect![[r#"
        locks: ok
        locks: note: judged 1 new version
    "#]],
    );
    check_with(
        SLOW,
        |suite| suite.locks(LockRules::new().allow(["sett["])),
        expect![[r#"
        locks could not run:

           `locks`: `sett[` is not a valid glob: invalid range pattern
    "#]],
    );
}

#[test]
fn a_table_with_few_rows() {
    let few = |suite: gauntlet_runtime::suite::Suite| suite.locks(LockRules::new().max_rows(2));
    let rows = |n: u32| {
        format!(
            "--- /seeds/1_shop.sql\nINSERT INTO settings SELECT g, 'x' FROM generate_series(1, {n}) AS g;\n{SLOW}"
        )
    };
    let seeded = move |suite: gauntlet_runtime::suite::Suite| few(suite).seeds("seeds");
    check_with(
        &rows(2),
        seeded,
        expect![[r#"
        locks: ok
        locks: note: judged 1 new version
    "#]],
    );
    check_with(
        &rows(3),
        seeded,
        expect![[r#"
            locks: 1 finding

            1. CREATE INDEX scans table settings and blocks writes of it meanwhile
               --> migrations/2_slow.sql:2:1
               2 | CREATE INDEX settings_value ON settings (value);
                 | ^
               it holds SHARE on table settings: writes wait

               help: build it in a version of its own, while others write:

                     -- no-transaction
                     CREATE INDEX CONCURRENTLY settings_value ON settings (value);

               help: or, if it stays small (in the attribute):

                     locks(allow = ["settings"], max_rows = 2)

            note: judged 1 new version
        "#]],
    );
    // An empty table says nothing.
    check_with(
        &rows(0),
        seeded,
        expect![[r#"
            locks: 1 finding

            1. CREATE INDEX scans table settings and blocks writes of it meanwhile
               --> migrations/2_slow.sql:2:1
               2 | CREATE INDEX settings_value ON settings (value);
                 | ^
               it holds SHARE on table settings: writes wait

               help: build it in a version of its own, while others write:

                     -- no-transaction
                     CREATE INDEX CONCURRENTLY settings_value ON settings (value);

               help: or, if it stays small (in the attribute):

                     locks(allow = ["settings"], max_rows = 2)

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn what_is_new() {
    check_with(
        "",
        |suite| suite,
        expect![[r#"
        locks: ok
        locks: note: no version is new
    "#]],
    );
    check_with(
        SLOW,
        |suite| suite.shipped(2),
        expect![[r#"
        locks: ok
        locks: note: no version is new
    "#]],
    );
    check_with(
        "",
        |suite| suite.locks(LockRules::new().all()),
        expect![[r#"
        locks: ok
        locks: note: judged 1 new version
    "#]],
    );
    let project = Project::new(SHIPPED);
    expect![[r#"
        locks: ok
        locks: note: ignored, no `shipped` given: no version is known to be new

           help: say what has shipped, or leave the check out with `checks` (in the attribute):

                 shipped = git("origin/main")

           help: or check every version (in the attribute):

                 locks = all
    "#]]
    .assert_eq(&printed(&project.suite().db(embedded()).report(Locks)));
}

#[test]
fn a_version_that_fails() {
    check_with(
        "--- 2_new.sql\nSELECT 1;\nALTER TABLE users\n  DROP COLUMN nothing;\n",
        |suite| suite,
        expect![[r#"
            locks could not run:

               failed to run the up of 2_new
                 --> migrations/2_new.sql:2:1
                 2 | ALTER TABLE users
                   | ^
                 ERROR 42703: column "nothing" of relation "users" does not exist
        "#]],
    );
    check_with(
        "--- 2_new.sql\nCREATE INDEX CONCURRENTLY i ON users (age);\n",
        |suite| suite,
        expect![[r#"
            locks could not run:

               failed to run the up of 2_new
                 --> migrations/2_new.sql:1:1
                 1 | CREATE INDEX CONCURRENTLY i ON users (age);
                   | ^
                 ERROR 25001: CREATE INDEX CONCURRENTLY cannot run inside a transaction block
                 help: give the statement a migration of its own, whose first line is `-- no-transaction`
        "#]],
    );
}

#[test]
fn notes_fail_in_a_strict_suite() {
    check_with(
        "--- 2_new.sql\nALTER TABLE users ADD COLUMN nick text;\n",
        |suite| suite.strict(true),
        expect![[r#"
            locks: 1 finding

            1. the up of 2_new takes a lock for a moment, and waits for it without a limit
               --> migrations/2_new.sql:1:1
               1 | ALTER TABLE users ADD COLUMN nick text
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait
               while it waits for a transaction that uses the table, all that come after it wait as well

               help: give up after a time and deploy again, at the beginning of the script:

                     SET LOCAL lock_timeout = '2s';

            note: judged 1 new version
        "#]],
    );
}
