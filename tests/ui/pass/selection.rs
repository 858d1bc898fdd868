//! Which tests run.

#[gauntlet::migration_suite(migrations = "tests/ui/migrations", model = "tests/ui/schema.sql")]
#[gauntlet(skip = "naming", reason = "legacy names, see #112")]
#[gauntlet(skip("stairway", "single_head"))]
mod skipped {}

#[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
#[gauntlet(only("naming"))]
mod naming_alone {}

#[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
#[gauntlet(only = "consistency", reason = "names are not ours")]
mod consistency_alone {}

#[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
#[gauntlet(skip("consistency", "naming"), reason = "isolation only")]
mod custom_alone {
    #[test]
    async fn a_test(_db: gauntlet::TestDb) {}
}

// `#[gauntlet(...)]` above the suite is put below it, where it can be found.
#[gauntlet::gauntlet(skip = "naming")]
#[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
mod above {}
