#[gauntlet::migration_suite(strict = "yes")]
mod migrations {}

fn main() {}
