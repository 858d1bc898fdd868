//! Custom tests of every shape that the harness takes.

#[allow(clippy::unnecessary_wraps)]
#[gauntlet::migration_suite(migrations = "tests/ui/migrations", model = "tests/ui/schema.sql")]
mod migrations {
    #[cfg(test)]
    use std::process::{ExitCode, Termination};

    #[cfg(test)]
    use gauntlet::TestDb;

    /// A plain test is left alone.
    #[test]
    fn plain() {}

    #[test]
    fn plain_with_result() -> Result<(), String> {
        Ok(())
    }

    #[test]
    async fn by_value(db: gauntlet::TestDb) {
        drop(db);
    }

    #[test]
    async fn mutable(mut db: TestDb) -> gauntlet::Result<()> {
        db.upgrade().await?;
        Ok(())
    }

    #[test]
    async fn borrowed(db: &mut TestDb) -> Result<(), Box<dyn std::error::Error>> {
        db.upgrade().await?;
        Ok(())
    }

    #[test]
    async fn any_pattern(_: TestDb) {}

    /// Its documentation stays.
    #[test]
    #[ignore = "shown as ignored"]
    async fn ignored(_db: TestDb) {}

    #[should_panic(expected = "on purpose")]
    #[test]
    async fn panics(mut db: TestDb) {
        let _ = db.upgrade().await;
        panic!("on purpose");
    }

    #[cfg(any())]
    #[test]
    async fn switched_off(db: TestDb) -> NoSuchType {}

    #[test]
    #[allow(unused_variables)]
    async fn with_allow(db: TestDb) {}

    #[test]
    async fn exit_code(_db: TestDb) -> ExitCode {
        ExitCode::SUCCESS
    }

    #[test]
    async fn opaque(_db: TestDb) -> impl Termination {
        Ok::<(), String>(())
    }

    #[test]
    async fn without_database() -> Result<(), String> {
        std::future::ready(Ok(())).await
    }

    #[test]
    async fn r#try(_db: TestDb) {}

    #[::core::prelude::v1::test]
    pub(crate) async fn by_full_path(_db: TestDb) {}

    #[cfg(test)]
    type Own = TestDb;

    #[test]
    async fn by_alias(_db: Own) {}

    // Another runner's test is left to it.
    mod inner {
        #[test]
        fn in_a_module_of_its_own() {}
    }
}
