//! Extensions, roles, grants and row security; and migrations that run as a plain owner.

mod harness;

use expect_test::expect_file;
use harness::failure_of;

// [roles]
/// A history that makes an extension, a role, grants and a policy. A role belongs to the whole server, so the tests
/// of such a history wait for each other, and what a test has made goes with its database.
#[gauntlet::migration_suite(migrations = "stories/roles")]
mod bank {
    #[test]
    async fn the_reader_sees_only_his_own(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade().await?;
        db.execute("INSERT INTO accounts VALUES (1, 'Ann'), (2, 'Bob')").await?;
        db.execute("SET ROLE bank_reader; SET bank.owner = 'ann'").await?;
        assert_eq!(db.rows("accounts").await?.column("owner"), [Some("Ann")]);
        db.execute("RESET ROLE").await?;
        Ok(())
    }
}

/// The same history once more, side by side with the first.
#[gauntlet::migration_suite(migrations = "stories/roles")]
mod second_bank {}
// [/roles]

// [as-role]
/// The migrations run as `app_owner`, who owns the database and is not a superuser, as in production.
#[gauntlet::migration_suite(migrations = "stories/owner", as_role = "app_owner")]
mod as_owner {
    #[test]
    async fn the_owner_owns_it(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade().await?;
        let owner: String =
            sqlx::query_scalar("SELECT tableowner::text FROM pg_tables WHERE tablename = 'users'")
                .fetch_one(db.conn())
                .await?;
        assert_eq!(owner, "app_owner");
        Ok(())
    }
}

#[gauntlet::migration_suite(
    migrations = "stories/owner",
    as_role = "app_owner",
    isolation = "schema"
)]
mod as_owner_in_a_schema {}
// [/as-role]

mod failing {
    #[gauntlet::migration_suite(migrations = "broken/roles")]
    #[gauntlet(skip("stairway", "downgrade_all_the_way"))]
    mod residue {}

    // [failing-as-role]
    #[gauntlet::migration_suite(migrations = "broken/owner", as_role = "app_owner")]
    // [/failing-as-role]
    #[gauntlet(skip("stairway", "downgrade_all_the_way", "naming"))]
    mod owner {}
}

#[test]
fn a_role_that_a_down_forgets_is_told() {
    expect_file!["../output/role-stairway.txt"]
        .assert_eq(&failure_of("failing::residue::stairway"));
    expect_file!["../output/role-downgrade.txt"]
        .assert_eq(&failure_of("failing::residue::downgrade_all_the_way"));
}

#[test]
fn what_only_a_superuser_may_do_is_told() {
    // From 16 on, the server adds it.
    let detail = "   DETAIL: Only roles with the CREATEROLE attribute may create roles.\n";
    let text = failure_of("failing::owner::stairway").replace(detail, "");
    expect_file!["../output/as-role.txt"].assert_eq(&text);
}
