#[gauntlet::migration_suite(
    modle = "schema.sql",
    isolation = "databse",
    irreversible = ["", -2],
    db =,
    strict = 1
    naming = "postgres",
)]
#[gauntlet(skip = "namign")]
mod migrations {
    #[test]
    fn stairway() {}

    #[test]
    async fn custom(_db: gauntlet::TestDb, _more: gauntlet::TestDb) {}
}

fn main() {}
