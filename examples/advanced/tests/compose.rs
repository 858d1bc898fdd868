//! Composing suites: which tests there are, and what several suites share.

mod harness;

use expect_test::expect_file;
use harness::failure_of;

// [own]
/// Only isolation: no generated test, and an own database for each test of one's own.
#[gauntlet::migration_suite(checks = none)]
mod only_my_own {
    #[test]
    async fn reaches_head(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        assert_eq!(db.upgrade().await?.len(), 5);
        Ok(())
    }
}
// [/own]

// [groups]
/// Only consistency: what compares states of the schema.
#[gauntlet::migration_suite(checks = ["consistency"], model = "schema.sql")]
mod consistency {}

/// Only names.
#[gauntlet::migration_suite(checks = ["naming"])]
mod names {}
// [/groups]

// [subset]
/// Any subset. What `checks` leaves out is not there; what `only` leaves out is shown as ignored.
#[gauntlet::migration_suite(checks = ["stairway", "single_head", "naming"])]
#[gauntlet(only("stairway", "single_head"), reason = "names are checked above")]
mod subset {}
// [/subset]

// [shared]
/// What several suites have in common. A suite owns memory, so the constant is the function that makes it.
const SHOP: fn() -> gauntlet::Suite = || {
    gauntlet::Suite::new("shop", env!("CARGO_MANIFEST_DIR"))
        .model("schema.sql")
        .seed("add_status", gauntlet::Seed::file("seeds/users.sql"))
};

#[gauntlet::migration_suite(suite = SHOP)]
mod in_a_database {}

/// Another argument next to `suite` states what is different here.
#[gauntlet::migration_suite(suite = SHOP, isolation = "schema", checks = ["stairway"])]
mod in_a_schema {
    #[test]
    async fn the_seed_is_shared_too(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade().await?;
        assert_eq!(db.rows("users").await?.len(), 3);
        Ok(())
    }
}
// [/shared]

/// Which tests this file has, as the harness lists them.
#[test]
fn the_tests_are_these() {
    let exe = std::env::current_exe().unwrap();
    let output =
        std::process::Command::new(exe).args(["--list", "--format=terse"]).output().unwrap();
    let list = String::from_utf8(output.stdout).unwrap();
    expect_file!["../output/compose-list.txt"].assert_eq(&list);
}

mod failing {
    // [failing]
    #[gauntlet::migration_suite(checks = ["naming"], migrations = "broken/names")]
    // [/failing]
    #[gauntlet(skip = "naming", reason = "fails on purpose")]
    mod names {}
}

#[test]
fn the_only_test_of_a_suite_fails() {
    expect_file!["../output/compose.txt"].assert_eq(&failure_of("failing::names::naming"));
}
