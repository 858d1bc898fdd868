//! Partitions, and leaving things out.

mod harness;

use expect_test::expect_file;
use harness::failure_of;

// [partitions]
/// Range partitions, a default partition, sub-partitions: nothing to configure. Partitions come and go with the
/// calendar, so they are not compared with the model.
#[gauntlet::migration_suite(migrations = "stories/partitions", model = "stories/partitions.sql")]
mod partitions {
    #[test]
    async fn rows_find_their_partition(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
        db.upgrade().await?;
        db.execute(
            "INSERT INTO events VALUES (1, '2025-05-01', 'click'), (2, '1999-01-01', 'view')",
        )
        .await?;
        assert_eq!(db.rows("events_2025_clicks").await?.len(), 1);
        assert_eq!(db.rows("events_default").await?.len(), 1);
        Ok(())
    }
}
// [/partitions]

// [ignoring]
use gauntlet::catalog::Difference;

/// Tables that are not partitions but come with the calendar all the same: by name, or by a glob.
#[gauntlet::migration_suite(
    migrations = "stories/archive",
    model = "stories/archive.sql",
    ignore_tables = ["measurements_2023", "measurements_20??"],
    ignore(comments, columns.compression),
)]
mod by_list_and_glob {}

/// The same by a function, which can look at all that a difference says.
#[gauntlet::migration_suite(
    migrations = "stories/archive",
    model = "stories/archive.sql",
    ignore = is_archive,
)]
mod by_function {}

fn is_archive(difference: &Difference) -> bool {
    difference.to_string().contains("measurements_20")
        || difference.attribute.as_deref() == Some("comment")
}
// [/ignoring]

mod failing {
    #[gauntlet::migration_suite(migrations = "broken/partitions")]
    #[gauntlet(skip = "stairway")]
    mod partitions {}

    // [failing]
    #[gauntlet::migration_suite(
        migrations = "stories/archive",
        model = "stories/archive.sql",
        ignore_tables = ["measurements_2023"],
    )]
    // [/failing]
    #[gauntlet(skip = "up_to_date")]
    mod ignoring {}
}

#[test]
fn an_index_that_is_left_on_partitions_is_told_once() {
    expect_file!["../output/partitions.txt"]
        .assert_eq(&failure_of("failing::partitions::stairway"));
}

#[test]
fn what_is_not_ignored_is_told() {
    expect_file!["../output/ignoring.txt"].assert_eq(&failure_of("failing::ignoring::up_to_date"));
}
