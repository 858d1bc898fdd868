//! The same suite on several servers.

mod harness;

use expect_test::expect_file;
use harness::failure_of;

// [matrix]
use gauntlet::db::{embedded, env};

/// One submodule for each server: `migrations::newest::stairway`, `migrations::pg17::stairway`, …
///
/// What is `optional` is shown as ignored, unless the build asks for it: `GAUNTLET_OPTIONAL=pg17,staging cargo test`
/// (or `=all`).
#[gauntlet::migration_suite(
    db(
        newest = embedded(),
        pg17 = optional(embedded().version(17)),
        staging = optional(env("STAGING_URL")),
    ),
    model = "schema.sql",
)]
mod migrations {
    #[test]
    async fn reaches_head(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade().await?;
        Ok(())
    }
}
// [/matrix]

mod failing {
    // [failing]
    #[gauntlet::migration_suite(db(pg99 = gauntlet::db::embedded().version(99)))]
    // [/failing]
    #[gauntlet(only("single_head"))]
    mod migrations {}
}

#[test]
fn a_version_that_is_not_there_is_told() {
    let text = failure_of("failing::migrations::pg99::stairway");
    // What it looked for depends on the machine.
    let first = text.lines().take(3).collect::<Vec<_>>().join("\n") + "\n";
    expect_file!["../output/servers.txt"].assert_eq(&first);
}
