//! A user who denies everything.
#![deny(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    keyword_idents,
    let_underscore,
    missing_docs,
    nonstandard_style,
    rust_2018_idioms,
    single_use_lifetimes,
    unreachable_pub,
    unsafe_code,
    unused,
    unused_lifetimes,
    unused_qualifications,
    unused_results
)]

/// A public suite of a crate that documents everything.
#[gauntlet::migration_suite(
    migrations = "tests/ui/migrations",
    model = "tests/ui/schema.sql",
    irreversible = [20240101],
    downgrade_floor = 20240101,
    ignore_tables = ["spatial_ref_sys"],
)]
#[gauntlet(skip = "naming")]
#[allow(unreachable_pub)]
pub mod migrations {
    #[cfg(test)]
    use gauntlet::TestDb;

    #[allow(unused_imports)]
    use super::*;

    #[test]
    async fn by_value(_db: TestDb) {}

    #[test]
    async fn with_result(mut db: TestDb) -> gauntlet::Result<()> {
        let steps = db.upgrade().await?;
        assert_eq!(steps.len(), 2);
        Ok(())
    }

    #[test]
    async fn borrowed(db: &mut TestDb) -> gauntlet::Result<()> {
        let steps = db.upgrade().await?;
        assert_eq!(steps.len(), 2);
        Ok(())
    }

    #[test]
    async fn without_database() {
        std::future::ready(()).await;
    }
}

/// A suite with a name in capitals.
#[allow(non_snake_case)]
#[gauntlet::migration_suite(migrations = "tests/ui/migrations")]
mod Migrations__V2 {}
