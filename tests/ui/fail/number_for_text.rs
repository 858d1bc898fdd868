#[gauntlet::migration_suite(db = 5432)]
mod migrations {}

fn main() {}
