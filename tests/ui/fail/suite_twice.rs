#[gauntlet::migration_suite(migrations = "a")]
#[gauntlet::migration_suite(migrations = "b")]
mod migrations {}

fn main() {}
