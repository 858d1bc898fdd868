//! The history as a list, versions that are only marked, and the engine itself.

mod harness;

use expect_test::expect_file;
use harness::output_of;

#[gauntlet::migration_suite(checks = none)]
mod migrations {
    use gauntlet::{Result, Seed, TestDb};

    // [seed-in-test]
    /// Rows by code, wherever the test stands.
    #[test]
    async fn rows_before_a_version(mut db: TestDb) -> Result<()> {
        db.upgrade_before("add_status").await?;
        db.seed(Seed::run(async |conn| {
            let ann =
                sqlx::query("INSERT INTO users (email, name) VALUES ('ann@example.com', 'Ann')");
            ann.execute(conn).await?;
            Ok(())
        }))
        .await?;
        db.upgrade_one().await?;
        assert_eq!(db.rows("users").await?.column("status"), [Some("active")]);
        Ok(())
    }
    // [/seed-in-test]

    // [skip]
    /// A version that is marked as applied without being run; here its work is done by hand.
    #[test]
    async fn the_index_is_built_by_hand(mut db: TestDb) -> Result<()> {
        db.upgrade_before("index_users_email").await?;
        db.skip("index_users_email").await?;
        db.execute("CREATE UNIQUE INDEX CONCURRENTLY uq_users_email ON users (email)").await?;
        let applied = db.upgrade().await?;
        assert_eq!(applied[0].version.name, "create_orders");
        assert_eq!(db.versions().await?.len(), 5);
        Ok(())
    }
    // [/skip]

    // [history]
    /// Heads, the current version, and the whole list.
    #[test]
    async fn the_history(mut db: TestDb) -> Result<()> {
        let heads: Vec<String> = db.heads().iter().map(ToString::to_string).collect();
        assert_eq!(heads, ["20240501_add_domain"]);
        assert_eq!(db.version().await?, None);
        db.upgrade_to("add_status").await?;
        assert_eq!(db.version().await?.unwrap().id, 20_240_201);

        assert_eq!(
            db.history().to_string(),
            "20240501_add_domain (head): up, down\n\
             20240401_create_orders: up, down\n\
             20240301_index_users_email: up, down\n\
             20240201_add_status: up, down\n\
             20240101_create_users: up, down\n"
        );
        let first = &db.history().migrations()[0];
        assert!(first.up().text.starts_with("CREATE TABLE users"));
        Ok(())
    }
    // [/history]

    // [engine]
    /// sqlx's own `Migrator` on the test's database, and single steps of the engine.
    #[test]
    async fn the_engine(mut db: TestDb) -> Result<()> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let migrator = sqlx::migrate::Migrator::new(folder).await.unwrap();
        migrator.run(db.conn()).await.unwrap();
        assert_eq!(db.versions().await?.len(), 5);

        let last = db.history().migrations().last().unwrap().clone();
        let (engine, conn) = db.engine();
        let step = engine.revert(conn, &last).await.unwrap().unwrap();
        assert_eq!(step.version.name, "add_domain");
        assert_eq!(engine.applied(conn).await?.len(), 4);
        Ok(())
    }
    // [/engine]

    #[test]
    #[ignore = "fails on purpose"]
    async fn skips_what_is_applied(mut db: TestDb) -> Result<()> {
        db.upgrade().await?;
        db.skip("index_users_email").await
    }

    #[test]
    #[ignore = "fails on purpose"]
    async fn names_no_version(mut db: TestDb) -> Result<()> {
        db.skip("index_user_emails").await
    }
}

/// The error that the harness shows of a test that returns one.
fn error_of(test: &str) -> String {
    let printed = output_of(test);
    let error = printed.split("Error: ").nth(1).unwrap_or(&printed);
    error.split("\n\n").next().unwrap_or(error).split("\ntest ").next().unwrap_or(error).to_owned()
        + "\n"
}

#[test]
fn a_skip_that_makes_no_sense_is_told() {
    let both =
        error_of("migrations::skips_what_is_applied") + &error_of("migrations::names_no_version");
    expect_file!["../output/engine.txt"].assert_eq(&both);
}
