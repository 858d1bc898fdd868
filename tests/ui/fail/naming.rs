#[gauntlet::migration_suite(naming = "postgres")]
mod migrations {}

fn main() {}
