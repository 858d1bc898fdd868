//! An engine of the project's own.

#[path = "own_engine/sections.rs"]
mod sections;

// [use]
/// Files with sections, run by an engine of the project's own; its versions are texts.
#[gauntlet::migration_suite(
    migrations = crate::sections::Sections("sections"),
    irreversible = ["2024a"]
)]
mod own_engine {
    use gauntlet::{Result, TestDb};

    #[test]
    async fn the_version_is_a_text(mut db: TestDb) -> Result<()> {
        db.upgrade_to("add_status").await?;
        assert_eq!(db.version().await?.unwrap().id, "2024b");
        Ok(())
    }
}
// [/use]
