#[gauntlet::migration_suite(timeout = 5)]
mod migrations {}

fn main() {}
