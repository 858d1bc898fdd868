//! Suites inside of a library of an older edition that has given `migration-gauntlet` another name and keeps its
//! migrations in the default folder.
#![deny(
    warnings,
    clippy::all,
    clippy::pedantic,
    future_incompatible,
    missing_docs,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unreachable_pub,
    unused,
    unused_crate_dependencies,
    unused_qualifications
)]
#![forbid(unsafe_code)]

#[cfg(test)]
mod tests {
    #[schema_tests::migration_suite(crate = schema_tests)]
    mod migrations {
        use schema_tests::TestDb;

        #[test]
        async fn by_value(mut db: TestDb) -> schema_tests::Result<()> {
            db.upgrade().await?;
            Ok(())
        }

        #[test]
        async fn borrowed(db: &mut TestDb) -> schema_tests::Result<()> {
            db.upgrade().await?;
            Ok(())
        }

        #[test]
        async fn the_settings_file_is_read(mut db: TestDb) -> schema_tests::Result<()> {
            assert!(db.catalog().await?.table("made_by_setup").is_some());
            Ok(())
        }
    }

    // A path that means something only here.
    mod exports {
        pub(crate) use schema_tests as testing;
    }

    use exports::testing;

    #[testing::migration_suite(crate = self::testing)]
    mod by_path {
        use super::testing;

        #[test]
        async fn custom(_db: testing::TestDb) {}
    }
}
