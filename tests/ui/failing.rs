//! A suite of which every test fails, because there is no such folder and no such server. Its tests are ignored; one
//! test of `tests/pass.rs` runs them to see where they fail.
//!
//! (Lines below are counted there.)

// The attribute begins on line 7.
#[gauntlet::migration_suite(
    db = "postgres://nobody@127.0.0.1:1/none",
    migrations = "tests/ui/no_such_folder",
    // What needs a model fails at the model.
    model = "tests/ui/no_such_model.sql"
)]
#[gauntlet(skip("consistency", "naming"), reason = "fails on purpose")]
mod migrations {
    #[test]
    #[ignore = "fails on purpose"]
    async fn custom(_db: gauntlet::TestDb) {}
}
