//! Shared suites, chosen tests, seeds, budgets, roles, several servers; with names of our own in scope.

#![deny(warnings)]

mod core {}
mod std {}

const SHARED: fn() -> gauntlet::Suite =
    || gauntlet::Suite::new("shared", env!("CARGO_MANIFEST_DIR")).migrations("tests/ui/migrations");

#[gauntlet::migration_suite(suite = SHARED, checks = ["stairway", "naming"], budget = "1h")]
#[gauntlet(seed(version = 20240102, sql = "SELECT 1"), budget(version = "add_status", "90s"))]
#[gauntlet(seed(at = "create_users", run = nothing), reason = "slow", skip = "naming")]
mod shared {}

#[gauntlet::migration_suite(suite = SHARED(), checks = none)]
mod by_value {
    /// The name of a generated test is free where none is generated.
    #[test]
    fn stairway() {}
}

async fn nothing(_: &mut sqlx::PgConnection) -> gauntlet::Result<()> {
    Ok(())
}

#[gauntlet::migration_suite(
    db(here = gauntlet::db::auto(), elsewhere = optional(gauntlet::db::env("NOWHERE"))),
    suite = SHARED,
    checks = ["single_head", "safety"],
    locks(all, allow = ["settings"], max_rows = 1000),
    populated(all, allow = [1]),
    interrupted(all, allow = [1]),
    ignore(columns.compression, comments)
)]
mod matrix {
    /// A type that only this module knows.
    type Returned = Result<u8, String>;

    #[test]
    async fn returns(mut db: gauntlet::TestDb) -> Result<(), String> {
        let got: Returned = db.upgrade().await.map(|_| 1).map_err(|error| error.to_string());
        got.map(|_| ())
    }

    #[test]
    #[should_panic(expected = "on purpose")]
    async fn panics(_db: &mut gauntlet::TestDb) {
        panic!("on purpose")
    }

    #[test]
    async fn needs_no_database() {}

    #[test]
    fn plain() {}
}
