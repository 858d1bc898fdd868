#[gauntlet::migration_suite]
#[gauntlet(skip = "backfill")]
mod migrations {
    #[test]
    async fn backfill(_db: gauntlet::TestDb) {}
}

fn main() {}
