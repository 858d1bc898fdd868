//! Rows: intact after a version, filled by a backfill, there before the generated tests.

mod harness;

use expect_test::expect_file;
use harness::{failure_of, failure_with, history};

// [seed]
/// The generated tests run on tables that are not empty: these rows are there before `add_status` is applied.
#[gauntlet::migration_suite(model = "schema.sql")]
#[gauntlet(seed(version = "add_status", file = "seeds/users.sql"))]
mod migrations {}
// [/seed]

#[gauntlet::migration_suite(checks = none, migrations = history())]
#[gauntlet(seed(version = "add_status", file = "seeds/users.sql"))]
mod rows {
    use gauntlet::{Result, TestDb};

    // [intact]
    /// Rows that were there before a version are there after it; the version may add columns.
    #[test]
    async fn users_are_intact(mut db: TestDb) -> Result<()> {
        db.upgrade_before("add_domain").await?;
        let before = db.rows("users").await?;

        db.upgrade_one().await?;
        let after = db.rows("users").await?;
        before.assert_intact(&after);
        assert_eq!(before, after.without(["domain"]));
        Ok(())
    }
    // [/intact]

    // [backfill]
    /// The backfill fills every row.
    #[test]
    async fn every_user_has_a_domain(mut db: TestDb) -> Result<()> {
        db.upgrade_to("add_domain").await?;
        let users = db.rows("users").await?;
        assert_eq!(
            users.column("domain"),
            [Some("example.com"), Some("example.org"), Some("example.net")]
        );
        Ok(())
    }
    // [/backfill]

    // [survive]
    /// Rows survive up, down, up: every version above the one that made the table.
    #[test]
    async fn users_survive_down_and_up(mut db: TestDb) -> Result<()> {
        db.upgrade().await?;
        let before = db.rows("users").await?;
        db.downgrade_to("create_users").await?;
        db.upgrade().await?;
        // A seed is planted once: after the second way up there are still three users.
        before.assert_same(&db.rows("users").await?);
        assert_eq!(before.len(), 3);
        Ok(())
    }
    // [/survive]
}

// [by-code]
/// Rows by code, and rows right after a version.
#[gauntlet::migration_suite(checks = ["stairway", "downgrade_all_the_way"])]
#[gauntlet(seed(
    at = "create_users",
    sql = "INSERT INTO users (email, name) VALUES ('a@b.c', 'A')"
))]
#[gauntlet(seed(version = "create_orders", run = many_users))]
mod by_code {
    #[test]
    async fn they_are_there(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade_to("create_users").await?;
        assert_eq!(db.rows("users").await?.len(), 1);
        db.upgrade().await?;
        assert_eq!(db.rows("users").await?.len(), 101);
        Ok(())
    }
}

async fn many_users(conn: &mut sqlx::PgConnection) -> gauntlet::Result<()> {
    for n in 0..100 {
        sqlx::query("INSERT INTO users (email, name) VALUES ($1, 'Somebody')")
            .bind(format!("user{n}@example.com"))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
// [/by-code]

mod failing {
    #[gauntlet::migration_suite(checks = none, migrations = "broken/truncates")]
    mod rows {
        #[test]
        #[ignore = "fails on purpose"]
        async fn are_intact(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
            db.upgrade_before("short_names").await?;
            db.execute(
                "INSERT INTO users VALUES (1, 'Ann', 'x'), (2, 'Bartholomew', 'x'), (3, 'Cho', NULL)",
            )
            .await?;
            let before = db.rows("users").await?;
            db.upgrade_one().await?;
            before.assert_intact(&db.rows("users").await?);
            Ok(())
        }
    }

    #[gauntlet::migration_suite]
    #[gauntlet(seed(version = "add_status", file = "seeds/users.sql"))]
    // [failing-seed]
    #[gauntlet(seed(at = "create_orders", file = "seeds/orders.sql"))]
    // [/failing-seed]
    #[gauntlet(skip = "stairway")]
    #[gauntlet(skip("downgrade_all_the_way", "naming", "single_head"))]
    mod seed {
        #[test]
        #[ignore = "fails on purpose"]
        async fn in_a_test(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
            db.upgrade().await?;
            Ok(())
        }
    }
}

/// What the tests above say of a history that is careless.
#[test]
fn each_tells_what_is_wrong() {
    let said = |test: &str| failure_with("broken/careless", &format!("rows::{test}"));
    expect_file!["../output/backfill.txt"].assert_eq(&said("every_user_has_a_domain"));
    expect_file!["../output/survive.txt"].assert_eq(&said("users_survive_down_and_up"));
}

#[test]
fn lost_rows_are_told() {
    expect_file!["../output/rows.txt"].assert_eq(&failure_of("failing::rows::are_intact"));
}

#[test]
fn a_failing_seed_names_file_and_line() {
    expect_file!["../output/seed.txt"].assert_eq(&failure_of("failing::seed::stairway"));
    let in_a_test = harness::output_of("failing::seed::in_a_test");
    assert!(
        in_a_test.contains(
            "failed to run the seed at 20240401_create_orders\n  --> seeds/orders.sql:3:1"
        ),
        "{in_a_test}"
    );
}
