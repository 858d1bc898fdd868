#[gauntlet::migration_suite("db/migrations")]
mod migrations {}

fn main() {}
