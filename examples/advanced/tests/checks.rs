//! Checks of one's own, after a migration.

mod harness;

use expect_test::expect_file;
use harness::{failure_with, history};

#[gauntlet::migration_suite(checks = none, migrations = history())]
#[gauntlet(seed(version = "add_status", file = "seeds/users.sql"))]
mod own {
    use gauntlet::{Result, TestDb};

    // [nulls]
    /// No column of `users` holds a NULL at head, whatever it is called.
    #[test]
    async fn nothing_is_null(mut db: TestDb) -> Result<()> {
        db.upgrade().await?;
        let users = db.rows("users").await?;
        assert!(!users.is_empty());
        for column in users.columns() {
            assert!(
                users.column(column).iter().all(Option::is_some),
                "{column} is NULL in {users}"
            );
        }
        Ok(())
    }
    // [/nulls]

    // [index]
    /// The index is there from its version on, and not before.
    #[test]
    async fn the_index_comes_with_its_version(mut db: TestDb) -> Result<()> {
        db.upgrade_before("index_users_email").await?;
        assert!(db.catalog().await?.table("users").unwrap().index("uq_users_email").is_none());

        db.upgrade_one().await?;
        let catalog = db.catalog().await?;
        let index = catalog.table("users").unwrap().index("uq_users_email").unwrap();
        assert!(index.is_unique(), "two users may have one address");
        assert_eq!(index.columns(), ["email"]);

        // The same, as PostgreSQL reports it.
        let definition: String = sqlx::query_scalar(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'uq_users_email'",
        )
        .fetch_one(db.conn())
        .await?;
        assert!(definition.contains("UNIQUE INDEX"));
        Ok(())
    }
    // [/index]

    // [naming]
    /// A rule for one table: every constraint of `orders` begins with the table's name.
    #[test]
    async fn constraints_of_orders_bear_its_name(mut db: TestDb) -> Result<()> {
        db.upgrade().await?;
        let catalog = db.catalog().await?;
        for constraint in catalog.table("orders").unwrap().constraints() {
            let name = constraint.name();
            assert!(name.starts_with("orders_"), "{name} does not begin with the table's name");
        }
        Ok(())
    }
    // [/naming]

    // [versions]
    /// What a version changes, and nothing else.
    #[test]
    async fn add_domain_adds_a_column(mut db: TestDb) -> Result<()> {
        db.upgrade_before("add_domain").await?;
        let before = db.catalog().await?;
        db.upgrade_one().await?;
        let after = db.catalog().await?;

        let differences = before.diff(&after);
        let changed: Vec<String> = differences.iter().map(|d| d.object.to_string()).collect();
        assert_eq!(changed, ["column users.domain"]);
        Ok(())
    }
    // [/versions]
}

/// What the tests above say of a history that is careless.
#[test]
fn each_tells_what_is_wrong() {
    let said = |test: &str| failure_with("broken/careless", &format!("own::{test}"));
    expect_file!["../output/nulls.txt"].assert_eq(&said("nothing_is_null"));
    expect_file!["../output/index.txt"].assert_eq(&said("the_index_comes_with_its_version"));
    expect_file!["../output/table-naming.txt"]
        .assert_eq(&said("constraints_of_orders_bear_its_name"));
    expect_file!["../output/versions.txt"].assert_eq(&said("add_domain_adds_a_column"));
}
