//! Time: budgets, many rows, and signs of life of what takes long.

mod harness;

use std::time::Duration;

use expect_test::expect_file;
use gauntlet::Suite;
use harness::{failure_of, output_of};

// [budget]
/// A whole upgrade, and one version, have to be done in time; on the rows that the seeds put there.
#[gauntlet::migration_suite(budget = "5m", checks = ["stairway"])]
#[gauntlet(budget(version = "add_status", "2m"))]
#[gauntlet(seed(version = "add_status", file = "seeds/users.sql"))]
mod budgets {
    // [/budget]
    use std::time::Duration;

    // [many_rows]
    /// Each version that follows, on a hundred thousand rows: `cargo test a_hundred_thousand_rows -- --nocapture` prints how long.
    #[test]
    async fn a_hundred_thousand_rows(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade_to("create_users").await?;
        db.execute(
            "INSERT INTO users (id, email, name)
             SELECT n, 'user' || n || '@example.com', 'User ' || n FROM generate_series(4, 100003) AS n",
        )
        .await?;
        for step in db.upgrade().await? {
            println!("{step}");
            assert!(step.duration < Duration::from_mins(10), "{step}");
        }
        let filled: i64 =
            sqlx::query_scalar("SELECT count(*) FROM users WHERE domain = 'example.com'")
                .fetch_one(db.conn())
                .await?;
        assert_eq!(filled, 100_001);
        Ok(())
    }
    // [/many_rows]
}

// [patience]
/// A migration that makes no progress is reported after 60 s; here sooner, so that it can be seen.
const IMPATIENT: fn() -> Suite =
    || Suite::new("impatient", env!("CARGO_MANIFEST_DIR")).patience(Duration::from_millis(600));

#[gauntlet::migration_suite(suite = IMPATIENT, checks = none)]
mod waiting {
    #[test]
    async fn for_a_lock(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade_before("add_status").await?;
        let pool = db.pool();
        let mut other = pool.begin().await?;
        sqlx::query("LOCK TABLE users").execute(&mut *other).await?;
        let (upgraded, released) = tokio::join!(db.upgrade_one(), async {
            tokio::time::sleep(std::time::Duration::from_secs(3)).await;
            other.rollback().await
        });
        released?;
        upgraded?;
        Ok(())
    }
}
// [/patience]

/// The line comes even though the harness keeps what tests print, and says who is in the way.
#[test]
fn what_a_migration_waits_for_is_told() {
    let text = output_of("waiting::for_a_lock");
    let line = text.lines().find(|line| line.contains("has been running")).expect(&text);
    let next = text.lines().skip_while(|next| *next != line).nth(1).expect(&text);
    expect_file!["../output/waiting.txt"]
        .assert_eq(&harness::without_numbers(&format!("{line}\n{next}\n")));
    // And no progress line: this is no terminal.
    assert!(!text.contains('\r'), "{text}");
}

mod failing {
    // [failing]
    #[gauntlet::migration_suite(migrations = "broken/slow", checks = ["stairway"], budget = "250ms")]
    #[gauntlet(budget(version = "slow", "0.1s"))]
    // [/failing]
    #[gauntlet(skip = "stairway", reason = "fails on purpose")]
    mod budgets {
        #[test]
        #[ignore = "fails on purpose"]
        async fn in_a_test(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
            db.upgrade().await?;
            Ok(())
        }
    }
}

#[test]
fn what_is_too_slow_is_told() {
    expect_file!["../output/budget.txt"].assert_eq(&failure_of("failing::budgets::stairway"));
    let text = output_of("failing::budgets::in_a_test");
    assert!(text.contains("Error: the up of 2_slow is over"), "{text}");
}
