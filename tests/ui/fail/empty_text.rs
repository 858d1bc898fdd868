#[gauntlet::migration_suite(migrations = "", model = " ")]
mod migrations {}

fn main() {}
